//! Secrets, which stand in a variable or in a file that another variable names.

use std::fs;
use std::io;

use registry::client::Secret;

use super::Variables;
use super::error::ConfigError;

/// Reads a secret from the variable `name`, or from the file that the variable `file` names.
pub(super) fn read(
    variables: &Variables,
    name: &'static str,
    file: &'static str,
    example: &str,
) -> Result<Option<Secret>, ConfigError> {
    match (variables.verbatim(name)?, variables.text(file)?) {
        (Some(_), Some(_)) => {
            let why = format!("is set and {file} too, but only one can hold the secret");
            Err(ConfigError::unseen(name, why, example))
        }
        (Some(secret), None) => Ok(Some(Secret::new(secret))),
        (None, Some(path)) => {
            let text = fs::read_to_string(path).map_err(|error| unreadable(file, path, &error))?;
            // Editors and `echo` end files with a newline, which is no part of the secret.
            let secret = text.strip_suffix('\n').unwrap_or(&text);
            Ok(Some(Secret::new(secret.strip_suffix('\r').unwrap_or(secret))))
        }
        (None, None) => Ok(None),
    }
}

/// Shorter tokens can be guessed.
const SHORTEST: usize = 16;

/// The same for a token that programs send in a header.
pub(super) fn read_token(
    variables: &Variables,
    name: &'static str,
    file: &'static str,
    example: &str,
) -> Result<Option<Secret>, ConfigError> {
    let token = read(variables, name, file, example)?;
    match &token {
        Some(it) if it.expose().len() < SHORTEST => {
            let why = format!("has fewer than {SHORTEST} characters, so that it could be guessed");
            Err(ConfigError::unseen(name, why, example))
        }
        Some(it) if !it.expose().bytes().all(|byte| byte.is_ascii_graphic()) => {
            let why = "holds characters that no header can carry";
            Err(ConfigError::unseen(name, why, example))
        }
        _ => Ok(token),
    }
}

/// A variable names a file that cannot be read.
pub(super) fn unreadable(variable: &'static str, path: &str, error: &io::Error) -> ConfigError {
    let why = format!("names a file that cannot be read ({error})");
    ConfigError::value(variable, path, why, &format!("{variable}=/run/secrets/registry"))
}
