//! `STOWAGE_TRUSTED_PROXIES`: who is believed where a request comes from, and how.

use crate::config::Variables;
use crate::config::error::ConfigError;
use crate::config::networks::{self, Networks};

const VARIABLE: &str = "STOWAGE_TRUSTED_PROXIES";
const EXAMPLE: &str = "STOWAGE_TRUSTED_PROXIES=127.0.0.1,172.18.0.0/16";

/// Reads addresses and networks; none of them is the usual case.
pub(super) fn read(variables: &Variables) -> Result<Networks, ConfigError> {
    Ok(networks::read(variables, VARIABLE, EXAMPLE)?.unwrap_or_default())
}
