//! What is wrong with the configuration, in words that say how to put it right.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    variable: String,
    value: Option<String>,
    why: String,
    example: String,
}

impl ConfigError {
    /// A variable whose value cannot be used. `example` is a whole assignment.
    pub(super) fn value(variable: &str, value: &str, why: impl Into<String>, example: &str) -> Self {
        let variable = variable.to_owned();
        Self { variable, value: Some(value.to_owned()), why: why.into(), example: example.to_owned() }
    }

    /// A variable that is missing, or whose value must not be shown.
    pub(super) fn unseen(variable: &str, why: impl Into<String>, example: &str) -> Self {
        let variable = variable.to_owned();
        Self { variable, value: None, why: why.into(), example: example.to_owned() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, value, why, example } = self;
        match value {
            Some(value) => write!(f, "{variable}={value:?} {why}; for example {example}"),
            None => write!(f, "{variable} {why}; for example {example}"),
        }
    }
}

/// Everything that is wrong, so that nobody has to start the server once for each mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// Gathers errors while everything is read that can be read.
#[derive(Debug, Default)]
pub(super) struct Collector(Vec<ConfigError>);

impl Collector {
    /// Keeps the error of one value.
    pub(super) fn take<T>(&mut self, result: Result<T, ConfigError>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// Keeps the errors of several values.
    pub(super) fn take_all<T>(&mut self, result: Result<T, ConfigErrors>) -> Option<T> {
        result.map_err(|errors| self.0.extend(errors.0)).ok()
    }

    /// Keeps an error.
    pub(super) fn add(&mut self, error: ConfigError) {
        self.0.push(error);
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All errors, of which there must be one at least.
    pub(super) fn finish(self) -> ConfigErrors {
        ConfigErrors(self.0)
    }
}
