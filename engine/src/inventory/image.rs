//! Everything about one image.

use registry::image::ImageDetail;
use registry::{Reference, RepositoryName, Tag};

use super::describe::{self, Detail};
use crate::Error;
use crate::upstream::Upstream;

/// Reads an image with the layers and configurations of all its platforms.
pub(crate) async fn detail(
    upstream: &Upstream,
    repository: &RepositoryName,
    reference: &Reference,
) -> Result<ImageDetail, Error> {
    let manifest = upstream.client.manifest(repository, reference).await?;
    if let Reference::Tag(tag) = reference {
        upstream.tags.insert((repository.clone(), tag.clone()), manifest.digest.clone()).await;
    }
    let mut description = describe::describe(upstream, repository, &manifest, Detail::Contents, 0).await;
    if let [platform] = description.summary.platforms.as_mut_slice()
        && platform.contents.is_none()
        && platform.digest == manifest.digest
    {
        platform.contents = Some(Box::new(description.contents.clone()));
    }
    let asked = match reference {
        Reference::Tag(tag) => Some(tag),
        Reference::Digest(_) => None,
    };
    let mut aliases: Vec<Tag> = upstream
        .tags
        .iter()
        .filter(|(key, digest)| key.0 == *repository && *digest == manifest.digest && Some(&key.1) != asked)
        .map(|(key, _)| key.1.clone())
        .collect();
    aliases.sort_by(|a, b| registry::tag_order::compare(b.as_str(), a.as_str()));
    Ok(ImageDetail {
        registry: upstream.info.id.clone(),
        repository: repository.to_string(),
        reference: reference.to_string(),
        summary: description.summary,
        aliases,
        contents: description.contents,
    })
}
