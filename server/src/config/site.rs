//! `STOWAGE_SITE`: the files that pages are made of in the browser, as the build left them.

use std::fs;
use std::path::{Path, PathBuf};

use leptos::config::LeptosOptions;

use super::Variables;
use super::error::ConfigError;

const VARIABLE: &str = "STOWAGE_SITE";
/// The same, as cargo-leptos sets it when it watches.
const WATCH_VARIABLE: &str = "LEPTOS_SITE_ROOT";
const EXAMPLE: &str = "STOWAGE_SITE=/usr/share/stowage/site; `make build` writes it to target/site";
/// What the script, the wasm and the stylesheet are called.
const NAME: &str = "stowage";

/// The files of the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The folder that holds `pkg` and what lies beside it.
    pub root: PathBuf,
    /// Whether the names of the files carry a hash of what is in them, so that they can be cached for ever.
    pub hashed: bool,
    /// The port of the program that tells pages to load again, where cargo-leptos is watching.
    pub reload_port: Option<u32>,
}

impl Site {
    /// Looks where the variables say, else beside the program, else below the working directory.
    pub(super) fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let program = std::env::current_exe().ok();
        let folder = program.as_deref().and_then(Path::parent);
        let watched = variables.text("LEPTOS_WATCH")?.is_some();
        let port = variables.text("LEPTOS_RELOAD_PORT")?.and_then(|text| text.parse().ok());
        let reload_port = if watched { port } else { None };
        for variable in [VARIABLE, WATCH_VARIABLE] {
            if let Some(text) = variables.text(variable)? {
                let site = Self::at(Path::new(text), folder, reload_port);
                return site.map_err(|why| ConfigError::value(variable, text, why, EXAMPLE));
            }
        }
        let beside = folder.into_iter().flat_map(|folder| [folder.join("../site"), folder.join("site")]);
        let places: Vec<PathBuf> = beside.chain(["target/site".into()]).collect();
        match places.iter().find(|place| place.join("pkg").is_dir()) {
            Some(place) => Self::at(place, folder, reload_port)
                .map_err(|why| ConfigError::value(VARIABLE, &place.display().to_string(), why, EXAMPLE)),
            None => {
                let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
                let why =
                    format!("is not set, and the files of the pages are in none of {}", places.join(", "));
                Err(ConfigError::unseen(VARIABLE, why, EXAMPLE))
            }
        }
    }

    /// Checks that a folder holds the files that this program's pages will ask for.
    fn at(root: &Path, program_folder: Option<&Path>, reload_port: Option<u32>) -> Result<Self, String> {
        let package = root.join("pkg");
        if !package.is_dir() {
            return Err("is not a folder with a folder pkg in it".to_owned());
        }
        if root.to_str().is_none() {
            return Err("is not UTF-8".to_owned());
        }
        let hashes = program_folder.and_then(|folder| fs::read_to_string(folder.join("hash.txt")).ok());
        let script = hashes.as_deref().and_then(script_name);
        let hashed = script.is_some_and(|script| package.join(script).is_file());
        if !hashed && !package.join(format!("{NAME}.js")).is_file() {
            return Err("holds the files of another build of this program; build both together".to_owned());
        }
        Ok(Self { root: root.to_owned(), hashed, reload_port })
    }

    /// The same for Leptos, which reads `hash.txt` beside the program again for itself.
    pub fn leptos_options(&self) -> LeptosOptions {
        let root = self.root.to_string_lossy();
        let options =
            LeptosOptions::builder().output_name(NAME).site_root(root.as_ref()).hash_files(self.hashed);
        match self.reload_port {
            Some(port) => options.reload_port(port).build(),
            None => options.build(),
        }
    }
}

/// The name of the script, from the list of hashes that cargo-leptos writes beside the program.
fn script_name(hashes: &str) -> Option<String> {
    let hash = hashes.lines().find_map(|line| line.trim().strip_prefix("js:"))?;
    Some(format!("{NAME}.{}.js", hash.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("pkg")).unwrap();
        files.iter().for_each(|name| fs::write(root.path().join("pkg").join(name), "").unwrap());
        root
    }

    #[test]
    fn names_with_hashes_are_those_beside_the_program() {
        let program = tempfile::tempdir().unwrap();
        fs::write(program.path().join("hash.txt"), "js: abc\nwasm: def\ncss: ghi\n").unwrap();
        let root = site(&["stowage.abc.js"]);
        let found = Site::at(root.path(), Some(program.path()), None).unwrap();
        assert!(found.hashed && found.leptos_options().hash_files);
    }

    #[test]
    fn names_without_hashes_are_taken_as_they_are() {
        let root = site(&["stowage.js"]);
        let found = Site::at(root.path(), Some(root.path()), None).unwrap();
        assert!(!found.hashed && !found.leptos_options().hash_files);
    }

    #[test]
    fn a_site_of_another_build_is_refused() {
        let program = tempfile::tempdir().unwrap();
        fs::write(program.path().join("hash.txt"), "js: abc\n").unwrap();
        let root = site(&["stowage.old.js"]);
        let why = Site::at(root.path(), Some(program.path()), None).unwrap_err();
        assert!(why.contains("another build"), "{why}");
    }

    #[test]
    fn a_folder_that_is_no_site_is_named() {
        let root = tempfile::tempdir().unwrap();
        let variables = Variables::from_iter([(VARIABLE, root.path().as_os_str())]);
        let error = Site::read(&variables).unwrap_err().to_string();
        assert!(error.starts_with("STOWAGE_SITE=") && error.contains("pkg"), "{error}");
    }
}
