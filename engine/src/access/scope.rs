//! Which repositories something is about.

use std::fmt;
use std::str::FromStr;

use registry::RepositoryName;

/// The longest scope, in bytes, and how many groups in braces it can have.
const LONGEST: usize = 500;
const MOST_GROUPS: usize = 2;

/// Repositories of registries: `**` for all, else a pattern of registries, a slash, and a pattern of repositories, such
/// as `*/team-a/**`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    registry: String,
    repository: String,
}

/// A text that is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no repositories; expected ** or a registry and a pattern like */team-a/**")]
pub struct InvalidScope {
    /// What was given.
    pub text: String,
}

impl Scope {
    /// All repositories of all registries.
    pub fn everything() -> Self {
        Self { registry: "*".to_owned(), repository: "**".to_owned() }
    }

    /// All repositories of one registry.
    pub fn all_of(registry: &str) -> Self {
        // Nothing in an id may be taken for a pattern.
        let escaped = registry.chars().fold(String::new(), |mut text, c| {
            if !(c.is_ascii_alphanumeric() || "._-:".contains(c)) {
                text.push('\\');
            }
            text.push(c);
            text
        });
        Self { registry: escaped, repository: "**".to_owned() }
    }

    pub(super) fn is_everything(&self) -> bool {
        matches!(self.registry.as_str(), "*" | "**") && self.repository == "**"
    }

    pub(super) fn touches(&self, registry: &str) -> bool {
        fast_glob::glob_match(&self.registry, registry)
    }

    pub(super) fn covers_all_of(&self, registry: &str) -> bool {
        self.repository == "**" && self.touches(registry)
    }

    pub(super) fn covers(&self, registry: &str, repository: &RepositoryName) -> bool {
        self.touches(registry)
            && (self.repository == "**" || fast_glob::glob_match(&self.repository, repository.as_str()))
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let text = text.trim();
        if text == "**" {
            return Ok(Self::everything());
        }
        let is_pattern = |part: &str, more: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "._-*?[]{},!:".contains(c) || more.contains(c);
            !part.is_empty() && part.chars().all(fits)
        };
        // Every group in braces multiplies the time that a comparison takes, and whoever makes a token writes a scope.
        let is_bounded = text.len() <= LONGEST && text.matches('{').count() <= MOST_GROUPS;
        match text.split_once('/').filter(|_| is_bounded) {
            Some((registry, repository)) if is_pattern(registry, "") && is_pattern(repository, "/") => {
                Ok(Self { registry: registry.to_owned(), repository: repository.to_owned() })
            }
            _ => Err(InvalidScope { text: text.to_owned() }),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_everything() {
            f.write_str("**")
        } else {
            write!(f, "{}/{}", self.registry, self.repository)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(scope: &str, registry: &str, repository: &str) -> bool {
        scope.parse::<Scope>().unwrap().covers(registry, &repository.parse().unwrap())
    }

    #[test]
    fn patterns_cover_what_they_say() {
        assert!(covers("**", "localhost:5000", "a/b/c"));
        assert!(covers("*/**", "localhost:5000", "a"));
        assert!(covers("localhost:5000/team-a/**", "localhost:5000", "team-a/x/y"));
        assert!(!covers("localhost:5000/team-a/**", "localhost:5001", "team-a/x"));
        assert!(!covers("*/team-a/**", "r", "team-ab/x"));
        assert!(!covers("*/team-a/*", "r", "team-a/x/y"));
        assert!(covers("*/{a,b}/*", "r", "b/x"));
    }

    #[test]
    fn the_whole_of_a_registry_is_a_scope_whatever_its_id() {
        for id in ["localhost:5000", "a*b", "[x]", "a{b,c}"] {
            let scope = Scope::all_of(id);
            assert!(scope.covers_all_of(id) && scope.touches(id), "{id}");
        }
        assert!(!Scope::all_of("a*b").touches("axb"));
    }

    #[test]
    fn what_is_no_scope_is_refused_and_what_is_one_is_written_as_it_was_read() {
        let slow = format!("*/{}x", "{*,*,*,*,*,*,*,*}".repeat(3));
        for text in
            ["", "*", "team-a", "/x", "x/", "a b/c", "a/b c", &slow, &format!("*/{}", "a".repeat(600))]
        {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
        for text in ["**", "*/team-a/**", "ghcr.io/x/y"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
    }
}
