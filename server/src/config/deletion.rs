//! `DELETE_IMAGES`, `STOWAGE_PROTECTED_TAGS` and `STOWAGE_TRASH_FOR`: whether and what may be deleted, and for how long
//! it can be put back.

use engine::{DeletionPolicy, ProtectedTags};

use super::error::ConfigError;
use super::{Variables, settings};

const DELETE: &str = "DELETE_IMAGES";
const PROTECTED: &str = "STOWAGE_PROTECTED_TAGS";
const PROTECTED_EXAMPLE: &str = "STOWAGE_PROTECTED_TAGS=latest,v*,team/**:prod-*";
const TRASH: &str = "STOWAGE_TRASH_FOR";
const TRASH_EXAMPLE: &str = "STOWAGE_TRASH_FOR=30d";

/// Reads whether anything may be deleted; without the variable nothing may.
pub(super) fn read(variables: &Variables) -> Result<DeletionPolicy, ConfigError> {
    let usual = DeletionPolicy::default();
    Ok(DeletionPolicy {
        enabled: variables.switch(DELETE)?,
        protected: protected(variables)?,
        trash_for: variables.time(TRASH, TRASH_EXAMPLE)?.unwrap_or(usual.trash_for),
    })
}

fn protected(variables: &Variables) -> Result<Vec<ProtectedTags>, ConfigError> {
    let Some(text) = variables.text(PROTECTED)? else { return Ok(Vec::new()) };
    let patterns = settings::parts(text, &[',']).map(|it| {
        it.parse().map_err(|error: engine::InvalidPattern| {
            ConfigError::value(PROTECTED, text, format!("cannot be used: {error}"), PROTECTED_EXAMPLE)
        })
    });
    patterns.collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn policy(pairs: &[(&'static str, &'static str)]) -> Result<DeletionPolicy, ConfigError> {
        read(&pairs.iter().copied().collect())
    }

    #[test]
    fn nothing_is_deleted_unless_that_is_said() {
        assert!(!policy(&[]).unwrap().enabled);
        assert!(!policy(&[(DELETE, "false")]).unwrap().enabled);
        assert!(policy(&[(DELETE, "true")]).unwrap().enabled);
        assert!(policy(&[(DELETE, "perhaps")]).is_err());
    }

    #[test]
    fn patterns_and_times_are_read_or_refused_with_an_example() {
        let read = policy(&[(PROTECTED, "latest, v*,team/{a,b}:prod-*,"), (TRASH, "2d")]).unwrap();
        let patterns: Vec<String> = read.protected.iter().map(ToString::to_string).collect();
        assert_eq!(patterns, ["latest", "v*", "team/{a,b}:prod-*"]);
        assert_eq!(read.trash_for, Duration::from_secs(2 * 24 * 60 * 60));
        for pair in [(PROTECTED, "a b"), (TRASH, "soon"), (TRASH, "1s")] {
            assert!(policy(&[pair]).unwrap_err().to_string().contains("for example"), "{pair:?}");
        }
    }
}
