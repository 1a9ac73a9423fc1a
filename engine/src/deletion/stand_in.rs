//! A manifest that takes the place of another one on a tag, so that the tag can be deleted by its digest.
//!
//! Registries that delete by digest alone (distribution 2.x) delete every tag on it. A manifest that nobody else has
//! ever made has no other tag.

use bytes::Bytes;
use registry::client::sha256_of;
use registry::{Digest, media_type};
use serde_json::json;

/// The manifest, and the configuration that makes it the only one of its kind.
#[derive(Clone, Debug)]
pub(super) struct StandIn {
    pub(super) digest: Digest,
    pub(super) media_type: &'static str,
    pub(super) manifest: Bytes,
    pub(super) config: Bytes,
}

impl StandIn {
    /// One of the same family as a media type, so that a registry that takes only one family takes it. `unique` is a
    /// text that nobody else uses.
    pub(super) async fn like(original: &str, unique: &str) -> Self {
        let is_docker = original.starts_with("application/vnd.docker.");
        let (media_type, config_type) = match is_docker {
            true => (media_type::DOCKER_MANIFEST, "application/vnd.docker.container.image.v1+json"),
            false => (media_type::OCI_MANIFEST, media_type::OCI_CONFIG),
        };
        let config = json!({
            "architecture": "unknown", "os": "unknown", "config": {}, "history": [],
            "rootfs": { "type": "layers", "diff_ids": [] },
            "comment": format!("takes a tag off an image; made by Stowage, {unique}"),
        });
        let config = Bytes::from(config.to_string());
        let manifest = json!({
            "schemaVersion": 2, "mediaType": media_type, "layers": [],
            "config": { "mediaType": config_type, "digest": sha256_of(&config).await, "size": config.len() },
        });
        let manifest = Bytes::from(manifest.to_string());
        Self { digest: sha256_of(&manifest).await, media_type, manifest, config }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_two_are_alike_and_each_is_of_its_family() {
        let one = StandIn::like(media_type::DOCKER_LIST, "1").await;
        let other = StandIn::like(media_type::OCI_INDEX, "2").await;
        assert_ne!(one.digest, StandIn::like(media_type::DOCKER_LIST, "2").await.digest);
        assert_eq!(one.media_type, media_type::DOCKER_MANIFEST);
        assert_eq!(other.media_type, media_type::OCI_MANIFEST);
        assert_eq!(other.digest, StandIn::like("", "2").await.digest);
    }
}
