//! `STOWAGE_SESSION_IDLE` and `STOWAGE_SESSION_LONGEST`: after how long one has to sign in again.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};

const IDLE: &str = "STOWAGE_SESSION_IDLE";
const IDLE_EXAMPLE: &str = "STOWAGE_SESSION_IDLE=12h";
const IDLE_DEFAULT: Duration = Duration::from_secs(12 * 60 * 60);
const LONGEST: &str = "STOWAGE_SESSION_LONGEST";
const LONGEST_EXAMPLE: &str = "STOWAGE_SESSION_LONGEST=7d";
const LONGEST_DEFAULT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Whoever reads a page for longer than this would be signed out by it.
const SHORTEST: Duration = Duration::from_secs(60);

/// Reads for how long somebody stays signed in without a request, and at all.
pub(super) fn read(variables: &Variables) -> Result<(Duration, Duration), ConfigErrors> {
    let mut errors = Collector::default();
    let idle = errors.take(time(variables, IDLE, IDLE_EXAMPLE));
    let longest = errors.take(time(variables, LONGEST, LONGEST_EXAMPLE));
    let (Some(idle), Some(longest)) = (idle, longest) else { return Err(errors.finish()) };
    match (idle, longest) {
        (Some(idle), longest) if idle > longest.unwrap_or(LONGEST_DEFAULT) => {
            let why = format!("is longer than {LONGEST}, so that it would never count");
            let _ = errors.take::<()>(Err(ConfigError::unseen(IDLE, why, IDLE_EXAMPLE)));
            Err(errors.finish())
        }
        // Who says only how long a session lasts at all means that it may be idle for as long.
        (None, Some(longest)) => Ok((IDLE_DEFAULT.min(longest), longest)),
        (idle, longest) => Ok((idle.unwrap_or(IDLE_DEFAULT), longest.unwrap_or(LONGEST_DEFAULT))),
    }
}

fn time(variables: &Variables, name: &'static str, example: &str) -> Result<Option<Duration>, ConfigError> {
    let Some(text) = variables.text(name)? else { return Ok(None) };
    let span = text.parse::<Span>().and_then(|it| it.to_duration(SpanRelativeTo::days_are_24_hours()));
    match span.ok().and_then(|it| Duration::try_from(it).ok()) {
        Some(time) if time >= SHORTEST => Ok(Some(time)),
        Some(_) => Err(ConfigError::value(name, text, "is less than a minute", example)),
        None => Err(ConfigError::value(name, text, "is no length of time", example)),
    }
}
