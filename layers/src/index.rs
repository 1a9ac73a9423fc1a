//! What a layer holds.

mod decode;
mod encode;
mod record;

use crate::chunks::Chunks;
use crate::entry::{Entry, Kind};
use crate::error::DecodeError;
use crate::packed::Packed;
use crate::path::FilePath;
use crate::paths::{Id, Paths, ROOT};
use crate::texts::Texts;

/// What a layer holds: each path with what is known of it, without the contents.
///
/// It takes about a hundred bytes of memory a path.
#[derive(Clone, Debug)]
pub struct LayerIndex {
    pub(crate) paths: Paths,
    pub(crate) known: Chunks<Packed>,
    pub(crate) links: Texts,
    /// All paths that are there, in order; the root is the first.
    pub(crate) order: Vec<Id>,
    pub(crate) unpacked: u64,
}

impl LayerIndex {
    /// The index of a layer that holds nothing.
    pub fn empty() -> Self {
        let mut known = Chunks::default();
        known.push(Packed::implied());
        Self { paths: Paths::new(), known, links: Texts::default(), order: vec![ROOT], unpacked: 0 }
    }

    /// The index in the form in which it is kept: compressed, and with a version in front.
    pub fn encode(&self) -> Vec<u8> {
        encode::encode(self)
    }

    /// Reads an index that was kept.
    ///
    /// # Errors
    /// Where the bytes are not what [`Self::encode`] made.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        decode::decode(bytes)
    }

    /// All entries but the root in order: each directory right before what lies in it, by the bytes of their names.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> {
        self.order[1..].iter().map(|id| self.entry(*id))
    }

    /// The root, which is implied unless an entry names it.
    pub fn root(&self) -> Entry<'_> {
        self.entry(ROOT)
    }

    /// The entry at a path; absent where there is none. It looks at all of them.
    pub fn find(&self, path: &FilePath) -> Option<Entry<'_>> {
        self.order.iter().find(|id| self.paths.is_path(**id, path)).map(|id| self.entry(*id))
    }

    /// How many entries there are, with implied directories and without the root.
    pub fn n_entries(&self) -> usize {
        self.order.len() - 1
    }

    /// Bytes of the unpacked layer: the archive as a whole, with all headers.
    pub fn unpacked(&self) -> u64 {
        self.unpacked
    }

    /// About how many bytes of memory it takes.
    pub fn memory(&self) -> u64 {
        self.paths.memory() + self.known.memory() + self.links.memory()
    }

    pub(crate) fn path(&self, id: Id) -> FilePath {
        self.paths.path(id)
    }

    pub(crate) fn link(&self, packed: &Packed) -> Option<&[u8]> {
        packed.link().map(|it| self.links.get(it))
    }

    fn entry(&self, id: Id) -> Entry<'_> {
        let it = &self.known[id];
        Entry {
            index: self,
            id,
            name: self.paths.name(id),
            kind: it.kind,
            size: it.size,
            mode: it.mode(),
            uid: it.uid,
            gid: it.gid,
            modified: it.modified,
            link: self.link(it),
            content: it.content(),
            is_implied: it.is_implied(),
            is_opaque: it.is_opaque(),
            replaces: it.replaces(),
        }
    }

    /// Which paths of a layer are not only there to say that something is gone.
    pub(crate) fn holds_something(&self) -> Vec<bool> {
        let mut holds = vec![false; self.paths.len() as usize];
        for id in self.order.iter().skip(1).rev() {
            let known = &self.known[*id];
            let is_something = known.kind != Kind::Whiteout && !known.is_implied();
            if is_something || holds[*id as usize] {
                holds[*id as usize] = true;
                holds[self.paths.parent(*id) as usize] = true;
            }
        }
        holds
    }
}

#[cfg(any(test, fuzzing))]
pub(crate) use decode::decode_unpacked;

impl PartialEq for LayerIndex {
    fn eq(&self, other: &Self) -> bool {
        record::of(self).eq(record::of(other)) && self.unpacked == other.unpacked
    }
}

impl Eq for LayerIndex {}
