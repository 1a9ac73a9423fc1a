//! Debian's `docker-registry` (distribution 2.8.2) as a child process.

mod builder;
mod configuration;
mod ready;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub use builder::Builder;

use crate::error::{Doing, Error, Result};
use crate::program::{self, Guarded};

/// A running registry. Dropping it ends the process and removes its temporary folder.
///
/// ```no_run
/// # async fn example() -> testbed::Result<()> {
/// let registry = testbed::Distribution::builder().htpasswd("admin", "secret").delete(true).start().await?;
/// assert!(registry.url().starts_with("http://127.0.0.1:"));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Distribution {
    // Fields are dropped in this order: the process ends before its folder goes.
    process: Option<Guarded>,
    program: PathBuf,
    folder: TempDir,
    storage: PathBuf,
    port: u16,
    https: bool,
    identity_pem: Option<String>,
}

impl Distribution {
    /// What kind of registry to start; without further calls an open one that does not delete.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// `http://127.0.0.1:12345`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.https { "https" } else { "http" }, self.host())
    }

    /// `127.0.0.1:12345`, as one writes it in an image reference.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder it keeps its data in, so that tests can break what lies there.
    ///
    /// The registry caches nothing in memory, so that it notices.
    pub fn storage(&self) -> &Path {
        &self.storage
    }

    /// The file with the bytes of a blob or a manifest, whether it exists or not.
    ///
    /// # Panics
    /// When the text is not a digest of the form `sha256:…`.
    pub fn blob_file(&self, digest: &str) -> PathBuf {
        let (algorithm, encoded) = digest.split_once(':').expect("a digest has an algorithm");
        self.data().join("blobs").join(algorithm).join(&encoded[..2]).join(encoded).join("data")
    }

    /// The folder of a repository's links: `_manifests`, `_layers`.
    pub fn repository_folder(&self, repository: &str) -> PathBuf {
        self.data().join("repositories").join(repository)
    }

    fn data(&self) -> PathBuf {
        self.storage.join("docker/registry/v2")
    }

    /// What the process has written so far.
    pub fn log(&self) -> String {
        std::fs::read(self.log_file())
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Ends the process and keeps its data, as when a registry is down.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Starts it again on the same port with the same data.
    ///
    /// # Errors
    /// When the process ends or does not answer in time.
    pub async fn restart(&mut self) -> Result<()> {
        self.process = None;
        let mut process = Guarded::start(
            &self.program,
            &[Path::new("serve"), &self.configuration_file()],
            &self.log_file(),
        )?;
        let outcome = ready::wait(&mut process, &self.url(), self.identity_pem.as_deref()).await;
        self.process = Some(process);
        outcome.map_err(|reason| {
            self.process = None;
            let log = self.log();
            if log.contains("address already in use") {
                Error::PortTaken(self.port)
            } else {
                Error::NotStarted { reason, log }
            }
        })
    }

    /// Runs the registry's own garbage collector and returns what it wrote.
    ///
    /// `delete_untagged` removes manifests without a tag too; in this version also the children of tagged indexes.
    ///
    /// # Errors
    /// When the collector fails.
    pub fn garbage_collect(&self, delete_untagged: bool) -> Result<String> {
        let mut command = Command::new(&self.program);
        command.arg("garbage-collect").arg(self.configuration_file());
        if delete_untagged {
            command.arg("--delete-untagged=true");
        }
        let output = command.output().doing(|| "cannot run the garbage collector".to_owned())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            Ok(text)
        } else {
            Err(Error::NotStarted {
                reason: format!("garbage-collect ended with {}", output.status),
                log: text + &String::from_utf8_lossy(&output.stderr),
            })
        }
    }

    fn configuration_file(&self) -> PathBuf {
        self.folder.path().join("config.yml")
    }

    /// The file that the process writes its log to, a line for each request among others.
    pub fn log_file(&self) -> PathBuf {
        self.folder.path().join("registry.log")
    }
}

/// Whether a registry's program is here; the error says how to get it.
///
/// # Errors
/// When it is not.
pub fn is_installed() -> Result<PathBuf> {
    program::find("docker-registry", "STOWAGE_DOCKER_REGISTRY")
}
