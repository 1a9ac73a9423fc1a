//! Blobs, manifests, and what names them.

use std::fmt::Write;
use std::str::FromStr;

use bytes::Bytes;
use oci_spec::image::{Descriptor, DescriptorBuilder, Digest, MediaType};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub(super) const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(super) const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(super) const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(super) const OCI_EMPTY: &str = "application/vnd.oci.empty.v1+json";
pub(super) const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
pub(super) const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
pub(super) const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";

/// `sha256:…` of some bytes.
pub fn digest_of(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").expect("writing to a String does not fail");
    }
    text
}

/// Names some bytes by their digest and size.
pub(super) fn descriptor(media_type: &str, bytes: &[u8]) -> Descriptor {
    DescriptorBuilder::default()
        .media_type(MediaType::from(media_type))
        .digest(Digest::from_str(&digest_of(bytes)).expect("a digest of ours is a digest"))
        .size(bytes.len() as u64)
        .build()
        .expect("all that is required is there")
}

/// JSON with its keys in order, because the specification's types keep theirs in hash maps.
pub(super) fn json(it: &impl Serialize) -> Bytes {
    let mut value: Value = serde_json::to_value(it).expect("these types are JSON");
    value.sort_all_objects();
    value.to_string().into()
}

/// The digest as text.
pub(super) fn digest_text(descriptor: &Descriptor) -> String {
    descriptor.digest().to_string()
}
