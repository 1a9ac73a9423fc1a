//! The configuration file: which one it is, and what it says.

mod table;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Variables;
use super::error::{ConfigError, ConfigErrors};
use super::remark::Remark;
use super::settings;
use super::variables::Value;

const VARIABLE: &str = "STOWAGE_CONFIG";
/// Where it is looked for unless another one is named.
pub(super) const USUAL: &str = "/etc/stowage/stowage.toml";
/// No configuration is larger, in bytes; a file that is was named by mistake.
const LARGEST: u64 = 1024 * 1024;
/// The bit of a file's mode that lets everybody read it.
const READABLE_BY_OTHERS: u32 = 0o004;

/// What a file says.
#[derive(Clone)]
pub(super) struct FileSettings {
    pub(super) path: Arc<str>,
    /// Whether everybody on this machine can read it.
    is_open: bool,
    /// The values, by the variables that they stand in for.
    pub(super) values: BTreeMap<String, Value>,
    /// Those of each registry.
    pub(super) registries: Vec<Variables>,
    /// Keys that do not exist, and values of a wrong kind.
    pub(super) errors: Vec<ConfigError>,
}

/// The file that is named by an argument or else by a variable, or else the usual one if it is there.
pub(super) fn find(
    named: Option<&Path>,
    variables: &Variables,
    usual: &Path,
) -> Result<Option<PathBuf>, ConfigError> {
    if let Some(path) = named {
        return Ok(Some(path.to_owned()));
    }
    if let Some(path) = variables.text(VARIABLE)? {
        return Ok(Some(path.into()));
    }
    match fs::metadata(usual) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        // A file that is there and cannot be read must not count as none.
        _ => Ok(Some(usual.to_owned())),
    }
}

/// Reads a file. What is wrong with single keys is kept beside the others, so that all mistakes are told at once.
pub(super) fn read(path: &Path) -> Result<FileSettings, ConfigErrors> {
    let shown: Arc<str> = path.to_string_lossy().into();
    let (text, is_open) = text(path, &shown)?;
    let found = table::read(&text, &shown)?;
    Ok(FileSettings {
        path: shown,
        is_open,
        values: found.values,
        registries: found.registries,
        errors: found.errors,
    })
}

fn text(path: &Path, shown: &str) -> Result<(String, bool), ConfigError> {
    let wrong = |why: String| ConfigError::without_example(shown, why);
    let unreadable = |error: io::Error| wrong(format!("cannot be read ({error})"));
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(wrong("is a folder; name the file in it".to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(wrong("is larger than a mebibyte, which no configuration is".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        wrong(format!("is not UTF-8 in line {}", line_after(before)))
    })?;
    Ok((text, metadata.permissions().mode() & READABLE_BY_OTHERS != 0))
}

/// The number of the line that follows on some bytes.
fn line_after(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Says so where everybody can read a secret in the file.
pub(super) fn remark(variables: &Variables) -> Option<Remark> {
    let file = variables.file().filter(|it| it.is_open)?;
    let tables = file.registries.iter().map(Variables::values).chain([&file.values]);
    let secrets = tables.flatten().filter(|(name, value)| {
        !value.text.is_empty() && settings::by_variable(name).is_some_and(settings::Setting::is_secret)
    });
    let keys: Vec<&str> = secrets.map(|(_, value)| value.origin.name()).collect();
    (!keys.is_empty()).then(|| Remark::open(&file.path, &keys.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_the_one_named_last_and_else_the_usual_one_if_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let usual = folder.path().join("stowage.toml");
        let variables = Variables::from_iter([(VARIABLE, "/b.toml")]);
        let of = |named: Option<&str>, variables: &Variables| {
            find(named.map(Path::new), variables, &usual).unwrap()
        };
        assert_eq!(of(Some("/a.toml"), &variables), Some("/a.toml".into()));
        assert_eq!(of(None, &variables), Some("/b.toml".into()));
        assert_eq!(of(None, &Variables::default()), None);
        fs::write(&usual, "").unwrap();
        assert_eq!(of(None, &Variables::default()), Some(usual.clone()));
        assert_eq!(find(None, &Variables::default(), &usual.join("below")), Ok(None));
    }

    #[test]
    fn what_is_no_file_of_text_is_one_clear_line() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        for (path, why) in [
            (folder.path().join("missing.toml"), "cannot be read ("),
            (folder.path().to_owned(), "is a folder"),
            (write("large.toml", &vec![b'#'; LARGEST as usize + 1]), "is larger than a mebibyte"),
            (write("latin1.toml", b"[pages]\ntitle = \"\xe9\"\n"), "is not UTF-8 in line 2"),
        ] {
            let errors = read(&path).err().unwrap().to_string();
            assert_eq!(errors.lines().count(), 2, "{errors}");
            assert!(errors.contains(&format!("{} {why}", path.display())), "{errors}");
        }
    }
}
