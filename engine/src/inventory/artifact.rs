//! Everything about one artifact.

mod reader;

use std::sync::Arc;

use registry::artifact::{ArtifactDetail, ArtifactKind};
use registry::attached;
use registry::created::Created;
use registry::manifest::{ImageManifest, Manifest};
use registry::{Digest, Reference, RepositoryName};

use crate::cosign::{Check, CosignKey};
use crate::place::Place;
use crate::upstream::Upstream;
use crate::{Engine, Error};

pub(super) use reader::{Depth, Reader};

/// How many files of an artifact are listed.
const MOST_FILES: usize = 200;

impl Engine {
    /// Everything about one artifact: its files, what is in those that are documents, and what came of checking their
    /// signatures. The files of an image are its layers.
    pub async fn artifact(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &Reference,
    ) -> Result<ArtifactDetail, Error> {
        let upstream = self.viewed(registry, repository).await?;
        Box::pin(detail(upstream, &self.cosign_keys, repository, reference)).await
    }
}

async fn detail(
    upstream: &Arc<Upstream>,
    keys: &[CosignKey],
    repository: &RepositoryName,
    reference: &Reference,
) -> Result<ArtifactDetail, Error> {
    let manifest = upstream.client.manifest(repository, reference).await?;
    let parsed = Manifest::parse(&manifest.media_type, &manifest.bytes).map_err(|error| {
        let what = format!("the manifest {repository}{}{reference}", reference.separator());
        registry::Error::Unreadable { what, why: error.to_string() }
    })?;
    let kinds = ArtifactKind::all_of(&parsed);
    let Manifest::Image(artifact) = parsed else {
        return Err(Error::NotAnArtifact { reference: reference.to_string() });
    };
    let place = Place::note(upstream, repository).await?;
    let subjects = subjects(&place, &manifest.digest, &artifact, reference).await?;
    let check = Check { keys, expected: &subjects };
    let reader = Reader { client: &upstream.client, repository, check, depth: Depth::Whole };
    let files = reader.files(&artifact, &kinds, MOST_FILES).await;
    let chart = match kinds.contains(&ArtifactKind::HelmChart) {
        true => reader.chart(&artifact).await,
        false => None,
    };
    let n_files = artifact.layers.len();
    Ok(ArtifactDetail {
        registry: upstream.info.id.clone(),
        repository: repository.to_string(),
        digest: manifest.digest,
        kinds,
        artifact_type: Some(artifact.artifact_kind().to_owned()).filter(|it| !it.is_empty()),
        created: Created::read(None, &artifact.annotations),
        subjects,
        annotations: artifact.annotations,
        chart,
        files,
        n_files,
    })
}

/// The images that an artifact belongs to: its subject, and those that its tags name.
async fn subjects(
    place: &Place,
    digest: &Digest,
    artifact: &ImageManifest,
    reference: &Reference,
) -> Result<Vec<Digest>, Error> {
    let mut subjects: Vec<Digest> = artifact.subject.iter().map(|it| it.digest.clone()).collect();
    if let Reference::Tag(tag) = reference {
        subjects.extend(attached::parse(tag).map(|(digest, _)| digest));
    }
    subjects.extend(place.upstream.store.attached_to(place.id, digest).await?);
    subjects.sort_unstable();
    subjects.dedup();
    Ok(subjects)
}
