//! `STOWAGE_GRANTS` and `STOWAGE_GRANTS_FILE`: who may do what.

use std::fs;

use engine::Grant;

use super::Mode;
use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};
use crate::config::secret::unreadable;

const VARIABLE: &str = "STOWAGE_GRANTS";
const FILE: &str = "STOWAGE_GRANTS_FILE";
const EXAMPLE: &str = "STOWAGE_GRANTS='administrator local:alice **; viewer everyone **'";
const FILE_EXAMPLE: &str = "STOWAGE_GRANTS_FILE=/etc/stowage/grants, with `viewer everyone **` in a line";

/// Reads grants from the variable, or from a file that has one in each line.
pub(super) fn read(variables: &Variables, mode: Mode) -> Result<Vec<Grant>, ConfigErrors> {
    let mut errors = Collector::default();
    let given = errors.take(variables.text(VARIABLE));
    let path = errors.take(variables.text(FILE));
    let (Some(given), Some(path)) = (given, path) else { return Err(errors.finish()) };
    let found = match (given, path) {
        (None, None) => return Ok(Vec::new()),
        (Some(_), Some(_)) => {
            let why = format!("is set and {FILE} too, but only one can hold the grants");
            Err(ConfigError::unseen(VARIABLE, why, EXAMPLE))
        }
        (given, _) if mode != Mode::SignIn => {
            let name = if given.is_some() { VARIABLE } else { FILE };
            let why = "says who may do what, but nobody signs in, so that everybody may do everything";
            Err(ConfigError::unseen(name, why, "STOWAGE_AUTH=local"))
        }
        (Some(text), None) => Ok(text.split(['\n', ';']).map(|it| parse(it, None)).collect::<Vec<_>>()),
        (None, Some(path)) => fs::read_to_string(path)
            .map(|text| text.lines().zip(1..).map(|(line, number)| parse(line, Some(number))).collect())
            .map_err(|error| unreadable(FILE, path, &error)),
    };
    let Some(found) = errors.take(found) else { return Err(errors.finish()) };
    let read: Vec<Option<Option<Grant>>> = found.into_iter().map(|it| errors.take(it)).collect();
    // All mistakes are told at once.
    match read.into_iter().collect::<Option<Vec<_>>>() {
        Some(grants) => Ok(grants.into_iter().flatten().collect()),
        None => Err(errors.finish()),
    }
}

/// Reads one grant, of a line of the file where there is a number; nothing where the text is empty or a comment.
fn parse(text: &str, number: Option<usize>) -> Result<Option<Grant>, ConfigError> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error: engine::InvalidGrant| match number {
        Some(number) => {
            ConfigError::unseen(FILE, format!("cannot be used: line {number}, {error}"), FILE_EXAMPLE)
        }
        None => ConfigError::unseen(VARIABLE, format!("cannot be used: {error}"), EXAMPLE),
    })
}
