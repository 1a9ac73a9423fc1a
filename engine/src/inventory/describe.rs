//! Reads a manifest with all that lies below it, and says what it is.

mod part;
mod reader;
mod summaries;

use std::sync::Arc;

use futures::future::FutureExt;
use registry::client::{ManifestBytes, count_lookup};
use registry::image::Contents;
use registry::summary::{State, Summary};
use registry::{Digest, Error, Reference};

use crate::place::Place;
use crate::store::ManifestRecord;

pub(crate) use reader::{LONGEST_CONFIG, describe};

/// How much is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// What a row of a list shows; it is remembered by digest.
    Row,
    /// The layers, configurations and manifests as well; they are read anew.
    Contents,
}

/// A manifest described.
pub(crate) struct Description {
    pub(crate) summary: Summary,
    pub(crate) contents: Contents,
    /// What the inventory keeps of it.
    pub(crate) record: Arc<ManifestRecord>,
}

/// What a row shows of a digest.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) summary: Arc<Summary>,
    /// What the inventory keeps of it; absent where it holds that already, or where nothing could be read.
    pub(crate) record: Option<Arc<ManifestRecord>>,
}

/// What a row shows of a digest: from memory or the inventory where it is known, else from the registry.
///
/// `manifest` saves a request where the caller has it already. Who asks for the same digest at the same time shares
/// the requests.
pub(crate) async fn described(place: &Place, digest: &Digest, manifest: Option<ManifestBytes>) -> Described {
    described_at(place, digest, manifest, 0).await
}

async fn described_at(
    place: &Place,
    digest: &Digest,
    manifest: Option<ManifestBytes>,
    depth: usize,
) -> Described {
    let key = (place.id, digest.clone());
    let reading = async {
        let known = place.upstream.store.settled_summary(place.id, digest).await;
        count_lookup("inventory", matches!(known, Ok(Some(_))));
        match known {
            Ok(Some(summary)) => return Ok(Described { summary: Arc::new(summary), record: None }),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the inventory cannot be read; asking the registry instead"),
        }
        let described = read(place, digest, manifest, depth).await;
        // Only what stays as it is may be remembered; the others get it all the same, as an error.
        if described.summary.is_settled() { Ok(described) } else { Err(described) }
    };
    let found = place.upstream.described.entry(key).or_try_insert_with(reading.boxed()).await;
    count_lookup("summaries", found.as_ref().is_ok_and(|it| !it.is_fresh()));
    match found {
        Ok(described) => described.into_value(),
        Err(unsettled) => Arc::unwrap_or_clone(unsettled),
    }
}

async fn read(place: &Place, digest: &Digest, manifest: Option<ManifestBytes>, depth: usize) -> Described {
    let manifest = match manifest {
        Some(manifest) => Ok(manifest),
        None => place.upstream.client.manifest(&place.name, &Reference::Digest(digest.clone())).await,
    };
    match manifest {
        Ok(manifest) => {
            let description = describe(place, &manifest, Detail::Row, depth).await;
            Described { summary: Arc::new(description.summary), record: Some(description.record) }
        }
        Err(error) => Described { summary: Arc::new(broken(&error)), record: None },
    }
}

/// A manifest that could not be read, with the reason.
pub(crate) fn broken(error: &Error) -> Summary {
    match state_of(error) {
        State::ManifestMissing => Summary::broken(State::ManifestMissing, None),
        state => Summary::broken(state, Some(error.to_string())),
    }
}

pub(crate) fn state_of(error: &Error) -> State {
    match error {
        Error::ManifestUnknown { .. } => State::ManifestMissing,
        Error::BlobUnknown { .. } => State::ConfigMissing,
        Error::Unreadable { .. } | Error::DigestMismatch { .. } | Error::TooLarge { .. } => State::Unreadable,
        _ => State::Failed,
    }
}
