//! What is wrong with the configuration, in words that say how to put it right.

use std::fmt;

use super::Variables;
use super::origin::Origin;
use super::settings;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What it is about: a variable, a key of the file, or the file itself.
    name: String,
    value: Option<String>,
    /// Where that stands in the file.
    place: Option<String>,
    why: String,
    /// A whole assignment that would do.
    example: Option<String>,
}

impl ConfigError {
    /// A variable whose value cannot be used. `example` is a whole assignment.
    pub(super) fn value(variable: &str, value: &str, why: impl Into<String>, example: &str) -> Self {
        Self { value: Some(value.to_owned()), ..Self::unseen(variable, why, example) }
    }

    /// A variable that is missing, or whose value must not be shown.
    pub(super) fn unseen(variable: &str, why: impl Into<String>, example: &str) -> Self {
        Self { example: Some(example.to_owned()), ..Self::without_example(variable, why) }
    }

    /// Something of which nobody can say how it should be.
    pub(super) fn without_example(name: &str, why: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: None, place: None, why: why.into(), example: None }
    }

    /// A key of the file that cannot be used.
    pub(super) fn of_key(origin: &Origin, why: impl Into<String>, example: Option<String>) -> Self {
        let (name, place) = (origin.name().to_owned(), origin.place());
        Self { name, value: None, place, why: why.into(), example }
    }

    /// The same in the words of where the value came from, which the one who read it does not know.
    fn told_by(mut self, variables: &Variables) -> Self {
        let Some(setting) = settings::by_variable(&self.name) else { return self };
        match variables.origin(&self.name) {
            Some(origin) => {
                self.name = origin.name().to_owned();
                self.place = origin.place();
                if self.place.is_some() {
                    self.why = settings::in_keys(&self.why, setting);
                    self.example = Some(setting.assignment());
                }
            }
            // Who has a file looks for the key there.
            None if variables.has_file() => self.place = Some(format!("({} in the file)", setting.key)),
            None => {}
        }
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, place, why, example } = self;
        f.write_str(name)?;
        if let Some(value) = value {
            write!(f, "={value:?}")?;
        }
        if let Some(place) = place {
            write!(f, " {place}")?;
        }
        write!(f, " {why}")?;
        match example {
            Some(example) => write!(f, "; for example {example}"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong, so that nobody has to start the server once for each mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// The same in the words of where the values came from, each thing once.
    pub(super) fn told_by(self, variables: &Variables) -> Self {
        let mut told = Vec::new();
        for error in self.0.into_iter().map(|it| it.told_by(variables)) {
            if !told.contains(&error) {
                told.push(error);
            }
        }
        Self(told)
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}

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
