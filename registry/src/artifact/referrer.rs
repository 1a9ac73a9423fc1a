//! What refers to an image.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ArtifactKind, Verification};
use crate::created::Created;
use crate::digest::Digest;
use crate::summary::State;

/// What refers to an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Referrers {
    /// The digest of the image.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// What refers to it; the first 200.
    pub items: Vec<ReferrerRow>,
    /// How many there are.
    pub total: usize,
    /// Where could not be looked.
    pub problems: Vec<SourceProblem>,
    /// How many public keys signatures are checked with.
    pub n_keys: usize,
}

/// Something that refers to an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferrerRow {
    /// The digest of its manifest.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// What is in it, each kind once.
    pub kinds: Vec<ArtifactKind>,
    /// Its type, as a media type; absent where nothing tells.
    pub artifact_type: Option<String>,
    /// The media type of its manifest.
    pub media_type: String,
    /// The bytes of its files, each once; absent where it could not be read.
    pub size: Option<u64>,
    /// When it was made.
    #[serde(flatten)]
    pub created: Created,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Where it was found.
    pub found: Vec<Source>,
    /// The image that it is about: the one that was asked for, or one of the platforms of that.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub subject: Digest,
    /// What came of checking its signatures, the best of them; absent where it needs none.
    pub verification: Option<Verification>,
    /// What is wrong with it.
    pub state: State,
    /// The state in a sentence, where there is more to say.
    pub detail: Option<String>,
}

/// Where what refers to an image is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The referrers API of the registry.
    Api,
    /// The tag `sha256-…` that stands in for the API.
    FallbackTag,
    /// One of the tags of cosign: `sha256-….sig`, `.att`, `.sbom`.
    CosignTag,
    /// The children of the index itself.
    Index,
    /// What a scan has met before.
    Inventory,
}

/// Where could not be looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceProblem {
    /// Where.
    pub source: Source,
    /// Why, in a sentence.
    pub why: String,
}
