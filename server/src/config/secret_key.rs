//! `STOWAGE_SECRET_KEY`: what seals the secrets that the server keeps of those who signed in.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use engine::StoreLocation;
use registry::client::Secret;

use super::access::AccessConfig;
use super::error::ConfigError;
use super::{Purpose, Remark, Variables, secret};
use crate::access::sealed::new_key;

const VARIABLE: &str = "STOWAGE_SECRET_KEY";
const FILE: &str = "STOWAGE_SECRET_KEY_FILE";
const EXAMPLE: &str = "STOWAGE_SECRET_KEY_FILE=/run/secrets/stowage-key, filled by `openssl rand -hex 32`";
/// The file in the folder of the data.
const NAME: &str = "secret.key";
/// Shorter ones can be guessed.
const SHORTEST: usize = 32;
/// How often, and how long apart, a file is looked at that another server is just writing.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// Reads the key from the variable or its file, else from the folder of the data, where it is made at the first start.
///
/// Servers that share sessions but no folder must be given the same key. Who only looks makes none.
pub(super) fn read(
    variables: &Variables,
    data: Option<&Path>,
    purpose: Purpose,
) -> Result<Option<Secret>, ConfigError> {
    match (secret::read(variables, VARIABLE, FILE, EXAMPLE)?, data) {
        (Some(key), _) if key.expose().trim().len() < SHORTEST => {
            let why = format!("has fewer than {SHORTEST} characters, so that it could be guessed");
            Err(ConfigError::unseen(VARIABLE, why, EXAMPLE))
        }
        (Some(key), _) => Ok(Some(key)),
        // What is wrong with the folder is told elsewhere.
        (None, None) => Ok(None),
        (None, Some(folder)) if purpose == Purpose::Look && !folder.join(NAME).exists() => Ok(None),
        (None, Some(folder)) => own(&folder.join(NAME)).map(Some).map_err(|error| {
            let why = format!(
                "is not set, and the key in {} cannot be used ({error})",
                folder.join(NAME).display()
            );
            ConfigError::unseen(VARIABLE, why, EXAMPLE)
        }),
    }
}

/// A database can be shared by servers that do not share the folder of the data. They would take for signed out whom the
/// others have signed in with secrets.
pub(super) fn remark(variables: &Variables, store: &StoreLocation, access: &AccessConfig) -> Option<Remark> {
    let is_set = [VARIABLE, FILE].into_iter().any(|it| !matches!(variables.text(it), Ok(None)));
    let seals = access.registry_sign_in || access.oidc.is_some();
    let is_shared = matches!(store, StoreLocation::Postgres(_));
    (is_shared && seals && !is_set).then(|| {
        let why = "other servers on this database can read the sessions that this one begins only with the same key; \
                   one server alone needs none";
        Remark::missing(VARIABLE, why)
    })
}

/// The key in a file, which is made where there is none. Of servers that begin at once, one makes it, all read it.
fn own(path: &Path) -> io::Result<Secret> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            file.write_all(new_key().expose().as_bytes())?;
            file.sync_all()?;
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    for _ in 0..LOOKS {
        let text = fs::read_to_string(path)?;
        if text.trim().len() >= SHORTEST {
            return Ok(Secret::new(text.trim()));
        }
        thread::sleep(PAUSE);
    }
    let why = format!("it has fewer than {SHORTEST} characters; delete it, and a new one is made");
    Err(io::Error::new(io::ErrorKind::InvalidData, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_can_be_guessed_is_refused_and_not_shown() {
        let error = read(&[(VARIABLE, "hunter2")].into_iter().collect(), None, Purpose::Serve)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(VARIABLE) && !error.contains("hunter2"), "{error}");
        let key = "0123456789abcdef0123456789abcdef";
        let read_key = read(&[(VARIABLE, key)].into_iter().collect(), None, Purpose::Serve).unwrap();
        assert_eq!(read_key.unwrap().expose(), key);
        assert!(read(&Variables::default(), None, Purpose::Serve).unwrap().is_none());
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(&Variables::default(), Some(folder.path()), Purpose::Look).unwrap().is_none());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "who looks makes nothing");
        let keys: Vec<String> = thread::scope(|scope| {
            let reading =
                || read(&Variables::default(), Some(folder.path()), Purpose::Serve).unwrap().unwrap();
            let readers: Vec<_> = (0..8).map(|_| scope.spawn(reading)).collect();
            readers.into_iter().map(|it| it.join().unwrap().expose().to_owned()).collect()
        });
        assert!(keys[0].len() >= SHORTEST && keys.iter().all(|it| *it == keys[0]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "short").unwrap();
        let error = read(&Variables::default(), Some(folder.path()), Purpose::Serve).unwrap_err().to_string();
        assert!(error.contains("secret.key") && error.contains("delete it"), "{error}");
    }
}
