//! Manifests as registries hold them.
//!
//! The types of the `oci-spec` crate reject what real registries serve (an index entry whose platform lacks an
//! operating system, a configuration without `rootfs`), so what is read is read into the lenient types below.

mod schema1;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::digest::Digest;
use crate::media_type;
use crate::platform::Platform;

pub use schema1::{Schema1, Schema1Layer};

/// A pointer to a blob or a manifest: what it is, its digest and its size in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The media type; empty where the registry holds none.
    #[serde(default, deserialize_with = "crate::lenient::text")]
    pub media_type: String,
    /// The digest of the content.
    pub digest: Digest,
    /// The length of the content in bytes.
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    pub size: u64,
    /// What the child of an index runs on.
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    pub platform: Option<Platform>,
    /// Free text by key.
    #[serde(default, deserialize_with = "crate::lenient::text_map")]
    pub annotations: BTreeMap<String, String>,
    /// The type of the artifact behind it.
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    pub artifact_type: Option<String>,
    /// Where a foreign layer lies.
    #[serde(default, deserialize_with = "crate::lenient::list")]
    pub urls: Vec<String>,
}

/// The annotation by which BuildKit marks the attestations among an index's children.
const ATTESTATION_TYPE: &str = "vnd.docker.reference.type";
/// The annotation that names the child an attestation is about.
const ATTESTATION_SUBJECT: &str = "vnd.docker.reference.digest";

impl Descriptor {
    /// Whether this child of an index is an attestation about another one.
    pub fn is_attestation(&self) -> bool {
        self.annotations.get(ATTESTATION_TYPE).is_some_and(|it| it == "attestation-manifest")
    }

    /// The child that this attestation is about.
    pub fn attestation_subject(&self) -> Option<Digest> {
        self.annotations.get(ATTESTATION_SUBJECT)?.parse().ok()
    }

    /// Whether its content is not in the registry, but at [`urls`](Self::urls).
    pub fn is_foreign(&self) -> bool {
        !self.urls.is_empty() || media_type::is_foreign_layer(&self.media_type)
    }
}

/// A manifest, told apart by what it contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manifest {
    /// A configuration and layers: an image, or an artifact packed like one.
    Image(Box<ImageManifest>),
    /// Children, one per platform.
    Index(Index),
    /// Docker's first format, which only registries up to distribution 2.x serve.
    Schema1(Schema1),
}

/// A configuration and layers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageManifest {
    /// The type of the artifact, where the manifest names one.
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    pub artifact_type: Option<String>,
    /// The configuration; the OCI artifact manifest has none.
    pub config: Option<Descriptor>,
    /// The layers, the lowest first; `blobs` in the OCI artifact manifest.
    #[serde(default, alias = "blobs", deserialize_with = "null_as_empty")]
    pub layers: Vec<Descriptor>,
    /// The manifest that this one refers to.
    pub subject: Option<Descriptor>,
    /// Free text by key.
    #[serde(default, deserialize_with = "crate::lenient::text_map")]
    pub annotations: BTreeMap<String, String>,
}

/// A list of manifests.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// The type of the artifact, where the index names one.
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    pub artifact_type: Option<String>,
    /// The children in the index's order.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub manifests: Vec<Descriptor>,
    /// The manifest that this one refers to.
    pub subject: Option<Descriptor>,
    /// Free text by key.
    #[serde(default, deserialize_with = "crate::lenient::text_map")]
    pub annotations: BTreeMap<String, String>,
}

fn null_as_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Descriptor>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Why a byte string is not a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidManifest {
    /// It is not JSON, or a field that cannot be done without has another shape.
    #[error("it is not a manifest: {0}")]
    Json(String),
    /// Neither its type nor its fields tell what it is.
    #[error("neither its media type {media_type:?} nor its fields say what kind of manifest it is")]
    UnknownKind {
        /// The media type the registry gave.
        media_type: String,
    },
}

impl From<serde_json::Error> for InvalidManifest {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(crate::shorten(&error.to_string()))
    }
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// What it is, is decided by the `Content-Type`, then by the field `mediaType` (optional in OCI), then by the
    /// fields `manifests`, `layers` and `fsLayers`.
    pub fn parse(content_type: &str, bytes: &[u8]) -> Result<Self, InvalidManifest> {
        let value: Value = serde_json::from_slice(bytes)?;
        let field = value.get("mediaType").and_then(Value::as_str).unwrap_or_default();
        let has = |name| value.get(name).is_some_and(Value::is_array);
        let form = match Form::of_media_type(content_type).or_else(|| Form::of_media_type(field)) {
            Some(form) => form,
            None if has("manifests") => Form::Index,
            None if has("layers") || has("blobs") => Form::Image,
            None if has("fsLayers") => Form::Schema1,
            None => return Err(InvalidManifest::UnknownKind { media_type: crate::shorten(content_type) }),
        };
        form.read(value)
    }

    /// The manifest that this one refers to.
    pub fn subject(&self) -> Option<&Descriptor> {
        match self {
            Self::Image(image) => image.subject.as_ref(),
            Self::Index(index) => index.subject.as_ref(),
            Self::Schema1(_) => None,
        }
    }

    /// Its annotations.
    pub fn annotations(&self) -> BTreeMap<String, String> {
        match self {
            Self::Image(image) => image.annotations.clone(),
            Self::Index(index) => index.annotations.clone(),
            Self::Schema1(_) => BTreeMap::new(),
        }
    }
}

enum Form {
    Image,
    Index,
    Schema1,
}

impl Form {
    fn of_media_type(media_type: &str) -> Option<Self> {
        match media_type::essence(media_type).as_str() {
            media_type::OCI_INDEX | media_type::DOCKER_LIST => Some(Self::Index),
            media_type::OCI_MANIFEST | media_type::DOCKER_MANIFEST | media_type::OCI_ARTIFACT_MANIFEST => {
                Some(Self::Image)
            }
            media_type::DOCKER_SCHEMA1 | media_type::DOCKER_SCHEMA1_SIGNED => Some(Self::Schema1),
            _ => None,
        }
    }

    fn read(self, value: Value) -> Result<Manifest, InvalidManifest> {
        Ok(match self {
            Self::Image => Manifest::Image(Box::new(serde_json::from_value(value)?)),
            Self::Index => Manifest::Index(serde_json::from_value(value)?),
            Self::Schema1 => Manifest::Schema1(Schema1::parse(value)?),
        })
    }
}

impl ImageManifest {
    /// Whether it is an image that a container can be made of, rather than another artifact in the same format.
    ///
    /// Cosign and BuildKit give signatures and attestations the configuration of an image; their layers tell.
    pub fn is_image(&self) -> bool {
        self.config.as_ref().is_some_and(|config| media_type::is_image_config(&config.media_type))
            && (self.layers.is_empty()
                || self.layers.iter().any(|layer| media_type::is_image_layer(&layer.media_type)))
    }

    /// What kind of artifact it is, as a media type; empty where nothing tells.
    ///
    /// The field `artifactType`, else the configuration's type (OCI image specification, "Guidelines for Artifact
    /// Usage"), else the first layer's.
    pub fn artifact_kind(&self) -> &str {
        let config = self.config.as_ref().map(|config| config.media_type.as_str());
        let telling =
            |it: &&str| !it.is_empty() && *it != media_type::OCI_EMPTY && !media_type::is_image_config(it);
        self.artifact_type
            .as_deref()
            .into_iter()
            .chain(config)
            .chain(self.layers.iter().map(|layer| layer.media_type.as_str()))
            .find(telling)
            .unwrap_or_default()
    }

    /// The bytes of configuration and layers, each blob once.
    pub fn size(&self) -> u64 {
        total_size(self.config.iter().chain(&self.layers))
    }
}

impl Index {
    /// Whether its children are layers instead of manifests, as in BuildKit's cache export.
    pub fn holds_layers(&self) -> bool {
        self.manifests.iter().any(|child| media_type::is_image_layer(&child.media_type))
    }
}

/// The bytes of the blobs, each digest once.
pub fn total_size<'a>(blobs: impl IntoIterator<Item = &'a Descriptor>) -> u64 {
    let by_digest: BTreeMap<&Digest, u64> = blobs.into_iter().map(|blob| (&blob.digest, blob.size)).collect();
    by_digest.into_values().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests;
