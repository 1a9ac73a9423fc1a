//! `STOWAGE_AUTH_HTPASSWD`: the file of those who sign in with a name and a password.

use std::fs;
use std::path::PathBuf;

use crate::access::htpasswd::parse;
use crate::config::Variables;
use crate::config::error::ConfigError;
use crate::config::secret::unreadable;

const VARIABLE: &str = "STOWAGE_AUTH_HTPASSWD";
/// What belongs to this way in.
pub(super) const VARIABLES: &[&str] = &[VARIABLE];
const EXAMPLE: &str =
    "STOWAGE_AUTH_HTPASSWD=/etc/stowage/htpasswd, made by `htpasswd -cB /etc/stowage/htpasswd alice`";

/// Reads the place of the file, and looks whether all of it can be used: who starts the server is there to mend it.
pub(super) fn read(variables: &Variables) -> Result<PathBuf, ConfigError> {
    let Some(path) = variables.text(VARIABLE)? else {
        let why = "is not set, but STOWAGE_AUTH lists local";
        return Err(ConfigError::unseen(VARIABLE, why, EXAMPLE));
    };
    let text = fs::read_to_string(path).map_err(|error| unreadable(VARIABLE, path, &error))?;
    match parse(&text) {
        Ok(users) if users.is_empty() => {
            let why = "names a file without users, so that nobody could sign in";
            Err(ConfigError::value(VARIABLE, path, why, EXAMPLE))
        }
        Ok(_) => Ok(path.into()),
        Err(error) => {
            let why = format!("names a file that cannot be used: {error}");
            Err(ConfigError::value(VARIABLE, path, why, EXAMPLE))
        }
    }
}
