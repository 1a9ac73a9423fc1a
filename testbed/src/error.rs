//! What can go wrong while a registry, or something beside it, is started or filled.

use std::path::PathBuf;

/// Why a registry did not start, or did not take what was pushed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program is not on this machine.
    #[error(
        "the program {name} was not found: not in ${variable}, not on PATH, not at {}; `make tools` fetches it",
        looked_at.display()
    )]
    NoProgram {
        /// The program.
        name: &'static str,
        /// The variable that may say where it is.
        variable: &'static str,
        /// The last place that was looked at.
        looked_at: PathBuf,
    },
    /// There is no PostgreSQL server on this machine.
    #[error(
        "the programs initdb and postgres were not found: not on PATH, not in /usr/lib/postgresql/*/bin; \
         apt-get install postgresql brings them"
    )]
    NoPostgres,
    /// A program that prepares something failed.
    #[error("{program} ended with {status}: {output}")]
    Failed {
        /// The program's name.
        program: String,
        /// How it ended.
        status: String,
        /// What it wrote.
        output: String,
    },
    /// Something else listens on the port that was asked for.
    #[error("port {0} of 127.0.0.1 is taken by another program")]
    PortTaken(u16),
    /// The process ended, or did not answer in time.
    #[error("a program did not start: {reason}; its log:\n{log}")]
    NotStarted {
        /// What was seen.
        reason: String,
        /// The last lines that the process wrote.
        log: String,
    },
    /// A file or a process could not be used.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, in words.
        doing: String,
        /// What the system answered.
        source: std::io::Error,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A password could not be hashed.
    #[error("cannot hash a password: {0}")]
    Password(#[from] bcrypt::BcryptError),
    /// The registry could not be reached, or its answer could not be read.
    #[error("cannot speak to the registry: {0}")]
    Http(#[from] reqwest::Error),
    /// The registry refused a request.
    #[error("{method} {url} was answered with {status}: {body}")]
    Refused {
        /// The request's method.
        method: &'static str,
        /// The request's address.
        url: String,
        /// The status of the answer.
        status: u16,
        /// The answer's text.
        body: String,
    },
    /// A sample does not hold together.
    #[error("the sample is wrong: {0}")]
    Sample(String),
}

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what was being done when the system refused.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io { doing: what(), source })
    }
}
