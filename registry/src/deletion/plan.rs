//! The plan itself, as it is told and stored.

use std::collections::BTreeMap;
use std::fmt;
use std::slice;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::reference::Tag;
use crate::summary::Kind;

/// What a deletion would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The tags that go.
    pub tags: Vec<TagRemoval>,
    /// The manifests that go: those that are selected, and their children.
    pub manifests: Vec<ManifestRemoval>,
    /// Signatures, attestations and the like that go along.
    pub referrers: Vec<ManifestRemoval>,
    /// What stays although it is related, with the reason.
    pub keeps: Vec<Keep>,
    /// What was selected and will not be touched, with the reason.
    pub refused: Vec<Refusal>,
    /// What it frees.
    pub freed: Freed,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

/// A tag that goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagRemoval {
    /// The tag.
    pub tag: Tag,
    /// Where it is; absent where it leads to no manifest.
    pub digest: Option<Digest>,
    /// Whether its manifest stays.
    pub alone: bool,
}

/// A manifest that goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestRemoval {
    /// Its digest.
    pub digest: Digest,
    /// Why it goes.
    pub role: Role,
    /// What it is.
    pub kind: Kind,
    /// What it runs on.
    pub platforms: Vec<String>,
    /// Bytes of the manifest with its configuration and layers, each blob once.
    pub size: u64,
    /// How many of its children are missing already.
    pub n_missing: usize,
    /// The tags that go with it.
    pub tags: Vec<Tag>,
}

/// Why a manifest goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It was selected, or the last of its tags was.
    Selected,
    /// It is a child of one that goes, and nothing else needs it.
    Child,
    /// It is about one that goes.
    Referrer,
}

/// Something that stays although it is related to what goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// What stays.
    pub what: Kept,
    /// Why.
    pub why: KeepReason,
}

/// What stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Tags on the manifest of one that goes.
    Tags(Vec<Tag>),
    /// A manifest.
    Manifest(Digest),
    /// A configuration or layer, with its compressed bytes.
    Blob(Digest, u64),
}

/// Why something stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum KeepReason {
    /// They are on the manifest of a tag that goes, and were not selected.
    SameManifest {
        /// The tag that goes.
        tag: Tag,
    },
    /// Tags that stay are on it.
    Tagged {
        /// These.
        tags: Vec<Tag>,
    },
    /// Indexes that stay need it.
    InIndex {
        /// These.
        indexes: Vec<Digest>,
    },
    /// It is about a manifest that stays.
    About {
        /// That one.
        subject: Digest,
    },
    /// Manifests that stay use it.
    UsedBy {
        /// How many.
        n: usize,
    },
    /// Some tags could not be read, and it cannot be excluded that they need it.
    Unread {
        /// How many.
        n: usize,
    },
}

/// Something that was selected and is not touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The tag or digest.
    pub what: String,
    /// Why.
    pub why: RefusalReason,
}

/// Why something is not touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum RefusalReason {
    /// The tag, or one on the same manifest, is protected.
    Protected {
        /// The tag.
        tag: Tag,
        /// The pattern that protects it.
        pattern: String,
    },
    /// It is not there, or not any more.
    Gone,
    /// Indexes that stay need the manifest.
    InIndex {
        /// These.
        indexes: Vec<Digest>,
    },
    /// Some tags could not be read, and may be on this manifest.
    Unread {
        /// How many.
        n: usize,
    },
}

/// What a deletion frees with the registry's next garbage collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freed {
    /// Blobs that nothing else in this repository uses, manifests included, with their bytes.
    pub blobs: BTreeMap<Digest, u64>,
}

impl fmt::Display for KeepReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameManifest { tag } => {
                write!(f, "it is on the same manifest as {tag}, and was not selected")
            }
            Self::Tagged { tags } => write!(f, "tags that stay are on it: {}", list(tags)),
            Self::InIndex { indexes } => write!(f, "indexes that stay need it: {}", list(indexes)),
            Self::About { subject } => write!(f, "it is about {subject}, which stays"),
            Self::UsedBy { n } => write!(f, "{n} manifests that stay use it"),
            Self::Unread { n } => write!(f, "{n} tags could not be read, and may need it"),
        }
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protected { tag, pattern } => write!(f, "{tag} is protected by the pattern {pattern}"),
            Self::Gone => f.write_str("it is not there"),
            Self::InIndex { indexes } => write!(f, "indexes that stay need it: {}", list(indexes)),
            Self::Unread { n } => write!(f, "{n} tags could not be read, and may be on it"),
        }
    }
}

fn list(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Freed {
    /// How many bytes they have together.
    pub fn bytes(&self) -> u64 {
        self.blobs.values().fold(0, |sum, size| sum.saturating_add(*size))
    }

    /// Leaves out what other repositories use.
    pub fn retain(&mut self, is_unused: impl Fn(&Digest) -> bool) {
        self.blobs.retain(|digest, _| is_unused(digest));
    }
}

/// One thing that is done.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// A tag is removed, and what it is on stays.
    RemoveTag {
        /// The tag.
        tag: Tag,
        /// Where it has to be; absent where it leads to no manifest.
        digest: Option<Digest>,
    },
    /// A list of referrers under a fallback tag is written anew without some of them.
    TrimReferrers {
        /// The fallback tag.
        tag: Tag,
        /// Where it has to be.
        digest: Digest,
        /// The referrers that go.
        without: Vec<Digest>,
    },
    /// A manifest is deleted with its tags.
    RemoveManifest {
        /// Its digest.
        digest: Digest,
        /// The tags that may be on it.
        tags: Vec<Tag>,
    },
}

impl Step {
    /// The tags that go with it.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        match self {
            Self::RemoveTag { tag, .. } => slice::from_ref(tag),
            Self::TrimReferrers { .. } => &[],
            Self::RemoveManifest { tags, .. } => tags,
        }
    }

    /// The manifest that goes with it.
    #[must_use]
    pub fn manifest(&self) -> Option<&Digest> {
        match self {
            Self::RemoveTag { .. } => None,
            Self::TrimReferrers { digest, .. } | Self::RemoveManifest { digest, .. } => Some(digest),
        }
    }
}

impl Plan {
    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
