//! The state of the page that compares two images.

use form_urlencoded::parse;

use super::text;

/// Which images are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompareQuery {
    /// The first one, as one writes a reference: `localhost:5000/team/webapp:2.14.0`.
    pub a: String,
    /// The second one.
    pub b: String,
    /// The platform of the first one; empty for one that both have.
    pub platform_a: String,
    /// The platform of the second one.
    pub platform_b: String,
}

impl CompareQuery {
    /// Reads a query. The form around a table of tags names the registry, the repository and each selected tag.
    pub fn parse(query: &str) -> Self {
        let mut it = Self::default();
        let (mut registry, mut repository, mut tags) = (String::new(), String::new(), Vec::new());
        for (key, value) in parse(query.as_bytes()) {
            let value = value.trim().to_owned();
            match &*key {
                "a" => it.a = value,
                "b" => it.b = value,
                "platform_a" => it.platform_a = value,
                "platform_b" => it.platform_b = value,
                "registry" => registry = value,
                "repository" => repository = value,
                "tag" => tags.push(value),
                _ => {}
            }
        }
        let mut tags = tags.into_iter().map(|tag| format!("{registry}/{repository}:{tag}"));
        for side in [&mut it.a, &mut it.b] {
            if side.is_empty() {
                *side = tags.next().unwrap_or_default();
            }
        }
        it
    }

    /// The query with its question mark.
    pub fn to_text(&self) -> String {
        let Self { a, b, platform_a, platform_b } = self;
        text(&[("a", a), ("b", b), ("platform_a", platform_a), ("platform_b", platform_b)])
    }

    /// The same the other way round.
    pub fn swapped(self) -> Self {
        let Self { a, b, platform_a, platform_b } = self;
        Self { a: b, b: a, platform_a: platform_b, platform_b: platform_a }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_lead_back_to_themselves() {
        for query in ["", "?a=r%2Fx%3A1", "?a=r%2Fx%3A1&b=r%2Fx%3A2&platform_b=linux%2Farm64"] {
            assert_eq!(CompareQuery::parse(query.trim_start_matches('?')).to_text(), query);
        }
    }

    #[test]
    fn two_selected_tags_are_two_images() {
        let it = CompareQuery::parse("registry=r:5000&repository=a/b&tag=1&mode=manifest&tag=2&tag=3");
        assert_eq!((it.a.as_str(), it.b.as_str()), ("r:5000/a/b:1", "r:5000/a/b:2"));
        assert_eq!(it.swapped().a, "r:5000/a/b:2");
    }
}
