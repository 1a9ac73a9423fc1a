//! A sample: one repository's content, ready to be pushed.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use bytes::Bytes;
use oci_spec::image::{Descriptor, ImageIndexBuilder, ImageManifestBuilder, MediaType};
use serde_json::Value;

use super::blob::{
    DOCKER_CONFIG, DOCKER_LIST, DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, descriptor, digest_of,
    digest_text, json,
};
use super::damage::Damage;
use super::image::Image;
use crate::error::{Error, Result};

/// One repository's content.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The repository's name.
    pub repository: &'static str,
    /// What it is there to show, in a sentence.
    pub shows: &'static str,
    pub(super) blobs: BTreeMap<String, Bytes>,
    pub(super) manifests: Vec<Manifest>,
    pub(super) damage: Vec<Damage>,
}

/// A manifest of a sample.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// `sha256:…`
    pub digest: String,
    /// The type that it is pushed with.
    pub media_type: String,
    /// The bytes that the digest names.
    pub bytes: Bytes,
    /// The tags that lead to it.
    pub tags: Vec<String>,
}

/// The specification writes `os.version`, its Rust types `os_version`.
fn rename(value: &mut Value, from: &str, to: &str) {
    if let Some(object) = value.as_object_mut()
        && let Some(inner) = object.remove(from)
    {
        object.insert(to.to_owned(), inner);
    }
}

/// Which family of media types a manifest belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Oci,
    Docker,
}

impl Sample {
    pub(super) fn new(repository: &'static str, shows: &'static str) -> Self {
        Self { repository, shows, blobs: BTreeMap::new(), manifests: Vec::new(), damage: Vec::new() }
    }

    /// The manifests, children before the indexes that name them.
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The manifest that a tag leads to.
    ///
    /// # Errors
    /// When the sample has no such tag.
    pub fn tagged(&self, tag: &str) -> Result<&Manifest> {
        self.manifests
            .iter()
            .find(|it| it.tags.iter().any(|other| other == tag))
            .ok_or_else(|| Error::Sample(format!("{} has no tag {tag}", self.repository)))
    }

    /// Every tag, in the order of pushing.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.manifests.iter().flat_map(|it| it.tags.iter().map(String::as_str))
    }

    /// The bytes of all blobs together; manifests are not counted.
    pub fn size(&self) -> u64 {
        self.blobs.values().map(|bytes| bytes.len() as u64).sum()
    }

    /// Whether it shows something that [`damage`](Self::damage) breaks.
    pub fn is_damaged(&self) -> bool {
        !self.damage.is_empty()
    }

    /// Breaks, in the folder where a registry of ours keeps its data, what this sample shows broken.
    ///
    /// # Errors
    /// When the files cannot be removed.
    pub fn damage(&self, storage: &Path) -> Result<()> {
        self.damage.iter().try_for_each(|it| it.inflict(storage, self.repository))
    }

    pub(super) fn blob(&mut self, media_type: &str, bytes: impl Into<Bytes>) -> Descriptor {
        let bytes = bytes.into();
        let descriptor = descriptor(media_type, &bytes);
        self.blobs.insert(digest_text(&descriptor), bytes);
        descriptor
    }

    /// Adds a manifest as it is, for what is not well formed.
    pub(super) fn raw(&mut self, media_type: &str, value: &Value, tags: &[&str]) -> Descriptor {
        self.bytes(media_type, json(value), tags)
    }

    fn bytes(&mut self, media_type: &str, bytes: Bytes, tags: &[&str]) -> Descriptor {
        let descriptor = descriptor(media_type, &bytes);
        self.manifests.push(Manifest {
            digest: digest_of(&bytes),
            media_type: media_type.to_owned(),
            bytes,
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        });
        descriptor
    }

    pub(super) fn image(&mut self, image: &Image, tags: &[&str]) -> Descriptor {
        self.image_with(Family::Oci, image, image.config(), tags)
    }

    pub(super) fn docker_image(&mut self, image: &Image, tags: &[&str]) -> Descriptor {
        self.image_with(Family::Docker, image, image.config(), tags)
    }

    /// An image with a configuration of its own, which need not fit its layers.
    pub(super) fn image_with(
        &mut self,
        family: Family,
        image: &Image,
        config: Bytes,
        tags: &[&str],
    ) -> Descriptor {
        let (manifest_type, config_type) = match family {
            Family::Oci => (OCI_MANIFEST, OCI_CONFIG),
            Family::Docker => (DOCKER_MANIFEST, DOCKER_CONFIG),
        };
        let config = self.blob(config_type, config);
        let layers: Vec<_> = image
            .layers()
            .map(|layer| {
                let layer = if family == Family::Docker { layer.clone().docker() } else { layer.clone() };
                self.blob(layer.media_type, layer.bytes)
            })
            .collect();
        let manifest = ImageManifestBuilder::default()
            .schema_version(2u32)
            .media_type(MediaType::from(manifest_type))
            .config(config)
            .layers(layers)
            .build()
            .expect("all that is required is there");
        let mut descriptor = self.bytes(manifest_type, json(&manifest), tags);
        descriptor.set_platform(Some(image.platform()));
        descriptor
    }

    pub(super) fn index(&mut self, children: Vec<Descriptor>, tags: &[&str]) -> Descriptor {
        self.index_with(Family::Oci, children, HashMap::new(), tags)
    }

    pub(super) fn docker_list(&mut self, children: Vec<Descriptor>, tags: &[&str]) -> Descriptor {
        self.index_with(Family::Docker, children, HashMap::new(), tags)
    }

    pub(super) fn index_with(
        &mut self,
        family: Family,
        children: Vec<Descriptor>,
        annotations: HashMap<String, String>,
        tags: &[&str],
    ) -> Descriptor {
        let media_type = if family == Family::Docker { DOCKER_LIST } else { OCI_INDEX };
        let mut builder = ImageIndexBuilder::default()
            .schema_version(2u32)
            .media_type(MediaType::from(media_type))
            .manifests(children);
        if !annotations.is_empty() {
            builder = builder.annotations(annotations);
        }
        let index = builder.build().expect("all that is required is there");
        let mut value = serde_json::to_value(&index).expect("these types are JSON");
        for child in value["manifests"].as_array_mut().into_iter().flatten() {
            if let Some(platform) = child.get_mut("platform") {
                rename(platform, "os_version", "os.version");
            }
        }
        self.raw(media_type, &value, tags)
    }

    /// Takes a manifest away after pushing; its tags stay.
    pub(super) fn lose_manifest(&mut self, descriptor: &Descriptor) {
        self.damage.push(Damage::Manifest(digest_text(descriptor)));
    }

    /// Takes the configuration of the image on `tag` away after pushing.
    pub(super) fn lose_blob(&mut self, digest: &str) {
        self.damage.push(Damage::Blob(digest.to_owned()));
    }

    /// Takes every tag and manifest away after pushing; the repository stays.
    pub(super) fn lose_everything(&mut self) {
        self.damage.push(Damage::Everything);
    }
}
