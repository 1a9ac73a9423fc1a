//! Named values: those of the environment, and below them those of a file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

use super::error::{ConfigError, ConfigErrors};
use super::file::{self, FileSettings};
use super::origin::Origin;
use super::settings;

/// Nothing here happens more often, or is over sooner.
const SHORTEST_TIME: Duration = Duration::from_secs(60);

/// Named values; those that are empty count as absent, because compose files cannot leave a variable out.
///
/// A file's values are here under the names of the variables that they stand in for, so that both mean the same.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, Value>,
    /// Where whatever is not set would stand, where these are the values of one registry of several.
    home: Option<Origin>,
    file: Option<FileSettings>,
}

/// A value and where it comes from.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) text: OsString,
    pub(super) origin: Origin,
    /// Why it cannot be used, whatever it is for: a number in the place of a text.
    pub(super) wrong: Option<ConfigError>,
}

impl Variables {
    /// The environment of this process, and below it the file that is named here, or by `STOWAGE_CONFIG`, or that lies
    /// at the usual place.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigErrors> {
        // A name that is not Unicode is none of ours.
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        environment.collect::<Self>().with_file(file)
    }

    /// The same with a file below them.
    pub fn with_file(self, file: Option<&Path>) -> Result<Self, ConfigErrors> {
        match file::find(file, &self, Path::new(file::USUAL))? {
            Some(path) => {
                let file = file::read(&path)?;
                Ok(Self { file: Some(file.clone()), ..self.over(&Self::from_values(file.values, None)) })
            }
            None => Ok(self),
        }
    }

    /// Values of a registry, each of which would stand at `home` if it were set.
    pub(super) fn from_values(values: BTreeMap<String, Value>, home: Option<Origin>) -> Self {
        Self { values, home, file: None }
    }

    /// These, and where one is not set, that of the others, unless something is set here that says the same.
    pub(super) fn over(mut self, others: &Self) -> Self {
        let is_free = |name: &str| {
            !self.is_set(name) && settings::alternatives(name).all(|alternative| !self.is_set(alternative))
        };
        let below: Vec<_> = others.values.iter().filter(|(name, _)| is_free(name)).collect();
        self.values.extend(below.into_iter().map(|(name, value)| (name.clone(), value.clone())));
        Self { home: others.home.clone(), ..self }
    }

    /// Those of them whose names are among these.
    pub(super) fn only(&self, is_one: impl Fn(&str) -> bool) -> Self {
        let values = self.values.iter().filter(|(name, _)| is_one(name));
        let values = values.map(|(name, value)| (name.clone(), value.clone())).collect();
        Self { values, home: self.home.clone(), file: None }
    }

    /// The same with another value.
    pub(super) fn with(mut self, name: &str, text: &str, origin: Origin) -> Self {
        self.values.insert(name.to_owned(), Value { text: text.into(), origin, wrong: None });
        self
    }

    /// The same where whatever is not set would stand elsewhere.
    pub(super) fn at(self, home: Origin) -> Self {
        Self { home: Some(home), ..self }
    }

    /// All of them.
    pub(super) fn values(&self) -> &BTreeMap<String, Value> {
        &self.values
    }

    /// The file, if there is one.
    pub(super) fn file(&self) -> Option<&FileSettings> {
        self.file.as_ref()
    }

    /// Whether a file was read.
    pub(super) fn has_file(&self) -> bool {
        self.file.is_some()
    }

    /// Where a value comes from, or would.
    pub(super) fn origin(&self, name: &str) -> Option<Origin> {
        match (self.is_set(name), &self.home) {
            (true, _) => self.values.get(name).map(|it| it.origin.clone()),
            (false, Some(Origin::Key { key, file, line })) => {
                let field = settings::by_variable(name)?.field();
                Some(Origin::Key { key: format!("{key}.{field}"), file: file.clone(), line: *line })
            }
            (false, home) => home.clone(),
        }
    }

    /// Whether a variable is there and not empty.
    pub(super) fn is_set(&self, name: &str) -> bool {
        !matches!(self.text(name), Ok(None))
    }

    /// The text of a variable, without blanks around it.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, ConfigError> {
        let Some(value) = self.values.get(name) else { return Ok(None) };
        if let Some(error) = &value.wrong {
            return Err(error.clone());
        }
        let Some(text) = value.text.to_str() else {
            return Err(ConfigError::unseen(name, "is not UTF-8", &format!("{name}=text")));
        };
        Ok(Some(text.trim()).filter(|text| !text.is_empty()))
    }

    /// The text of a variable as it is, blanks included: secrets may begin or end with one.
    pub(super) fn verbatim(&self, name: &str) -> Result<Option<&str>, ConfigError> {
        Ok(self.text(name)?.and(self.values.get(name)).and_then(|value| value.text.to_str()))
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

    /// A variable that holds several texts with commas between them.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, ConfigError> {
        let text = self.text(name)?.unwrap_or_default();
        Ok(settings::parts(text, &[',']).map(str::to_owned).collect())
    }

    /// A variable that switches something on or off; off where it is absent.
    pub(super) fn switch(&self, name: &str) -> Result<bool, ConfigError> {
        Ok(self.choice(name)?.unwrap_or(false))
    }

    /// The same for what is neither on nor off unless somebody says so.
    pub(super) fn choice(&self, name: &str) -> Result<Option<bool>, ConfigError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let why = "is neither true nor false";
        let is_on = Self::switch_of(text);
        is_on.map(Some).ok_or_else(|| ConfigError::value(name, text, why, &format!("{name}=true")))
    }

    /// Whether a text means on or off, if it means either.
    pub(super) fn switch_of(text: &str) -> Option<bool> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// The names of variables that begin like this and are not empty.
    pub(super) fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.values.range(start.to_owned()..).take_while(move |(name, _)| name.starts_with(start));
        from.filter(|(_, value)| !value.text.is_empty()).map(|(name, _)| name.as_str())
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let values = pairs.into_iter().map(|(name, text)| {
            let name = name.into();
            let origin = Origin::Variable(name.clone());
            (name, Value { text: text.into(), origin, wrong: None })
        });
        Self::from_values(values.collect(), None)
    }
}

/// The values may be secrets, so only the names are shown.
impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}
