//! What the configuration says about deleting.

use std::str::FromStr;
use std::time::Duration;

use registry::deletion::Protected;
use registry::{RepositoryName, Tag};

/// What the configuration says about deleting.
#[derive(Clone, Debug)]
pub struct DeletionPolicy {
    /// Whether anything may be deleted.
    pub enabled: bool,
    /// Tags that must stay.
    pub protected: Vec<ProtectedTags>,
    /// How long what was deleted can be put back.
    pub trash_for: Duration,
}

impl Default for DeletionPolicy {
    fn default() -> Self {
        Self { enabled: false, protected: Vec::new(), trash_for: Duration::from_secs(30 * 24 * 60 * 60) }
    }
}

/// Tags that must stay: `v*` everywhere, or `team/**:prod-*` in some repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedTags {
    repository: Option<String>,
    tag: String,
}

/// A pattern that no tag can fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pattern:?} is no pattern of tags; expected one like v* or team/**:prod-*")]
pub struct InvalidPattern {
    /// What was given.
    pub pattern: String,
}

impl FromStr for ProtectedTags {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let text = text.trim();
        let allowed = |part: &str, more: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "._-*?[]{},!".contains(c) || more.contains(c))
        };
        let (repository, tag) = match text.rsplit_once(':') {
            Some((repository, tag)) => (Some(repository), tag),
            None => (None, text),
        };
        if !allowed(tag, "") || repository.is_some_and(|it| !allowed(it, "/")) {
            return Err(InvalidPattern { pattern: text.to_owned() });
        }
        Ok(Self { repository: repository.map(str::to_owned), tag: tag.to_owned() })
    }
}

impl std::fmt::Display for ProtectedTags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.repository {
            Some(repository) => write!(f, "{repository}:{}", self.tag),
            None => f.write_str(&self.tag),
        }
    }
}

impl ProtectedTags {
    fn covers(&self, repository: &RepositoryName, tag: &Tag) -> bool {
        self.repository.as_ref().is_none_or(|it| fast_glob::glob_match(it, repository.as_str()))
            && fast_glob::glob_match(&self.tag, tag.as_str())
    }
}

impl DeletionPolicy {
    /// The tags of a repository that must stay, each with the pattern that says so.
    pub(crate) fn protected<'a>(
        &self,
        repository: &RepositoryName,
        tags: impl Iterator<Item = &'a Tag>,
    ) -> Protected {
        tags.filter_map(|tag| {
            let pattern = self.protected.iter().find(|it| it.covers(repository, tag))?;
            Some((tag.clone(), pattern.to_string()))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_tags_everywhere_or_in_some_repositories() {
        let covers = |pattern: &str, repository: &str, tag: &str| {
            let pattern: ProtectedTags = pattern.parse().unwrap();
            pattern.covers(&repository.parse().unwrap(), &tag.parse().unwrap())
        };
        for (pattern, repository, tag, expected) in [
            ("latest", "a/b", "latest", true),
            ("latest", "a/b", "latest-1", false),
            ("v*", "a/b", "v1.2.3", true),
            ("v*", "a/b", "1.0-v", false),
            ("team/**:prod-*", "team/a/b", "prod-1", true),
            ("team/**:prod-*", "other/a", "prod-1", false),
            ("team/*:prod-*", "team/a/b", "prod-1", false),
            ("{stable,lts}", "a", "lts", true),
        ] {
            assert_eq!(covers(pattern, repository, tag), expected, "{pattern} {repository}:{tag}");
        }
    }

    #[test]
    fn what_no_tag_can_fit_is_no_pattern() {
        for text in ["", " ", "a/b", "a b", "x:", ":v*", "Ä"] {
            assert!(text.parse::<ProtectedTags>().is_err(), "{text:?}");
        }
        assert_eq!("team/**:prod-*".parse::<ProtectedTags>().unwrap().to_string(), "team/**:prod-*");
    }
}
