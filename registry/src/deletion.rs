//! What a deletion takes along, and what it must leave: the rules behind every plan.
//!
//! Nothing here asks a registry. [`Plan::make`] is given what a repository holds and what somebody wants to be gone, and
//! says what goes, what stays although it looks related, what is refused, and in which order it is done.

mod check;
mod closure;
mod graph;
mod make;
mod order;
mod plan;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::reference::Tag;
use crate::summary::Kind;

pub use check::{Changed, check};
pub use plan::{
    Freed, Keep, KeepReason, Kept, ManifestRemoval, Plan, Refusal, RefusalReason, Role, Step, TagRemoval,
};

/// What a repository holds, as far as that is known.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// Every tag and where it is; absent where it leads to no manifest.
    pub tags: BTreeMap<Tag, Option<Digest>>,
    /// Every manifest that is there, tagged or not.
    pub manifests: BTreeMap<Digest, Held>,
    /// Tags of which nobody knows where they are. While there is one, it may be on any manifest, so that manifests
    /// stay and only tags can be removed.
    pub unread: BTreeSet<Tag>,
}

/// A manifest that a repository holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// What it is.
    pub kind: Kind,
    /// What it runs on, as lists write it; empty where that is not known.
    pub platforms: Vec<String>,
    /// The length of the manifest itself, in bytes.
    pub bytes: u64,
    /// The children of an index, those included that are not there.
    pub children: Vec<Digest>,
    /// Configuration and layers that lie in the registry, with their compressed bytes.
    pub blobs: Vec<(Digest, u64)>,
    /// The manifest that it refers to.
    pub subject: Option<Digest>,
}

/// What is done with the other tags of a manifest of which a tag is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// They stay, and so does the manifest while it has one.
    #[default]
    Tag,
    /// They go with the manifest.
    Manifest,
}

/// What somebody wants to be gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Tags.
    pub tags: BTreeSet<Tag>,
    /// Manifests, with whatever tags are on them.
    pub digests: BTreeSet<Digest>,
    /// What is done with the other tags of a manifest.
    pub mode: Mode,
}

/// The tags that must stay, each with the pattern that says so.
pub type Protected = BTreeMap<Tag, String>;

#[cfg(test)]
mod tests;
