//! What refers to an image, wherever that is written down.

mod sources;

use std::sync::Arc;

use futures::{StreamExt, stream};
use registry::artifact::{ArtifactKind, ReferrerRow, Referrers, Source};
use registry::created::Created;
use registry::manifest::Manifest;
use registry::summary::State;
use registry::{Error as RegistryError, Reference, RepositoryName};

use super::artifact::{Depth, Reader};
use super::describe::state_of;
use crate::cosign::{Check, CosignKey};
use crate::place::Place;
use crate::upstream::Upstream;
use crate::{Engine, Error};

use sources::{Found, Sources};

/// How many referrers are looked at.
const MOST: usize = 200;
/// How many are looked at at the same time.
const AT_A_TIME: usize = 8;

impl Engine {
    /// What refers to an image: what the referrers API lists, and the tag that stands in for it, cosign's tags, the
    /// attestations of an index, and what a scan has met. Where one of these cannot be asked, the others are told, and
    /// which one it was.
    pub async fn referrers(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &Reference,
    ) -> Result<Referrers, Error> {
        let upstream = self.viewed(registry, repository).await?;
        Box::pin(referrers(upstream, &self.cosign_keys, repository, reference)).await
    }
}

async fn referrers(
    upstream: &Arc<Upstream>,
    keys: &[CosignKey],
    repository: &RepositoryName,
    reference: &Reference,
) -> Result<Referrers, Error> {
    let image = upstream.client.manifest(repository, reference).await?;
    let place = Place::note(upstream, repository).await?;
    let Sources { found, problems } = Box::pin(sources::ask(&place, &image)).await;
    let total = found.len();
    let rows = stream::iter(found.into_iter().take(MOST)).map(|it| row(&place, keys, it)).buffered(AT_A_TIME);
    let rows: Vec<Option<ReferrerRow>> = rows.collect().await;
    let n_gone = rows.iter().filter(|it| it.is_none()).count();
    Ok(Referrers {
        digest: image.digest,
        items: rows.into_iter().flatten().collect(),
        total: total - n_gone,
        problems,
        n_keys: keys.len(),
    })
}

/// Looks at a referrer; nothing for one that only the inventory knows and that is gone.
async fn row(place: &Place, keys: &[CosignKey], found: Found) -> Option<ReferrerRow> {
    let Found { digest, subject, sources, listed } = found;
    let client = &place.upstream.client;
    let mut row = ReferrerRow {
        digest: digest.clone(),
        kinds: vec![ArtifactKind::Other],
        artifact_type: None,
        media_type: String::new(),
        size: None,
        created: Created::default(),
        annotations: Default::default(),
        found: sources.into_iter().collect(),
        subject,
        verification: None,
        state: State::Ok,
        detail: None,
    };
    if let Some(listed) = listed {
        row.artifact_type = listed.artifact_type;
        row.kinds = row.artifact_type.iter().filter_map(|it| ArtifactKind::of_media_type(it)).collect();
        row.media_type = listed.media_type;
        row.annotations = listed.annotations;
    }
    let manifest = match client.manifest(&place.name, &Reference::Digest(digest)).await {
        Ok(manifest) => manifest,
        Err(error) => {
            let is_gone = matches!(error, RegistryError::ManifestUnknown { .. });
            if is_gone && row.found == [Source::Inventory] {
                return None;
            }
            row.state = state_of(&error);
            row.detail = (!is_gone).then(|| error.to_string());
            return Some(row);
        }
    };
    row.media_type.clone_from(&manifest.media_type);
    let parsed = match Manifest::parse(&manifest.media_type, &manifest.bytes) {
        Ok(parsed) => parsed,
        Err(error) => {
            (row.state, row.detail) = (State::Unreadable, Some(error.to_string()));
            return Some(row);
        }
    };
    row.kinds = ArtifactKind::all_of(&parsed);
    row.annotations = parsed.annotations();
    row.created = Created::read(None, &row.annotations);
    if let Manifest::Image(artifact) = &parsed {
        row.artifact_type = Some(artifact.artifact_kind().to_owned()).filter(|it| !it.is_empty());
        row.size = Some(artifact.size());
        let check = Check { keys, expected: std::slice::from_ref(&row.subject) };
        let reader = Reader { client, repository: &place.name, check, depth: Depth::Signatures };
        row.verification = reader.verification(artifact, &row.kinds).await;
    }
    Some(row)
}
