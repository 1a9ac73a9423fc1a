//! `STOWAGE_SCAN_INTERVAL`: how often everything is compared with the registries.

use std::time::Duration;

use super::Variables;
use super::error::ConfigError;

const VARIABLE: &str = "STOWAGE_SCAN_INTERVAL";
const EXAMPLE: &str = "STOWAGE_SCAN_INTERVAL=6h, or STOWAGE_SCAN_INTERVAL=off";
const DEFAULT: Duration = Duration::from_secs(6 * 60 * 60);

/// Reads `6h`, `30m`, `1d` or `off`; nothing is scanned by itself where it is off.
pub(super) fn read(variables: &Variables) -> Result<Option<Duration>, ConfigError> {
    let Some(text) = variables.text(VARIABLE)? else { return Ok(Some(DEFAULT)) };
    if matches!(text.to_ascii_lowercase().as_str(), "off" | "never" | "0") {
        return Ok(None);
    }
    variables.time(VARIABLE, EXAMPLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Option<Duration>, ConfigError> {
        read(&[(VARIABLE, text)].into_iter().collect())
    }

    #[test]
    fn reads_lengths_of_time_as_people_write_them() {
        for (text, minutes) in
            [("", 360), ("6h", 360), ("90m", 90), ("1d", 1440), ("1h 30m", 90), ("PT2H", 120)]
        {
            assert_eq!(read_text(text), Ok(Some(Duration::from_secs(60 * minutes))), "{text}");
        }
        for text in ["off", "OFF", "never", "0"] {
            assert_eq!(read_text(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_length_of_time_or_too_short_a_one() {
        for text in ["often", "6", "-6h", "5s", "1 month"] {
            assert!(read_text(text).unwrap_err().to_string().contains("for example"), "{text}");
        }
    }
}
