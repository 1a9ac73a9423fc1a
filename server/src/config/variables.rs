//! Named values, usually those of the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

use super::error::ConfigError;

/// Nothing here happens more often, or is over sooner.
const SHORTEST_TIME: Duration = Duration::from_secs(60);

/// Named values; those that are empty count as absent, because compose files cannot leave a variable out.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, OsString>);

impl Variables {
    /// The environment of this process.
    pub fn from_env() -> Self {
        // A name that is not Unicode is none of ours.
        Self(
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect(),
        )
    }

    /// The text of a variable, without blanks around it.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, ConfigError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let Some(text) = value.to_str() else {
            return Err(ConfigError::unseen(name, "is not UTF-8", &format!("{name}=text")));
        };
        Ok(Some(text.trim()).filter(|text| !text.is_empty()))
    }

    /// The text of a variable as it is, blanks included: secrets may begin or end with one.
    pub(super) fn verbatim(&self, name: &str) -> Result<Option<&str>, ConfigError> {
        Ok(self.text(name)?.and(self.0.get(name)).and_then(|value| value.to_str()))
    }

    /// A variable that holds a length of time of a minute or more, as people write it: `90m`, `1d`.
    pub(super) fn time(&self, name: &'static str, example: &str) -> Result<Option<Duration>, ConfigError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let span = text.parse::<Span>().and_then(|it| it.to_duration(SpanRelativeTo::days_are_24_hours()));
        match span.ok().and_then(|it| Duration::try_from(it).ok()) {
            Some(time) if time >= SHORTEST_TIME => Ok(Some(time)),
            Some(_) => Err(ConfigError::value(name, text, "is less than a minute", example)),
            None => Err(ConfigError::value(name, text, "is no length of time", example)),
        }
    }

    /// A variable that switches something on or off; off where it is absent.
    pub(super) fn switch(&self, name: &str) -> Result<bool, ConfigError> {
        Ok(self.choice(name)?.unwrap_or(false))
    }

    /// The same for what is neither on nor off unless somebody says so.
    pub(super) fn choice(&self, name: &str) -> Result<Option<bool>, ConfigError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(Some(true)),
            "false" | "0" | "no" | "off" => Ok(Some(false)),
            _ => {
                let why = "is neither true nor false";
                Err(ConfigError::value(name, text, why, &format!("{name}=true")))
            }
        }
    }

    /// The names of variables that begin like this and are not empty.
    pub(super) fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.0.range(start.to_owned()..).take_while(move |(name, _)| name.starts_with(start));
        from.filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.as_str())
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// The values may be secrets, so only the names are shown.
impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
