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
    /// Whoever asks has to sign in first.
    #[error("one has to sign in first")]
    SignInNeeded,
    /// Whoever asks may see it, but not do that with it.
    #[error("the role of {role} is needed for {}", if subject.is_empty() { "this" } else { subject })]
    RoleNeeded {
        /// The role.
        role: crate::access::Role,
        /// The repository or registry; empty for all.
        subject: String,
    },
    /// There can be no such token, or no more of them.
    #[error("that is not possible: {why}")]
    TokenRefused {
        /// Why.
        why: String,
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
    /// Nothing may be deleted.
    #[error("deletion is off: this Stowage was not started with DELETE_IMAGES=true")]
    DeletionOff,
    /// A manifest names no configuration: that of an index, and of some artifacts.
    #[error("{reference} names no configuration; an index has none of its own, each of its platforms has")]
    NoConfig {
        /// The tag or digest that was asked for.
        reference: String,
    },
    /// An image has other platforms than the one that was asked for.
    #[error("the image is not for {platform}, but for {}", has.join(", "))]
    NoPlatform {
        /// The platform or digest that was asked for.
        platform: String,
        /// Those that there are.
        has: Vec<String>,
    },
    /// A path of an image leads to no content.
    #[error("{path}: {why}")]
    NoFile {
        /// The path.
        path: String,
        /// What is there instead.
        why: NoContent,
    },
    /// Too much waits to be done; later there may be room.
    #[error("{n} layers wait to be read already; try again later")]
    Busy {
        /// How many wait.
        n: usize,
    },
    /// What was asked for as an artifact has no files.
    #[error("{reference} is no artifact: it is an index, or a manifest of Docker's first format")]
    NotAnArtifact {
        /// The tag or digest that was asked for.
        reference: String,
    },
    /// There is no plan with this id; old ones are forgotten.
    #[error("there is no such plan; old ones are forgotten")]
    NoSuchPlan,
    /// A plan is too old to be carried out.
    #[error("the plan is too old to be carried out; make a new one")]
    PlanExpired,
    /// What a plan was made from has changed.
    #[error("what the plan was made from has changed: {}", what.join(", "))]
    PlanChanged {
        /// The tags and digests.
        what: Vec<String>,
    },
    /// A plan deletes nothing.
    #[error("the plan deletes nothing")]
    PlanEmpty,
    /// There is no job with this id.
    #[error("there is no such job")]
    NoSuchJob,
    /// Something is not in the trash, or not any more.
    #[error("it is not in the trash any more")]
    NotInTrash,
    /// Somebody stopped it, or took it over.
    #[error("it was stopped before it was done")]
    Stopped,
    /// The registry, or the way to it, failed.
    #[error(transparent)]
    Registry(#[from] registry::Error),
}

/// What a path leads to instead of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoContent {
    /// The layers of the image were not read yet.
    #[error("the files of this image were not read yet")]
    Unread,
    /// There is nothing at the path.
    #[error("there is no such file")]
    Nothing,
    /// There is a directory, a link, or a device.
    #[error("it is not a file")]
    NotAFile,
    /// The file is stored in parts.
    #[error("it is a sparse file, whose content cannot be read by itself")]
    Sparse,
    /// The layer does not hold what was read in it once.
    #[error("its layer cannot be read")]
    Damaged,
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
