//! What stands in the file, as the values of variables.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::line_after;
use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};
use crate::config::origin::Origin;
use crate::config::settings::{self, Kind, OF_REGISTRY, Setting};
use crate::config::variables::Value;

/// The key of the tables of registries.
const REGISTRIES: &str = "registries";

/// The values by the variables that they stand in for.
type Values = BTreeMap<String, Value>;
type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;

/// What was found.
pub(super) struct Found {
    pub(super) values: Values,
    pub(super) registries: Vec<Variables>,
    pub(super) errors: Vec<ConfigError>,
}

/// Reads all keys. Text that is not TOML is an error; keys that are wrong by themselves are found beside the others.
pub(super) fn read(text: &str, file: &Arc<str>) -> Result<Found, ConfigErrors> {
    let (table, mistakes) = DeTable::parse_recoverable(text);
    let mut errors = Collector::default();
    for mistake in mistakes {
        let line = line_after(&text.as_bytes()[..mistake.span().map_or(0, |it| it.start)]);
        // The parser names keys and what it expected, and no values.
        let why = format!("is not TOML in line {line}: {}", mistake.message());
        errors.add(ConfigError::without_example(file, why));
    }
    if !errors.is_empty() {
        return Err(errors.finish());
    }
    let mut reader = Reader { text, file, registries: Vec::new(), errors: Vec::new() };
    let mut values = Values::new();
    reader.table(table.get_ref(), &Place::default(), &mut values);
    let Reader { registries, mut errors, .. } = reader;
    // Tables are in the order of their keys, mistakes are mended from the top.
    errors.sort_by_key(|(line, _)| *line);
    Ok(Found { values, registries, errors: errors.into_iter().map(|(_, error)| error).collect() })
}

/// How the keys of a table begin: in the catalogue of settings, and as they are told.
#[derive(Default)]
struct Place {
    known: String,
    told: String,
}

impl Place {
    fn below(&self, key: &str) -> Self {
        Self { known: format!("{}{key}", self.known), told: format!("{}{key}", self.told) }
    }

    fn with_dot(self) -> Self {
        Self { known: format!("{}.", self.known), told: format!("{}.", self.told) }
    }
}

struct Reader<'a> {
    text: &'a str,
    file: &'a Arc<str>,
    registries: Vec<Variables>,
    /// Each with its line.
    errors: Vec<(usize, ConfigError)>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, place: &Place, values: &mut Values) {
        for (key, value) in table {
            let place = place.below(key.get_ref());
            let is_above = |it: &Setting| {
                it.key.strip_prefix(&place.known).is_some_and(|rest| rest.starts_with(['.', '[']))
            };
            match (settings::by_key(&place.known), value.get_ref()) {
                (Some(setting), value) if setting.kind == Kind::Headers => {
                    self.headers(setting, key, value, &place, values);
                }
                (Some(setting), value) => {
                    let found = text(setting.kind, value);
                    let found = self.value(key, &place.told, found, setting);
                    values.insert(setting.variable.to_owned(), found);
                }
                (None, DeValue::Array(tables)) if place.known == REGISTRIES => {
                    for (table, number) in tables.iter().zip(0..) {
                        self.registry(table, number);
                    }
                }
                (None, other) if place.known == REGISTRIES => {
                    let why = format!("is {}, but each registry has a table [[registries]]", words(other));
                    self.wrong(key, &place.told, why, None);
                }
                (None, DeValue::Table(table)) if settings::all().any(is_above) => {
                    self.table(table, &place.with_dot(), values);
                }
                (None, other) if settings::all().any(is_above) => {
                    let why = format!("is {}, but must be a table", words(other));
                    self.wrong(key, &place.told, why, None);
                }
                (None, _) => self.unknown(key, &place),
            }
        }
    }

    fn registry(&mut self, table: &Spanned<DeValue<'_>>, number: usize) {
        let told = format!("{REGISTRIES}[{number}]");
        let home = self.origin(table.span().start, &told);
        let mut values = Values::new();
        match table.get_ref() {
            DeValue::Table(table) => {
                let place = Place { known: OF_REGISTRY.to_owned(), told: format!("{told}.") };
                self.table(table, &place, &mut values);
            }
            other => {
                let why = format!("is {}, but must be a table", words(other));
                self.add(ConfigError::of_key(&home, why, None), &home);
            }
        }
        self.registries.push(Variables::from_values(values, Some(home)));
    }

    fn headers(
        &mut self,
        setting: &Setting,
        key: &Key<'_>,
        value: &DeValue<'_>,
        place: &Place,
        values: &mut Values,
    ) {
        let DeValue::Table(table) = value else {
            let why = format!("is {}, but must be a table of texts", words(value));
            self.wrong(key, &place.told, why, Some(setting.assignment()));
            return;
        };
        for (name, value) in table {
            let found = text(Kind::Secret, value.get_ref());
            let told = format!("{}.{}", place.told, name.get_ref());
            let found = self.value(name, &told, found, setting);
            values.insert(setting.variable.replace('*', name.get_ref()), found);
        }
    }

    /// A value, or why it cannot be one.
    fn value(
        &mut self,
        key: &Key<'_>,
        told: &str,
        found: Result<String, String>,
        setting: &Setting,
    ) -> Value {
        let origin = self.origin(key.span().start, told);
        match found {
            Ok(text) => Value { text: text.into(), origin, wrong: None },
            Err(why) => {
                let error = ConfigError::of_key(&origin, why, Some(setting.assignment()));
                self.add(error.clone(), &origin);
                Value { text: String::new().into(), origin, wrong: Some(error) }
            }
        }
    }

    fn unknown(&mut self, key: &Key<'_>, place: &Place) {
        let why = match settings::nearest_key(&place.known) {
            Some(near) => format!("is no setting; is {near} meant?"),
            None => "is no setting; docs/configuration.md lists all that there are".to_owned(),
        };
        self.wrong(key, &place.told, why, None);
    }

    fn wrong(&mut self, key: &Key<'_>, told: &str, why: String, example: Option<String>) {
        let origin = self.origin(key.span().start, told);
        self.add(ConfigError::of_key(&origin, why, example), &origin);
    }

    fn add(&mut self, error: ConfigError, origin: &Origin) {
        let line = if let Origin::Key { line, .. } = origin { *line } else { 0 };
        self.errors.push((line, error));
    }

    fn origin(&self, start: usize, key: &str) -> Origin {
        let line = line_after(&self.text.as_bytes()[..start]);
        Origin::Key { key: key.to_owned(), file: self.file.clone(), line }
    }
}

/// The text that a variable would hold, or why there is none. No value is shown, for it may be a secret.
fn text(kind: Kind, value: &DeValue<'_>) -> Result<String, String> {
    match (kind, value) {
        (Kind::Text | Kind::Secret | Kind::Headers, DeValue::String(text)) => Ok(text.clone().into_owned()),
        (Kind::Switch, DeValue::Boolean(is_on)) => Ok(is_on.to_string()),
        (Kind::Number, DeValue::Integer(number)) => i64::from_str_radix(number.as_str(), number.radix())
            .map(|it| it.to_string())
            .map_err(|_| "is too large a number".to_owned()),
        (Kind::List(between), DeValue::Array(items)) => list(between, items.iter().map(Spanned::get_ref)),
        (kind, value) => {
            let expected = match kind {
                Kind::Text | Kind::Secret | Kind::Headers => "a text, in quotes",
                Kind::Switch => "true or false, without quotes",
                Kind::Number => "a whole number, without quotes",
                Kind::List(_) => "a list of texts",
            };
            Err(format!("is {}, but must be {expected}", words(value)))
        }
    }
}

fn list<'a, 'i: 'a>(
    between: &[char],
    items: impl Iterator<Item = &'a DeValue<'i>>,
) -> Result<String, String> {
    let mut texts = Vec::new();
    for item in items {
        let DeValue::String(text) = item else {
            return Err(format!("lists {}, but must be a list of texts", words(item)));
        };
        if settings::parts(text, between).any(|part| part != text.trim()) {
            return Err(format!("lists {text:?}, but no text of this list can hold {:?}", between[0]));
        }
        texts.push(text.as_ref());
    }
    Ok(texts.join(&between[0].to_string()))
}

/// What a value is, in words.
fn words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(true) => "true",
        DeValue::Boolean(false) => "false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
