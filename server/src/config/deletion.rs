//! `DELETE_IMAGES`, `STOWAGE_PROTECTED_TAGS` and `STOWAGE_TRASH_FOR`: whether and what may be deleted, and for how long
//! it can be put back.

use std::time::Duration;

use engine::{DeletionPolicy, ProtectedTags};
use jiff::{Span, SpanRelativeTo};

use super::Variables;
use super::error::ConfigError;

const DELETE: &str = "DELETE_IMAGES";
const PROTECTED: &str = "STOWAGE_PROTECTED_TAGS";
const PROTECTED_EXAMPLE: &str = "STOWAGE_PROTECTED_TAGS=latest,v*,team/**:prod-*";
const TRASH: &str = "STOWAGE_TRASH_FOR";
const TRASH_EXAMPLE: &str = "STOWAGE_TRASH_FOR=30d";
/// What is thrown away by mistake must be there long enough to be missed.
const SHORTEST: Duration = Duration::from_secs(60);

/// Reads whether anything may be deleted; without the variable nothing may.
pub(super) fn read(variables: &Variables) -> Result<DeletionPolicy, ConfigError> {
    let usual = DeletionPolicy::default();
    Ok(DeletionPolicy {
        enabled: variables.switch(DELETE)?,
        protected: protected(variables)?,
        trash_for: trash_for(variables)?.unwrap_or(usual.trash_for),
    })
}

fn protected(variables: &Variables) -> Result<Vec<ProtectedTags>, ConfigError> {
    let Some(text) = variables.text(PROTECTED)? else { return Ok(Vec::new()) };
    let patterns = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    let patterns = patterns.map(|it| {
        it.parse().map_err(|error: engine::InvalidPattern| {
            ConfigError::value(PROTECTED, text, format!("cannot be used: {error}"), PROTECTED_EXAMPLE)
        })
    });
    patterns.collect()
}

fn trash_for(variables: &Variables) -> Result<Option<Duration>, ConfigError> {
    let Some(text) = variables.text(TRASH)? else { return Ok(None) };
    let span = text.parse::<Span>().and_then(|it| it.to_duration(SpanRelativeTo::days_are_24_hours()));
    match span.ok().and_then(|it| Duration::try_from(it).ok()) {
        Some(time) if time >= SHORTEST => Ok(Some(time)),
        Some(_) => Err(ConfigError::value(TRASH, text, "is less than a minute", TRASH_EXAMPLE)),
        None => Err(ConfigError::value(TRASH, text, "is no length of time", TRASH_EXAMPLE)),
    }
}

#[cfg(test)]
mod tests {
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
        let read = policy(&[(PROTECTED, "latest, v*,team/**:prod-*,"), (TRASH, "2d")]).unwrap();
        let patterns: Vec<String> = read.protected.iter().map(ToString::to_string).collect();
        assert_eq!(patterns, ["latest", "v*", "team/**:prod-*"]);
        assert_eq!(read.trash_for, Duration::from_secs(2 * 24 * 60 * 60));
        for pair in [(PROTECTED, "a b"), (TRASH, "soon"), (TRASH, "1s")] {
            assert!(policy(&[pair]).unwrap_err().to_string().contains("for example"), "{pair:?}");
        }
    }
}
