//! `STOWAGE_LOG`: which events are logged.

use tracing_subscriber::EnvFilter;

use super::Variables;
use super::error::ConfigError;

const VARIABLE: &str = "STOWAGE_LOG";
const DEFAULT: &str = "info";

/// Reads directives such as `info` or `warn,engine=debug`.
pub(super) fn read(variables: &Variables) -> Result<String, ConfigError> {
    let Some(text) = variables.text(VARIABLE)? else { return Ok(DEFAULT.to_owned()) };
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            let why = format!("is no log filter ({error})");
            Err(ConfigError::value(VARIABLE, text, why, "STOWAGE_LOG=info, or STOWAGE_LOG=warn,engine=debug"))
        }
    }
}
