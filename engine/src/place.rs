//! A repository of a registry, with its number in the inventory.

use std::sync::Arc;

use registry::RepositoryName;

use crate::Error;
use crate::store::RepositoryId;
use crate::upstream::Upstream;

/// A repository of a registry; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) upstream: Arc<Upstream>,
    pub(crate) name: RepositoryName,
    pub(crate) id: RepositoryId,
}

impl Place {
    /// The repository of this name, which is written down if the inventory does not know it.
    pub(crate) async fn note(upstream: &Arc<Upstream>, name: &RepositoryName) -> Result<Self, Error> {
        let id = upstream.store.note_repository(upstream.registry_id().await?, name).await?;
        Ok(Self { upstream: Arc::clone(upstream), name: name.clone(), id })
    }
}
