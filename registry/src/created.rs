//! When an image was made, as far as it says so.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The annotation that repeats or replaces the date in the configuration (OCI image specification, "Annotations").
const ANNOTATION: &str = "org.opencontainers.image.created";

/// 1980-01-02, in seconds since 1970: dates before it are placeholders.
///
/// Reproducible builds write the year 1 (Go's zero time), 1970 (Bazel, ko, Nix) or 1980-01-01 (Buildpacks).
const FIRST_BELIEVABLE: i64 = 315_619_200;

/// Whether an image tells when it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CreatedState {
    /// It has a date.
    Recorded,
    /// It has none.
    #[default]
    NotRecorded,
    /// It has a date that only stands in for one, as reproducible builds write it.
    Placeholder,
    /// It has a text that is not a date.
    Unreadable,
}

/// When an image was made, and whether it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Created {
    /// The instant, in RFC 3339; absent unless the state is `recorded`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    #[serde(rename = "created")]
    pub at: Option<Timestamp>,
    /// Why there is no instant.
    #[serde(rename = "created_state")]
    pub state: CreatedState,
}

impl Created {
    /// Reads the date of a configuration, and where it has none, the annotation's.
    pub fn read(text: Option<&str>, annotations: &BTreeMap<String, String>) -> Self {
        let own = Self::of_text(text);
        let annotated = Self::of_text(annotations.get(ANNOTATION).map(String::as_str));
        if own.at.is_none() && annotated.at.is_some() { annotated } else { own }
    }

    fn of_text(text: Option<&str>) -> Self {
        let without = |state| Self { at: None, state };
        match text.map(str::trim).filter(|it| !it.is_empty()) {
            None => without(CreatedState::NotRecorded),
            Some(text) => match text.parse::<Timestamp>() {
                Err(_) => without(CreatedState::Unreadable),
                Ok(at) if at.as_second() < FIRST_BELIEVABLE => without(CreatedState::Placeholder),
                Ok(at) => Self { at: Some(at), state: CreatedState::Recorded },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(text: &str) -> CreatedState {
        Created::read(Some(text), &BTreeMap::new()).state
    }

    #[test]
    fn reads_dates_as_builders_write_them() {
        for text in ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00.123456789Z", "2024-05-01T12:00:00+02:00"] {
            assert_eq!(state(text), CreatedState::Recorded, "{text}");
        }
    }

    #[test]
    fn does_not_believe_placeholders() {
        for text in
            ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z", "1980-01-01T00:00:01Z"]
        {
            assert_eq!(state(text), CreatedState::Placeholder, "{text}");
        }
    }

    #[test]
    fn tells_no_date_from_a_bad_one() {
        assert_eq!(Created::read(None, &BTreeMap::new()).state, CreatedState::NotRecorded);
        assert_eq!(state(""), CreatedState::NotRecorded);
        assert_eq!(state("yesterday"), CreatedState::Unreadable);
    }

    #[test]
    fn falls_back_to_the_annotation() {
        let annotations = BTreeMap::from([(ANNOTATION.to_owned(), "2024-05-01T10:00:00Z".to_owned())]);
        for text in [None, Some("0001-01-01T00:00:00Z"), Some("yesterday")] {
            assert_eq!(Created::read(text, &annotations).state, CreatedState::Recorded);
        }
    }
}
