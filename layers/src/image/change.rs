//! What a layer did to a path.

use serde::{Deserialize, Serialize};

use super::{ImageTree, Version};
use crate::entry::Kind;
use crate::packed::Packed;

/// What a layer did to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is there since this layer.
    Added,
    /// It was there before, and differs now.
    Changed,
    /// It was there before, and is not any more.
    Removed,
    /// The layer did nothing to it, or stored the same once more.
    Unchanged,
}

impl ImageTree {
    /// What a layer did to a path; absent where there was nothing before and is nothing now.
    pub(super) fn change(&self, node: u32, layer: usize) -> Option<Change> {
        match self.made(node, layer) {
            (None, None) => None,
            (Some(_), None) => Some(Change::Unchanged),
            (None, Some(now)) => now.is_there().then_some(Change::Added),
            (Some(_), Some(now)) if !now.is_there() => Some(Change::Removed),
            (Some(before), Some(now)) if self.differs(before, self, now) => Some(Change::Changed),
            (Some(_), Some(_)) => Some(Change::Unchanged),
        }
    }

    /// Whether two versions differ, perhaps of two images, in anything but the time.
    ///
    /// An implied directory is like any other, because nothing is known of it.
    pub(super) fn differs(&self, mine: &Version, other: &Self, theirs: &Version) -> bool {
        let (a, b) = (&mine.known, &theirs.known);
        let is_directory = a.kind == Kind::Directory && b.kind == Kind::Directory;
        if is_directory && (a.is_implied() || b.is_implied()) {
            return false;
        }
        let told = |it: &Packed| (it.kind, it.mode(), it.uid, it.gid, it.size);
        let content = |it: &Packed| it.content().map(|it| it.hash);
        told(a) != told(b) || content(a) != content(b) || self.link(a) != other.link(b)
    }
}
