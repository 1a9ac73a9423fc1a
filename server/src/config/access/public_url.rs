//! `STOWAGE_PUBLIC_URL`: where browsers find this server.

use app::base_path::BasePath;
use url::Url;

use crate::config::Variables;
use crate::config::error::ConfigError;

pub(super) const VARIABLE: &str = "STOWAGE_PUBLIC_URL";
pub(super) const EXAMPLE: &str = "STOWAGE_PUBLIC_URL=https://stowage.example.com";

/// Reads a scheme and a host, with a port where it is not the usual one, and the path that Stowage is served under.
pub(super) fn read(variables: &Variables) -> Result<Option<Url>, ConfigError> {
    let Some(text) = variables.text(VARIABLE)? else { return Ok(None) };
    // What stands before an @ may be a password.
    let wrong = |why: &str| {
        Err(match text.contains('@') {
            true => ConfigError::unseen(VARIABLE, why, EXAMPLE),
            false => ConfigError::value(VARIABLE, text, why, EXAMPLE),
        })
    };
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
        Ok(_) => return wrong("begins with neither http:// nor https://"),
        Err(error) => return wrong(&format!("is not an address ({error})")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("holds credentials, which everybody would see");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("has a part after ? or #, which belongs to one page only");
    }
    match url.path().parse::<BasePath>() {
        Ok(_) => Ok(Some(url)),
        Err(error) => wrong(&format!("has a path that {error}")),
    }
}

/// The path of that address; nothing where there is none, and where [`read`] tells what is wrong with it.
pub(in crate::config) fn path(variables: &Variables) -> Option<BasePath> {
    read(variables).ok()??.path().parse().ok()
}
