//! Everything about one image.

use std::sync::Arc;

use bytes::Bytes;
use registry::image::ImageDetail;
use registry::manifest::Manifest;
use registry::{Digest, Reference, RepositoryName, Tag};

use super::describe::{self, Detail, LONGEST_CONFIG};
use crate::Error;
use crate::place::Place;
use crate::scan;
use crate::store::{Found, now};
use crate::upstream::Upstream;

/// Reads an image with the layers and configurations of all its platforms.
pub(crate) async fn detail(
    upstream: &Arc<Upstream>,
    repository: &RepositoryName,
    reference: &Reference,
) -> Result<ImageDetail, Error> {
    let seen_at = now();
    let manifest = upstream.client.manifest(repository, reference).await?;
    let place = Place::note(upstream, repository).await?;
    let mut description = describe::describe(&place, &manifest, Detail::Contents, 0).await;
    let asked = match reference {
        Reference::Tag(tag) => Some(tag),
        Reference::Digest(_) => None,
    };
    if let Some(tag) = asked {
        let found = Found::On {
            digest: manifest.digest.clone(),
            summary: Arc::clone(&description.record.summary),
            record: Some(Arc::clone(&description.record)),
        };
        let known = upstream.store.repository(upstream.registry_id().await?, repository).await?;
        let is_known = known.is_some_and(|it| it.scanned_at.is_some());
        let finding = scan::finding(&place, tag, seen_at, is_known, found);
        scan::write(&place, &[finding]).await?;
    }
    if let [platform] = description.summary.platforms.as_mut_slice()
        && platform.contents.is_none()
        && platform.digest == manifest.digest
    {
        platform.contents = Some(Box::new(description.contents.clone()));
    }
    let mut aliases: Vec<Tag> = upstream.store.tags_on(place.id, &manifest.digest).await?;
    aliases.retain(|it| Some(it) != asked);
    aliases.reverse();
    Ok(ImageDetail {
        registry: upstream.info.id.clone(),
        repository: repository.to_string(),
        reference: reference.to_string(),
        summary: description.summary,
        aliases,
        contents: description.contents,
    })
}

/// Reads the configuration that an image names, whatever is in it.
pub(crate) async fn config(
    upstream: &Upstream,
    repository: &RepositoryName,
    reference: &Reference,
) -> Result<(Digest, Bytes), Error> {
    let manifest = upstream.client.manifest(repository, reference).await?;
    let config = match Manifest::parse(&manifest.media_type, &manifest.bytes) {
        Ok(Manifest::Image(image)) => image.config,
        _ => None,
    };
    let config = config.ok_or_else(|| Error::NoConfig { reference: reference.to_string() })?;
    let bytes = upstream.client.blob(repository, &config.digest, LONGEST_CONFIG).await?;
    Ok((config.digest, bytes))
}
