//! `STOWAGE_HOOKS_TOKEN`: what a registry must know to tell what has changed in it.

use registry::client::Secret;

use super::error::ConfigError;
use super::{Variables, secret};

pub(super) const VARIABLE: &str = "STOWAGE_HOOKS_TOKEN";
const FILE: &str = "STOWAGE_HOOKS_TOKEN_FILE";
const EXAMPLE: &str = "STOWAGE_HOOKS_TOKEN_FILE=/run/secrets/stowage-hooks, filled by `openssl rand -hex 32`";

/// Reads the token; without one, nobody can tell anything.
pub(super) fn read(variables: &Variables) -> Result<Option<Secret>, ConfigError> {
    secret::read_token(variables, VARIABLE, FILE, EXAMPLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_can_be_guessed_or_not_be_sent_is_refused_and_not_shown() {
        for token in ["hunter2", "hunter2 hunter2 hunter2"] {
            let error = read(&[(VARIABLE, token)].into_iter().collect()).unwrap_err().to_string();
            assert!(error.starts_with(VARIABLE) && !error.contains("hunter2"), "{error}");
        }
        let token = read(&[(VARIABLE, "0123456789abcdef")].into_iter().collect()).unwrap();
        assert_eq!(token.unwrap().expose(), "0123456789abcdef");
        assert!(read(&Variables::default()).unwrap().is_none());
    }
}
