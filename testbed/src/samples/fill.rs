//! Filling a registry with samples.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{StreamExt, TryStreamExt, stream};

use super::Sample;
use crate::Distribution;
use crate::error::Result;
use crate::push::Pusher;

/// How many samples are pushed at a time, and how many blobs of each.
const SAMPLES: usize = 4;
const BLOBS: usize = 4;

/// What filling did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Blobs that were not there.
    pub blobs: usize,
    /// Manifests and tags that were not there.
    pub manifests: usize,
}

/// Pushes samples to a registry that needs no credentials, and breaks those that show something broken.
///
/// # Errors
/// When the registry refuses or its files cannot be changed.
pub async fn fill(registry: &Distribution, samples: impl IntoIterator<Item = Sample>) -> Result<Filled> {
    fill_storage(&Pusher::to(registry), registry.storage(), samples).await
}

/// The same for a registry that needs credentials; `storage` is where it keeps its data.
///
/// # Errors
/// When the registry refuses or its files cannot be changed.
pub async fn fill_storage(
    pusher: &Pusher,
    storage: &Path,
    samples: impl IntoIterator<Item = Sample>,
) -> Result<Filled> {
    let filled = stream::iter(samples)
        .map(|sample| async move {
            let filled = sample.push(pusher).await?;
            sample.damage(storage)?;
            Ok(filled)
        })
        .buffer_unordered(SAMPLES)
        .try_fold(Filled::default(), |sum, it| async move {
            Ok(Filled { blobs: sum.blobs + it.blobs, manifests: sum.manifests + it.manifests })
        });
    filled.await
}

impl Sample {
    /// Pushes what the registry does not have, whole: [`damage`](Self::damage) breaks it afterwards.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses.
    pub async fn push(&self, pusher: &Pusher) -> Result<Filled> {
        let missing = self.missing(pusher).await?;
        if missing.is_empty() {
            return Ok(Filled::default());
        }
        let blobs = AtomicUsize::new(0);
        stream::iter(&self.blobs)
            .map(|(digest, bytes)| pusher.blob(self.repository, digest, bytes.clone()))
            .buffer_unordered(BLOBS)
            .try_for_each(|pushed| {
                blobs.fetch_add(usize::from(pushed), Ordering::Relaxed);
                async { Ok(()) }
            })
            .await?;
        // In order, because registries refuse an index whose children they do not have.
        for &(number, reference) in &missing {
            let manifest = &self.manifests[number];
            let bytes = manifest.bytes.clone();
            pusher.manifest(self.repository, reference, &manifest.media_type, bytes).await?;
        }
        Ok(Filled { blobs: blobs.into_inner(), manifests: missing.len() })
    }

    /// The manifests that have to be put, as number and reference.
    async fn missing(&self, pusher: &Pusher) -> Result<Vec<(usize, &str)>> {
        let wanted = self.manifests.iter().enumerate().flat_map(|(number, manifest)| {
            let digest = manifest.tags.is_empty().then_some(manifest.digest.as_str());
            let tags = manifest.tags.iter().map(String::as_str);
            digest.into_iter().chain(tags).map(move |reference| (number, reference))
        });
        stream::iter(wanted.collect::<Vec<_>>())
            .map(|(number, reference)| async move {
                let there = pusher.resolve(self.repository, reference).await?;
                let same = there.as_deref() == Some(&self.manifests[number].digest);
                Ok((!same).then_some((number, reference)))
            })
            .buffered(BLOBS)
            .try_filter_map(|missing| async move { Ok(missing) })
            .try_collect()
            .await
    }
}
