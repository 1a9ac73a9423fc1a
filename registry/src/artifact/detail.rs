//! Everything a page tells of one artifact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ArtifactKind, Chart, PackageList, Provenance, SignedPayload, Statement, Verification};
use crate::created::Created;
use crate::digest::Digest;

/// One artifact with what is in its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArtifactDetail {
    /// The registry's id.
    pub registry: String,
    /// The repository.
    pub repository: String,
    /// The digest of its manifest.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// What is in it, each kind once.
    pub kinds: Vec<ArtifactKind>,
    /// Its type, as a media type; absent where nothing tells.
    pub artifact_type: Option<String>,
    /// When it was made.
    #[serde(flatten)]
    pub created: Created,
    /// The images that it belongs to: its subject, and those whose tags name it.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub subjects: Vec<Digest>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// What the chart is, if it is one.
    pub chart: Option<Chart>,
    /// Its files, the first 200.
    pub files: Vec<ArtifactFile>,
    /// How many files there are.
    pub n_files: usize,
}

/// A file of an artifact: one of its layers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArtifactFile {
    /// The digest of the blob.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// The media type of the blob.
    pub media_type: String,
    /// The length of the blob in bytes.
    pub size: u64,
    /// What it is called, if it has a name.
    pub title: Option<String>,
    /// The annotations of the blob.
    pub annotations: BTreeMap<String, String>,
    /// What it is about, where it is an attestation.
    pub statement: Option<Statement>,
    /// What it says, where that is known how to read.
    pub content: Option<ArtifactContent>,
    /// What came of checking its signature, where it has or should have one.
    pub verification: Option<Verification>,
    /// Why it could not be read, in a sentence.
    pub problem: Option<String>,
}

/// What a file of an artifact says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ArtifactContent {
    /// Which packages are in an image.
    Packages(PackageList),
    /// Who built it, from what.
    Provenance(Box<Provenance>),
    /// What cosign signed.
    Signature(SignedPayload),
}
