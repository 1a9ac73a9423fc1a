//! `STOWAGE_COSIGN_KEYS`: the public keys that signatures of images are checked with.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use engine::CosignKey;

use super::Variables;
use super::error::{Collector, ConfigError, ConfigErrors};
use super::secret::unreadable;

const VARIABLE: &str = "STOWAGE_COSIGN_KEYS";
const EXAMPLE: &str =
    "STOWAGE_COSIGN_KEYS=release=/etc/stowage/cosign.pub, the file that `cosign generate-key-pair` writes";

/// Reads the keys. One that has no name is called like its file.
pub(super) fn read(variables: &Variables) -> Result<Vec<CosignKey>, ConfigErrors> {
    let (mut keys, mut errors, mut names) = (Vec::new(), Collector::default(), BTreeSet::new());
    for entry in variables.list(VARIABLE)? {
        let Some(key) = errors.take(key(&entry)) else { continue };
        if !names.insert(key.name().to_owned()) {
            errors.add(ConfigError::value(VARIABLE, &entry, "has the name of another key", EXAMPLE));
        }
        keys.push(key);
    }
    if errors.is_empty() { Ok(keys) } else { Err(errors.finish()) }
}

fn key(entry: &str) -> Result<CosignKey, ConfigError> {
    let (name, path) = match entry.split_once('=') {
        Some((name, path)) => (name.trim(), path.trim()),
        None => (Path::new(entry).file_stem().and_then(|it| it.to_str()).unwrap_or(entry), entry),
    };
    if name.is_empty() || path.is_empty() {
        return Err(ConfigError::value(VARIABLE, entry, "names no file, or no key", EXAMPLE));
    }
    let text = fs::read_to_string(path).map_err(|error| unreadable(VARIABLE, path, &error))?;
    CosignKey::parse(name, &text).map_err(|error| {
        ConfigError::value(VARIABLE, path, format!("names a file that cannot be used: {error}"), EXAMPLE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";

    fn names(text: &str) -> Result<Vec<String>, String> {
        let keys = read(&[(VARIABLE, text)].into_iter().collect()).map_err(|it| it.to_string())?;
        Ok(keys.iter().map(|it| it.name().to_owned()).collect())
    }

    #[test]
    fn keys_are_called_like_their_files_unless_they_have_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(path("team.pub"), KEY).unwrap();
        fs::write(path("no.pub"), "nothing").unwrap();
        let (team, no) = (path("team.pub"), path("no.pub"));
        assert_eq!(names(&format!("{team}, release={team}")).unwrap(), ["team", "release"]);
        assert!(names(&format!("{team},{team}")).unwrap_err().contains("the name of another key"));
        assert!(names(&no).unwrap_err().contains("BEGIN PUBLIC KEY"));
        assert!(names(&path("absent.pub")).unwrap_err().contains("absent.pub"));
        assert!(names("=,").unwrap_err().contains("for example"));
        assert!(read(&Variables::default()).unwrap().is_empty());
    }
}
