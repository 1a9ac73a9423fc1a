//! The files of the image that layers make, one upon another.

mod build;
mod change;
mod difference;
mod directory;
mod efficiency;
mod growing;
mod resolve;
mod row;
mod search;
mod totals;
mod wasted;

use crate::LayerIndex;
use crate::packed::Packed;
use crate::path::FilePath;
use crate::texts::{TextId, Texts};

pub(crate) use resolve::MOST_LINKS;

pub use change::Change;
pub use difference::{Difference, Differing, Sum, difference};
pub use efficiency::Efficiency;
pub use row::{At, Place, Row, View};
pub use search::{Filter, Order, Search};
pub use wasted::{Wasted, WastedSpace};

/// The files of an image after each of its layers.
///
/// It is made once from the indices of the layers and answers for each of them. It takes about a hundred bytes of
/// memory for each entry of a layer.
#[derive(Clone, Debug)]
pub struct ImageTree {
    /// In order: each directory right before what lies in it. The root is the first.
    nodes: Vec<Node>,
    /// What each path was, the one of the lowest layer first, those of one path together.
    versions: Vec<Version>,
    names: Texts,
    links: Texts,
    n_layers: usize,
    efficiency: Efficiency,
}

/// A path that any layer has something at.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// The directory that it lies in; the root lies in itself.
    parent: u32,
    name: TextId,
    /// The first path behind those that lie in it.
    end: u32,
    /// The first of its versions; they end where those of the next path begin.
    first: u32,
}

/// What a layer made of a path.
#[derive(Clone, Copy, Debug)]
struct Version {
    layer: u32,
    /// The layer that the content lies in: a hard link may lead to a file of a layer below.
    content_layer: u32,
    /// A whiteout where there is nothing any more.
    known: Packed,
}

impl Version {
    fn is_there(&self) -> bool {
        self.known.kind != crate::Kind::Whiteout
    }
}

impl ImageTree {
    /// What layers make of each other, the lowest one first.
    pub fn of(layers: &[&LayerIndex]) -> Self {
        build::build(layers)
    }

    /// How many layers there are.
    pub fn n_layers(&self) -> usize {
        self.n_layers
    }

    /// About how many bytes of memory it takes.
    pub fn memory(&self) -> u64 {
        let nodes = self.nodes.capacity() * size_of::<Node>();
        let versions = self.versions.capacity() * size_of::<Version>();
        (nodes + versions) as u64 + self.names.memory() + self.links.memory()
    }

    /// How little of the image is stored in vain.
    pub fn efficiency(&self) -> Efficiency {
        self.efficiency
    }

    fn name(&self, node: u32) -> &[u8] {
        self.names.get(self.nodes[node as usize].name)
    }

    fn path(&self, node: u32) -> FilePath {
        let mut parts = Vec::new();
        let mut at = node;
        while at != 0 {
            parts.push(self.name(at));
            at = self.nodes[at as usize].parent;
        }
        parts.reverse();
        FilePath::from_clean(parts.join(&b'/'))
    }

    /// What lies in a directory, by the bytes of the names.
    fn children(&self, node: u32) -> impl Iterator<Item = u32> {
        let end = self.nodes[node as usize].end;
        let next = move |at: u32| Some(at).filter(|it| *it < end);
        std::iter::successors(next(node + 1), move |it| next(self.nodes[*it as usize].end))
    }

    fn find_node(&self, path: &FilePath) -> Option<u32> {
        path.parts().try_fold(0, |node, name| self.children(node).find(|it| self.name(*it) == name))
    }

    fn versions(&self, node: u32) -> &[Version] {
        let end = self.nodes.get(node as usize + 1).map_or(self.versions.len(), |it| it.first as usize);
        &self.versions[self.nodes[node as usize].first as usize..end]
    }

    /// What a layer made of a path, and what it was before; absent where it made nothing of it, or it was nothing.
    fn made(&self, node: u32, layer: usize) -> (Option<&Version>, Option<&Version>) {
        let versions = self.versions(node);
        let n_before = versions.partition_point(|it| (it.layer as usize) < layer);
        let before = n_before.checked_sub(1).map(|it| &versions[it]).filter(|it| it.is_there());
        (before, versions.get(n_before).filter(|it| it.layer as usize == layer))
    }

    fn link(&self, known: &Packed) -> Option<&[u8]> {
        known.link().map(|it| self.links.get(it))
    }
}
