//! `STOWAGE_LOG` and `STOWAGE_LOG_FORMAT`: which events are logged, and how.

use tracing_subscriber::EnvFilter;

use super::Variables;
use super::error::{Collector, ConfigError, ConfigErrors};

const VARIABLE: &str = "STOWAGE_LOG";
const FORMAT: &str = "STOWAGE_LOG_FORMAT";
const DEFAULT: &str = "info";

/// The log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// Directives such as `info` or `warn,engine=debug`, which can be read.
    pub filter: String,
    /// The form of its lines.
    pub format: LogFormat,
}

/// The form of the log's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Reads both.
pub(super) fn read(variables: &Variables) -> Result<LogConfig, ConfigErrors> {
    let mut errors = Collector::default();
    match (errors.take(filter(variables)), errors.take(format(variables))) {
        (Some(filter), Some(format)) => Ok(LogConfig { filter, format }),
        _ => Err(errors.finish()),
    }
}

fn filter(variables: &Variables) -> Result<String, ConfigError> {
    let Some(text) = variables.text(VARIABLE)? else { return Ok(DEFAULT.to_owned()) };
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            let why = format!("is no log filter ({error})");
            Err(ConfigError::value(VARIABLE, text, why, "STOWAGE_LOG=info, or STOWAGE_LOG=warn,engine=debug"))
        }
    }
}

fn format(variables: &Variables) -> Result<LogFormat, ConfigError> {
    let Some(text) = variables.text(FORMAT)? else { return Ok(LogFormat::Auto) };
    match text.to_ascii_lowercase().as_str() {
        "auto" => Ok(LogFormat::Auto),
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => {
            let why = "is neither text nor json nor auto";
            Err(ConfigError::value(FORMAT, text, why, "STOWAGE_LOG_FORMAT=json"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_decides_unless_somebody_does() {
        let read = |pairs: &[(&str, &str)]| read(&pairs.iter().copied().collect());
        let default = LogConfig { filter: "info".to_owned(), format: LogFormat::Auto };
        assert_eq!(read(&[]), Ok(default.clone()));
        assert_eq!(read(&[(FORMAT, "JSON")]), Ok(LogConfig { format: LogFormat::Json, ..default }));
        let error = read(&[(FORMAT, "xml"), (VARIABLE, "=,=")]).unwrap_err().to_string();
        assert!(error.contains("STOWAGE_LOG_FORMAT=\"xml\"") && error.contains("STOWAGE_LOG="), "{error}");
    }
}
