//! From a tag to the digest it is on, with as few requests as the registry allows.

use registry::client::ManifestBytes;
use registry::{Digest, Error, Reference, RepositoryName, Tag};

use crate::upstream::Upstream;

/// Where a tag is.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) digest: Digest,
    /// The manifest, where finding the digest brought it along.
    pub(crate) manifest: Option<ManifestBytes>,
}

/// Asks the registry where a tag is now.
///
/// A tag that was seen before costs one HEAD. One never seen costs one GET, which brings the manifest along; except on
/// registries that count GETs against a pull limit (Docker Hub), where a HEAD comes first.
pub(crate) async fn resolve(
    upstream: &Upstream,
    repository: &RepositoryName,
    tag: &Tag,
) -> Result<Resolved, Error> {
    let reference = Reference::Tag(tag.clone());
    let key = (repository.clone(), tag.clone());
    let known = upstream.tags.get(&key).await;
    let head_first = known.is_some() || upstream.client.counts_pulls();
    let found =
        if head_first { upstream.client.head_manifest(repository, &reference).await?.digest } else { None };
    let resolved = match found {
        Some(digest) => Resolved { digest, manifest: None },
        None => {
            let manifest = upstream.client.manifest(repository, &reference).await?;
            Resolved { digest: manifest.digest.clone(), manifest: Some(manifest) }
        }
    };
    if known.as_ref() != Some(&resolved.digest) {
        upstream.tags.insert(key, resolved.digest.clone()).await;
    }
    Ok(resolved)
}
