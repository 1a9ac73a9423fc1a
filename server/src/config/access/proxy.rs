//! `STOWAGE_PROXY_…`: a proxy that has people sign in, and says who they are.

use axum::http::HeaderName;

use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};
use crate::config::networks::{self, Networks};

const USER: &str = "STOWAGE_PROXY_USER_HEADER";
const USER_EXAMPLE: &str = "STOWAGE_PROXY_USER_HEADER=Remote-User";
const GROUPS: &str = "STOWAGE_PROXY_GROUPS_HEADER";
const GROUPS_EXAMPLE: &str = "STOWAGE_PROXY_GROUPS_HEADER=Remote-Groups";
const FROM: &str = "STOWAGE_PROXY_FROM";
const FROM_EXAMPLE: &str = "STOWAGE_PROXY_FROM=127.0.0.1,172.18.0.0/16";
/// What belongs to this way in.
pub(super) const VARIABLES: &[&str] = &[USER, GROUPS, FROM];

/// A proxy that says who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyConfig {
    /// The header with the name: `STOWAGE_PROXY_USER_HEADER`.
    pub user_header: HeaderName,
    /// The header with the groups, commas between them: `STOWAGE_PROXY_GROUPS_HEADER`.
    pub groups_header: Option<HeaderName>,
    /// Where the proxy is; from anywhere else the headers count for nothing: `STOWAGE_PROXY_FROM`.
    pub from: Networks,
}

/// Reads which headers name somebody, and from whom they are believed.
pub(super) fn read(variables: &Variables) -> Result<ProxyConfig, ConfigErrors> {
    let mut errors = Collector::default();
    let user_header = errors.take(header(variables, USER, USER_EXAMPLE).and_then(|it| {
        let why = "is not set, and so nobody knows which header names who asks";
        it.ok_or_else(|| ConfigError::unseen(USER, why, USER_EXAMPLE))
    }));
    let groups_header = errors.take(header(variables, GROUPS, GROUPS_EXAMPLE));
    let from = errors.take(from(variables));
    match (user_header, groups_header, from) {
        (Some(user_header), Some(groups_header), Some(from)) => {
            Ok(ProxyConfig { user_header, groups_header, from })
        }
        _ => Err(errors.finish()),
    }
}

fn header(
    variables: &Variables,
    name: &'static str,
    example: &str,
) -> Result<Option<HeaderName>, ConfigError> {
    let Some(text) = variables.text(name)? else { return Ok(None) };
    match text.parse() {
        Ok(header) => Ok(Some(header)),
        Err(_) => Err(ConfigError::value(name, text, "is no name of a header", example)),
    }
}

fn from(variables: &Variables) -> Result<Networks, ConfigError> {
    networks::read(variables, FROM, FROM_EXAMPLE)?.ok_or_else(|| {
        let why = "is not set, and whoever can send a header could say to be somebody else";
        ConfigError::unseen(FROM, why, FROM_EXAMPLE)
    })
}
