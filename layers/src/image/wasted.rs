//! What is stored in vain.

use std::ops::Range;

use serde::Serialize;

use super::{ImageTree, Version};
use crate::path::FilePath;

/// A file that is stored in vain: once more by a layer above, or removed by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wasted {
    /// The path from the root.
    pub path: FilePath,
    /// The layers that store it, the lowest one being zero.
    pub layers: Vec<usize>,
    /// Bytes that are stored and not seen in the image, unpacked.
    pub bytes: u64,
    /// Whether the image has nothing, or something else than a file, at the path.
    pub is_removed: bool,
}

/// All files that are stored in vain, what takes most first.
#[derive(Clone, Debug)]
pub struct WastedSpace<'a> {
    tree: &'a ImageTree,
    found: Vec<(u32, u64)>,
}

impl ImageTree {
    /// All files that are stored in vain, what takes most first.
    pub fn wasted(&self) -> WastedSpace<'_> {
        let bytes = |node: u32| {
            let all = self.versions(node).iter().map(stored).fold(0, u64::saturating_add);
            all - self.versions(node).last().map_or(0, stored)
        };
        let all = (0..self.nodes.len() as u32).map(|it| (it, bytes(it)));
        let mut found: Vec<_> = all.filter(|(_, bytes)| *bytes > 0).collect();
        found.sort_by_key(|(node, bytes)| (u64::MAX - bytes, *node));
        WastedSpace { tree: self, found }
    }
}

impl WastedSpace<'_> {
    /// How many files.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing is stored in vain.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Bytes of all of them.
    pub fn bytes(&self) -> u64 {
        self.found.iter().map(|(_, bytes)| *bytes).fold(0, u64::saturating_add)
    }

    /// Some of them; what lies behind the last one is left out.
    pub fn rows(&self, range: Range<usize>) -> Vec<Wasted> {
        let row = |(node, bytes): &(u32, u64)| {
            let versions = self.tree.versions(*node);
            Wasted {
                path: self.tree.path(*node),
                layers: versions.iter().filter(|it| stored(it) > 0).map(|it| it.layer as usize).collect(),
                bytes: *bytes,
                is_removed: versions.last().is_none_or(|it| it.known.kind != crate::Kind::File),
            }
        };
        self.found.iter().skip(range.start).take(range.len()).map(row).collect()
    }
}

fn stored(version: &Version) -> u64 {
    version.known.stored()
}
