//! How far the reading of a layer is, as it is told.

use registry::{Digest, RepositoryName};
use serde::{Deserialize, Serialize};

/// How far the reading of a layer is, or how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerProgress {
    /// The id of the registry.
    pub registry: String,
    /// A repository in which somebody waits for it.
    pub repository: RepositoryName,
    /// The layer.
    pub layer: Digest,
    /// How many of its compressed bytes were read.
    pub read: u64,
    /// How many it has, where that is known.
    pub size: Option<u64>,
    /// Whether it has ended, well or not.
    pub has_ended: bool,
}
