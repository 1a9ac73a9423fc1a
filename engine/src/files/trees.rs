//! The files of images as a whole, which are put together anew when somebody asks and kept for a while.

use std::sync::Arc;

use layers::{ImageTree, LayerIndex};
use moka::future::Cache;
use registry::Digest;

use crate::Error;
use crate::store::Store;

/// How many bytes of memory are kept.
const LIMIT: u64 = 48 << 20;

/// The trees of images that somebody has just looked at.
#[derive(Clone, Debug)]
pub(crate) struct Trees(Cache<Arc<[Option<Digest>]>, Arc<ImageTree>>);

impl Default for Trees {
    fn default() -> Self {
        let weigh = |_: &_, it: &Arc<ImageTree>| u32::try_from(it.memory()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(LIMIT).weigher(weigh).build())
    }
}

/// Why a tree cannot be put together.
#[derive(Clone, Debug)]
pub(super) enum NoTree {
    /// What was kept of a layer is damaged, or of another version: it has to be read again.
    Unreadable(Digest),
    Failed(Error),
}

impl Trees {
    /// The tree of some layers, the base first; nothing stands for one that could not be read.
    pub(super) async fn of(
        &self,
        store: &Store,
        layers: Arc<[Option<Digest>]>,
    ) -> Result<Arc<ImageTree>, NoTree> {
        let growing = grow(store, Arc::clone(&layers));
        self.0.try_get_with(layers, growing).await.map_err(|error| NoTree::clone(&error))
    }
}

async fn grow(store: &Store, layers: Arc<[Option<Digest>]>) -> Result<Arc<ImageTree>, NoTree> {
    let mut written = Vec::with_capacity(layers.len());
    for layer in layers.iter() {
        let content = match layer {
            Some(digest) => store.layer_index(digest).await.map_err(|it| NoTree::Failed(it.into()))?,
            None => None,
        };
        written.push((layer.clone(), content));
    }
    let growing = tokio::task::spawn_blocking(move || {
        let decode = |(layer, content): (Option<Digest>, Option<Vec<u8>>)| match (layer, content) {
            (Some(layer), Some(content)) => LayerIndex::decode(&content).map_err(|error| {
                tracing::warn!(%error, %layer, "what was kept of a layer cannot be read");
                NoTree::Unreadable(layer)
            }),
            (Some(layer), None) => Err(NoTree::Unreadable(layer)),
            (None, _) => Ok(LayerIndex::empty()),
        };
        let indexes = written.into_iter().map(decode).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(ImageTree::of(&indexes.iter().collect::<Vec<_>>())))
    });
    growing.await.map_err(|_| NoTree::Failed(Error::Stopped))?
}
