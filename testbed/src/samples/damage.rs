//! How samples are broken: in the files, as a crash, a bad cleanup or a full disk breaks them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Doing, Result};

/// What is taken away after pushing.
#[derive(Clone, Debug)]
pub(super) enum Damage {
    /// A manifest; the tags and the indexes that name it stay.
    Manifest(String),
    /// A blob, as seen from this repository.
    Blob(String),
    /// Every tag and every manifest; the repository stays in the catalog.
    Everything,
}

impl Damage {
    pub(super) fn inflict(&self, storage: &Path, repository: &str) -> Result<()> {
        let repository = storage.join("docker/registry/v2/repositories").join(repository);
        match self {
            Self::Manifest(digest) => remove(&linked(&repository.join("_manifests/revisions"), digest)),
            Self::Blob(digest) => remove(&linked(&repository.join("_layers"), digest)),
            Self::Everything => {
                remove_content(&repository.join("_manifests/tags"))?;
                remove_content(&repository.join("_manifests/revisions/sha256"))
            }
        }
    }
}

fn linked(folder: &Path, digest: &str) -> PathBuf {
    folder.join(digest.replacen(':', "/", 1))
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome.doing(|| format!("cannot remove {}", folder.display())),
    }
}

fn remove_content(folder: &Path) -> Result<()> {
    let reading = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).doing(reading)? {
        remove(&entry.doing(reading)?.path())?;
    }
    Ok(())
}
