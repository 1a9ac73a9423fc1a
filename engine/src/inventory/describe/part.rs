//! What was read of a manifest: for pages, and for the inventory.

use std::collections::{BTreeMap, BTreeSet};

use registry::Digest;
use registry::image::Contents;
use registry::image_config::ImageConfig;
use registry::manifest::{Descriptor, ImageManifest};
use registry::summary::Summary;

use crate::store::{BlobRecord, ChildRecord, PREDICATE_LABEL, labels};

/// What was read of a manifest of one kind.
pub(super) struct Part {
    pub(super) summary: Summary,
    pub(super) contents: Contents,
    pub(super) kept: Kept,
}

/// What the inventory keeps of it.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) labels: Option<String>,
    pub(super) config: Option<BlobRecord>,
    pub(super) layers: Vec<BlobRecord>,
    pub(super) children: Vec<ChildRecord>,
}

impl Kept {
    /// What is kept of a configuration and layers.
    pub(super) fn of(image: &ImageManifest, config: &ImageConfig) -> Self {
        Self {
            labels: labels::text(predicates(image).iter().chain([&config.config.labels, &image.annotations])),
            config: image.config.as_ref().map(blob),
            // What lies elsewhere takes no room here, and no collector frees it.
            layers: image.layers.iter().filter(|it| !it.is_foreign()).map(blob).collect(),
            children: Vec::new(),
        }
    }
}

/// What attestations say what they are by, each type once.
fn predicates(image: &ImageManifest) -> Vec<BTreeMap<String, String>> {
    let types: BTreeSet<&str> = image.predicate_types().collect();
    types.into_iter().map(|it| BTreeMap::from([(PREDICATE_LABEL.to_owned(), it.to_owned())])).collect()
}

/// A blob of which the manifest does not tell the size.
pub(super) fn blob_of_unknown_size(digest: &Digest) -> BlobRecord {
    BlobRecord { digest: digest.clone(), size: 0 }
}

pub(super) fn blob(descriptor: &Descriptor) -> BlobRecord {
    BlobRecord { digest: descriptor.digest.clone(), size: descriptor.size }
}
