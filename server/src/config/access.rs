//! `STOWAGE_AUTH` and its companions: how one signs in, and who may do what.

mod grants;
mod htpasswd;
mod oidc;
mod proxy;
mod public_url;
mod session;
#[cfg(test)]
mod tests;
mod trusted_proxies;

use std::path::PathBuf;
use std::time::Duration;

use engine::{Grant, Way};
use url::Url;

use super::Variables;
use super::error::{Collector, ConfigError, ConfigErrors};
use super::networks::Networks;

pub use oidc::OidcConfig;
pub use proxy::ProxyConfig;
pub(super) use public_url::path as public_path;

const VARIABLE: &str = "STOWAGE_AUTH";
const EXAMPLE: &str = "STOWAGE_AUTH=local,oidc, or STOWAGE_AUTH=open where nobody has to sign in";

/// How one signs in, and who may do what.
#[derive(Debug)]
pub struct AccessConfig {
    /// Whether one has to sign in: `STOWAGE_AUTH`.
    pub mode: Mode,
    /// The file of users, which was read without a mistake: `STOWAGE_AUTH_HTPASSWD`.
    pub htpasswd: Option<PathBuf>,
    /// Whether the credentials of a registry are those of a person here: `registry` in `STOWAGE_AUTH`.
    pub registry_sign_in: bool,
    /// The OpenID provider: `STOWAGE_OIDC_ISSUER` and its companions.
    pub oidc: Option<OidcConfig>,
    /// The proxy that says who asks: `STOWAGE_PROXY_USER_HEADER` and its companions.
    pub proxy: Option<ProxyConfig>,
    /// Who may do what: `STOWAGE_GRANTS`, `STOWAGE_GRANTS_FILE`.
    pub grants: Vec<Grant>,
    /// Where browsers find this server: `STOWAGE_PUBLIC_URL`.
    pub public_url: Option<Url>,
    /// Who is believed where a request comes from: `STOWAGE_TRUSTED_PROXIES`.
    pub trusted_proxies: Networks,
    /// After how long without a request somebody is signed out: `STOWAGE_SESSION_IDLE`.
    pub idle: Duration,
    /// After how long somebody is signed out in any case: `STOWAGE_SESSION_LONGEST`.
    pub longest: Duration,
}

/// Whether one has to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nobody has to, because nothing was said about it.
    OpenUnsaid,
    /// Nobody has to, because somebody said so.
    OpenMeant,
    /// There is a way in at least.
    SignIn,
}

/// Reads the ways in and what belongs to them.
pub(super) fn read(variables: &Variables) -> Result<AccessConfig, ConfigErrors> {
    let mut errors = Collector::default();
    let Some((mode, ways)) = errors.take_all(ways(variables)) else { return Err(errors.finish()) };
    let listed = |way: Way| ways.contains(&way);
    let htpasswd = errors.take(listed(Way::Local).then(|| htpasswd::read(variables)).transpose());
    let oidc = errors.take_all(listed(Way::Oidc).then(|| oidc::read(variables)).transpose());
    let proxy = errors.take_all(listed(Way::Proxy).then(|| proxy::read(variables)).transpose());
    let grants = errors.take_all(grants::read(variables, mode));
    let public_url = errors.take(public_url::read(variables));
    let trusted_proxies = errors.take(trusted_proxies::read(variables));
    let times = errors.take_all(session::read(variables));
    if listed(Way::Oidc) && matches!(public_url, Some(None)) {
        let why = "is not set, and the OpenID provider must be told where to send people back to";
        let _ = errors.take::<()>(Err(ConfigError::unseen(public_url::VARIABLE, why, public_url::EXAMPLE)));
        return Err(errors.finish());
    }
    let (
        Some(htpasswd),
        Some(oidc),
        Some(proxy),
        Some(grants),
        Some(public_url),
        Some(trusted_proxies),
        Some((idle, longest)),
    ) = (htpasswd, oidc, proxy, grants, public_url, trusted_proxies, times)
    else {
        return Err(errors.finish());
    };
    Ok(AccessConfig {
        mode,
        htpasswd,
        registry_sign_in: listed(Way::Registry),
        oidc,
        proxy,
        grants,
        public_url,
        trusted_proxies,
        idle,
        longest,
    })
}

/// The ways that are listed; where none are, those that something is said about.
///
/// Half of what a way needs counts as something, so that a forgotten variable is a mistake and not an open door.
fn ways(variables: &Variables) -> Result<(Mode, Vec<Way>), ConfigErrors> {
    let mut errors = Collector::default();
    let listed = errors.take(listed(variables));
    let said = errors.take(said(variables));
    let (Some(listed), Some(said)) = (listed, said) else { return Err(errors.finish()) };
    let Some((mode, ways)) = listed else {
        let mut ways: Vec<Way> = said.into_iter().map(|(way, _)| way).collect();
        ways.dedup();
        let mode = if ways.is_empty() { Mode::OpenUnsaid } else { Mode::SignIn };
        return Ok((mode, ways));
    };
    let forgotten: Vec<_> = said.into_iter().filter(|(way, _)| !ways.contains(way)).collect();
    if forgotten.is_empty() {
        return Ok((mode, ways));
    }
    for (way, name) in forgotten {
        let why = format!("is set, but {VARIABLE} does not list {}", way.word());
        let example = format!("{VARIABLE}={}", way.word());
        let _ = errors.take::<()>(Err(ConfigError::unseen(name, why, &example)));
    }
    Err(errors.finish())
}

/// The variables that are set and belong to one way, those of a way beside each other.
fn said(variables: &Variables) -> Result<Vec<(Way, &'static str)>, ConfigError> {
    let mut said = Vec::new();
    for (way, names) in
        [(Way::Local, htpasswd::VARIABLES), (Way::Oidc, oidc::VARIABLES), (Way::Proxy, proxy::VARIABLES)]
    {
        for &name in names {
            if variables.text(name)?.is_some() {
                said.push((way, name));
            }
        }
    }
    Ok(said)
}

/// The ways that the variable lists; nothing where it is absent.
fn listed(variables: &Variables) -> Result<Option<(Mode, Vec<Way>)>, ConfigError> {
    let Some(text) = variables.text(VARIABLE)? else { return Ok(None) };
    let wrong = |why: String| Err(ConfigError::value(VARIABLE, text, why, EXAMPLE));
    let mut open = false;
    let mut ways = Vec::new();
    for word in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        match Way::ALL.into_iter().find(|it| it.word() == word) {
            Some(way) if ways.contains(&way) => {}
            Some(way) => ways.push(way),
            None if word == "open" => open = true,
            None => {
                return wrong(format!(
                    "lists {word:?}; the ways in are open, local, registry, oidc and proxy"
                ));
            }
        }
    }
    match (open, ways.is_empty()) {
        (true, true) => Ok(Some((Mode::OpenMeant, ways))),
        (true, false) => wrong(
            "says that nobody has to sign in, and lists ways to do it; only one can be meant".to_owned(),
        ),
        (false, true) => wrong("lists nothing".to_owned()),
        (false, false) => Ok(Some((Mode::SignIn, ways))),
    }
}
