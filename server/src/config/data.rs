//! `STOWAGE_DATA`: the folder for what the server keeps.

use std::path::{Path, PathBuf};
use std::{fs, io};

use rustix::fs::Access;

use super::error::ConfigError;
use super::{Purpose, Variables};

const VARIABLE: &str = "STOWAGE_DATA";
const EXAMPLE: &str = "STOWAGE_DATA=/var/lib/stowage";

/// Chooses the folder, makes it, and checks that it can be written to; who only looks makes nothing.
///
/// Without the variable it is the one that systemd gives a service (`STATE_DIRECTORY`), else the place for the data of
/// the user's programs, else `data` in the working directory.
pub(super) fn read(variables: &Variables, purpose: Purpose) -> Result<PathBuf, ConfigError> {
    let folder = match variables.text(VARIABLE)? {
        Some(text) => PathBuf::from(text),
        None => default(variables)?,
    };
    let usable = match purpose {
        Purpose::Serve => prepare(&folder),
        Purpose::Look => look(&folder),
    };
    usable.map_err(|error| {
        let why = format!("cannot be written to ({error})");
        ConfigError::value(VARIABLE, &folder.display().to_string(), why, EXAMPLE)
    })?;
    Ok(folder)
}

fn default(variables: &Variables) -> Result<PathBuf, ConfigError> {
    // systemd lists several folders with colons between them; the first is ours.
    let service = variables.text("STATE_DIRECTORY")?.and_then(|text| text.split(':').next());
    if let Some(folder) = service {
        return Ok(folder.into());
    }
    let absolute = |text: &&str| Path::new(text).is_absolute();
    if let Some(folder) = variables.text("XDG_DATA_HOME")?.filter(absolute) {
        return Ok(Path::new(folder).join("stowage"));
    }
    Ok(match variables.text("HOME")?.filter(absolute) {
        Some(home) => Path::new(home).join(".local/share/stowage"),
        None => "data".into(),
    })
}

fn prepare(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    // Rights do not tell of read-only mounts, so a file is really made.
    let probe = folder.join(format!(".stowage-{}", std::process::id()));
    fs::write(&probe, b"")?;
    fs::remove_file(&probe)
}

/// Whether the folder, or else the nearest one above it, can be written to.
fn look(folder: &Path) -> io::Result<()> {
    let nearest = folder.ancestors().find(|it| it.symlink_metadata().is_ok());
    // A relative path begins in the working directory.
    let nearest = nearest.filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !nearest.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    Ok(rustix::fs::access(nearest, Access::WRITE_OK | Access::EXEC_OK)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_the_folder_that_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a/b");
        let variables = Variables::from_iter([(VARIABLE, folder.as_os_str())]);
        assert_eq!(read(&variables, Purpose::Look), Ok(folder.clone()));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0, "who looks makes nothing");
        assert_eq!(read(&variables, Purpose::Serve), Ok(folder.clone()));
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    }

    #[test]
    fn falls_back_to_the_folder_of_the_service_then_of_the_user() {
        let of = |pairs: &[(&str, &str)]| default(&pairs.iter().copied().collect()).unwrap();
        let home = ("HOME", "/home/a");
        assert_eq!(of(&[("STATE_DIRECTORY", "/var/lib/stowage:/b"), home]), Path::new("/var/lib/stowage"));
        assert_eq!(of(&[("XDG_DATA_HOME", "/data"), home]), Path::new("/data/stowage"));
        assert_eq!(of(&[("XDG_DATA_HOME", "relative"), home]), Path::new("/home/a/.local/share/stowage"));
        assert_eq!(of(&[]), Path::new("data"));
    }

    #[test]
    fn says_which_folder_cannot_be_used() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let folder = file.path().join("data");
        let variables = Variables::from_iter([(VARIABLE, folder.as_os_str())]);
        for purpose in [Purpose::Serve, Purpose::Look] {
            let error = read(&variables, purpose).unwrap_err().to_string();
            assert!(error.contains("STOWAGE_DATA=") && error.contains("cannot be written to"), "{error}");
        }
    }
}
