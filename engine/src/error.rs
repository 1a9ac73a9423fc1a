//! What can go wrong for somebody who asks the engine.

use crate::scan::ScanError;

/// Why a question has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No registry has this id.
    #[error("no registry is called {id:?} here")]
    UnknownRegistry {
        /// The id that was asked for.
        id: String,
    },
    /// The filter is meant as a regular expression and is none.
    #[error("the filter is not a regular expression: {why}")]
    InvalidFilter {
        /// What the parser says, in one line.
        why: String,
    },
    /// The inventory's database failed.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// Somebody stopped it, or took it over.
    #[error("it was stopped before it was done")]
    Stopped,
    /// The registry, or the way to it, failed.
    #[error(transparent)]
    Registry(#[from] registry::Error),
}

impl From<ScanError> for Error {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Registry(error) => Self::Registry(error),
            ScanError::Store(error) => Self::Store(error),
            ScanError::Stopped => Self::Stopped,
        }
    }
}
