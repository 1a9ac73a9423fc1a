//! `STOWAGE_SESSION_IDLE` and `STOWAGE_SESSION_LONGEST`: after how long one has to sign in again.

use std::time::Duration;

use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};

const IDLE: &str = "STOWAGE_SESSION_IDLE";
const IDLE_EXAMPLE: &str = "STOWAGE_SESSION_IDLE=12h";
const IDLE_DEFAULT: Duration = Duration::from_secs(12 * 60 * 60);
const LONGEST: &str = "STOWAGE_SESSION_LONGEST";
const LONGEST_EXAMPLE: &str = "STOWAGE_SESSION_LONGEST=7d";
const LONGEST_DEFAULT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Reads for how long somebody stays signed in without a request, and at all.
pub(super) fn read(variables: &Variables) -> Result<(Duration, Duration), ConfigErrors> {
    let mut errors = Collector::default();
    let idle = errors.take(variables.time(IDLE, IDLE_EXAMPLE));
    let longest = errors.take(variables.time(LONGEST, LONGEST_EXAMPLE));
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
