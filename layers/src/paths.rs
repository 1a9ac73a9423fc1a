//! The tree of all paths: each knows the directory that it lies in, and its own name.

use std::hash::{BuildHasher, RandomState};
use std::iter;

use hashbrown::HashTable;

use crate::chunks::Chunks;
use crate::path::FilePath;
use crate::texts::{TextId, Texts};

/// A path of a tree.
pub(crate) type Id = u32;

/// The root of every tree.
pub(crate) const ROOT: Id = 0;
/// No path.
pub(crate) const NONE: Id = Id::MAX;

/// What finding names takes at most, in bytes of memory a path: a table that is less than half full, besides the one
/// that it grew out of. What putting paths in order takes is less, and comes after.
const LOOKUP: u64 = 18;

#[derive(Clone, Copy, Debug)]
struct Node {
    parent: Id,
    name: TextId,
}

/// Paths in the order in which they were added.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    nodes: Chunks<Node>,
    names: Texts,
    lookup: HashTable<Id>,
    hasher: RandomState,
}

impl Paths {
    /// The root alone.
    pub(crate) fn new() -> Self {
        Self::with_capacity(0)
    }

    /// The root alone; so many names can be looked for before the table of them has to grow.
    pub(crate) fn with_capacity(n: usize) -> Self {
        let mut it = Self {
            nodes: Chunks::default(),
            names: Texts::default(),
            lookup: HashTable::with_capacity(n),
            hasher: RandomState::new(),
        };
        let name = it.names.push(b"");
        it.nodes.push(Node { parent: NONE, name });
        it
    }

    /// How many there are, with the root and those that were replaced.
    pub(crate) fn len(&self) -> u32 {
        self.nodes.len()
    }

    /// The directory that it lies in; [`NONE`] for the root and for what was replaced.
    pub(crate) fn parent(&self, id: Id) -> Id {
        self.nodes[id].parent
    }

    pub(crate) fn name(&self, id: Id) -> &[u8] {
        self.names.get(self.nodes[id].name)
    }

    /// The path from the root.
    pub(crate) fn path(&self, id: Id) -> FilePath {
        let mut parts = Vec::new();
        let mut at = id;
        while at != ROOT && at != NONE {
            parts.push(self.name(at));
            at = self.parent(at);
        }
        parts.reverse();
        FilePath::from_clean(parts.join(&b'/'))
    }

    /// Whether a path from the root leads to it.
    pub(crate) fn is_path(&self, id: Id, path: &FilePath) -> bool {
        let mut at = id;
        for part in path.as_bytes().rsplit(|it| *it == b'/').filter(|it| !it.is_empty()) {
            if at == ROOT || self.name(at) != part {
                return false;
            }
            at = self.parent(at);
        }
        at == ROOT
    }

    /// What lies in a directory under a name.
    pub(crate) fn child(&self, parent: Id, name: &[u8]) -> Option<Id> {
        let is_it = |id: &Id| self.nodes[*id].parent == parent && self.name(*id) == name;
        self.lookup.find(self.hash(parent, name), is_it).copied()
    }

    /// Adds a path that is not there yet.
    pub(crate) fn add(&mut self, parent: Id, name: &[u8]) -> Id {
        let text = self.names.push(name);
        let id = self.append(parent, text);
        let Self { nodes, names, lookup, hasher } = self;
        lookup.insert_unique(hash(hasher, parent, name), id, |it| {
            hash(hasher, nodes[*it].parent, names.get(nodes[*it].name))
        });
        id
    }

    /// Adds a path that nobody looks for.
    pub(crate) fn append_unfindable(&mut self, parent: Id, name: &[u8]) -> Id {
        let text = self.names.push(name);
        self.append(parent, text)
    }

    fn append(&mut self, parent: Id, name: TextId) -> Id {
        self.nodes.push(Node { parent, name })
    }

    /// Puts a new path into the place of one, and takes that out of the tree with all that lies in it.
    pub(crate) fn replace(&mut self, id: Id) -> Id {
        let Node { parent, name } = self.nodes[id];
        let new = self.append(parent, name);
        let hash = self.hash(parent, self.names.get(name));
        if let Ok(mut found) = self.lookup.find_entry(hash, |it| *it == id) {
            *found.get_mut() = new;
        }
        self.nodes[id].parent = NONE;
        new
    }

    fn hash(&self, parent: Id, name: &[u8]) -> u64 {
        hash(&self.hasher, parent, name)
    }

    /// Bytes of memory that it takes, and that finding names and [`Self::order`] take.
    pub(crate) fn memory(&self) -> u64 {
        self.nodes.memory() + self.names.memory() + u64::from(self.len()) * LOOKUP
    }

    /// The name, as [`Self::into_names`] knows it.
    pub(crate) fn name_id(&self, id: Id) -> TextId {
        self.nodes[id].name
    }

    /// The names alone.
    pub(crate) fn into_names(self) -> Texts {
        self.names
    }

    /// Forgets how names are found.
    pub(crate) fn forget_names(&mut self) {
        self.lookup = HashTable::new();
    }

    /// All paths in order, the root first: each directory right before what lies in it, by the bytes of the names.
    pub(crate) fn order(&self) -> Vec<Id> {
        let n = self.len() as usize;
        // The children of each are a list: the last one, and from each the one before it.
        let (mut last, mut before) = (vec![NONE; n], vec![NONE; n]);
        for id in 0..self.len() {
            if self.parent(id) != NONE {
                before[id as usize] = std::mem::replace(&mut last[self.parent(id) as usize], id);
            }
        }
        let mut order = Vec::with_capacity(n);
        let mut open = vec![ROOT];
        while let Some(id) = open.pop() {
            order.push(id);
            let start = open.len();
            let first = Some(last[id as usize]).filter(|it| *it != NONE);
            open.extend(iter::successors(first, |it| Some(before[*it as usize]).filter(|it| *it != NONE)));
            // The last one first, because they are taken from the end.
            open[start..].sort_unstable_by(|a, b| self.name(*b).cmp(self.name(*a)));
        }
        order
    }
}

fn hash(hasher: &RandomState, parent: Id, name: &[u8]) -> u64 {
    hasher.hash_one((parent, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(paths: &mut Paths, path: &str) -> Id {
        path.split('/').fold(ROOT, |parent, name| match paths.child(parent, name.as_bytes()) {
            Some(id) => id,
            None => paths.add(parent, name.as_bytes()),
        })
    }

    fn ordered(paths: &Paths) -> Vec<String> {
        paths.order().into_iter().map(|id| paths.path(id).to_string()).collect()
    }

    #[test]
    fn puts_each_directory_before_what_lies_in_it() {
        let mut paths = Paths::new();
        for path in ["usr/bin/env", "usr/bin", "etc/passwd", "usr-local", "etc", "usr/a"] {
            add(&mut paths, path);
        }
        let expected = ["", "etc", "etc/passwd", "usr", "usr/a", "usr/bin", "usr/bin/env", "usr-local"]
            .map(str::to_owned);
        assert_eq!(ordered(&paths), expected);
    }

    #[test]
    fn takes_out_what_is_replaced() {
        let mut paths = Paths::new();
        let old = add(&mut paths, "a/b/c");
        let directory = paths.parent(old);
        let new = paths.replace(directory);
        assert_eq!(ordered(&paths), ["", "a", "a/b"]);
        assert_eq!(paths.child(new, b"c"), None);
        assert_ne!(add(&mut paths, "a/b/c"), old);
        assert_eq!(ordered(&paths), ["", "a", "a/b", "a/b/c"]);
    }

    #[test]
    fn finds_each_of_many() {
        let mut paths = Paths::new();
        let ids: Vec<_> = (0..20_000).map(|it| add(&mut paths, &format!("d{}/f{it}", it % 7))).collect();
        for (it, id) in ids.into_iter().enumerate() {
            assert_eq!(add(&mut paths, &format!("d{}/f{it}", it % 7)), id);
        }
        assert_eq!(paths.order().len(), paths.len() as usize);
    }
}
