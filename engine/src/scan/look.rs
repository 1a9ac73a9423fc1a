//! A look at one tag, with as few requests as the registry allows.

use registry::client::ManifestBytes;
use registry::summary::{Kind, State};
use registry::{Digest, Error, Reference, Tag};

use crate::inventory::describe;
use crate::place::Place;
use crate::store::{Found, KnownTag};

/// How many tags are looked at at the same time; the client bounds the requests they make.
pub(crate) const AT_ONCE: usize = 64;

/// Where a tag is.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) digest: Digest,
    /// The manifest, where finding the digest brought it along.
    pub(crate) manifest: Option<ManifestBytes>,
}

/// Lists the tags of a repository.
///
/// One that the catalog names and that has no tags left is unknown to some registries (distribution 3): it is empty.
pub(crate) async fn list_tags(place: &Place, in_catalog: bool) -> Result<Vec<Tag>, Error> {
    match place.upstream.client.tags(&place.name).await {
        Err(Error::RepositoryUnknown { .. }) if in_catalog => Ok(Vec::new()),
        result => result,
    }
}

/// Asks the registry where a tag is now.
///
/// A tag that was seen before costs one HEAD. One never seen costs one GET, which brings the manifest along; except on
/// registries that count GETs against a pull limit (Docker Hub), where a HEAD comes first.
pub(crate) async fn resolve(place: &Place, tag: &Tag, is_known: bool) -> Result<Resolved, Error> {
    let client = &place.upstream.client;
    let reference = Reference::Tag(tag.clone());
    let found = if is_known || client.counts_pulls() {
        client.head_manifest(&place.name, &reference).await?.digest
    } else {
        None
    };
    if let Some(digest) = found {
        return Ok(Resolved { digest, manifest: None });
    }
    let manifest = client.manifest(&place.name, &reference).await?;
    Ok(Resolved { digest: manifest.digest.clone(), manifest: Some(manifest) })
}

/// Finds out where a tag is now and what lies there.
///
/// # Errors
/// Whatever says nothing about the tag: the registry cannot be reached, is busy, or does not know the repository.
pub(crate) async fn look(place: &Place, tag: &Tag, known: Option<&KnownTag>) -> Result<Found, Error> {
    let is_known = known.is_some_and(|it| it.digest.is_some());
    match resolve(place, tag, is_known).await {
        Ok(resolved) => match known {
            Some(known) if known.settled && known.digest.as_ref() == Some(&resolved.digest) => {
                Ok(Found::Same(known.id))
            }
            _ => Ok(look_behind(place, resolved).await),
        },
        Err(error) => broken(error),
    }
}

/// Finds out what lies where a tag is.
pub(crate) async fn look_behind(place: &Place, resolved: Resolved) -> Found {
    let Resolved { digest, manifest } = resolved;
    let described = describe::described(place, &digest, manifest).await;
    let summary = described.summary;
    if summary.kind == Kind::Broken && described.record.is_none() {
        return Found::Broken { state: summary.state, detail: summary.detail.clone() };
    }
    Found::On { digest, summary, record: described.record }
}

/// What is wrong with a tag, if the error says so.
pub(crate) fn broken(error: Error) -> Result<Found, Error> {
    match error {
        Error::ManifestUnknown { .. } => Ok(Found::Broken { state: State::ManifestMissing, detail: None }),
        Error::Unreadable { .. } | Error::DigestMismatch { .. } | Error::TooLarge { .. } => {
            Ok(Found::Broken { state: State::Unreadable, detail: Some(error.to_string()) })
        }
        error => Err(error),
    }
}
