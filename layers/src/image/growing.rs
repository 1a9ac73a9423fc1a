//! The tree of all paths of an image while layers are put on it.

use std::iter;

use crate::LayerIndex;
use crate::paths::{Id, NONE, Paths, ROOT};

/// Paths that know what lies in them.
pub(super) struct Growing {
    pub(super) paths: Paths,
    first: Vec<Id>,
    next: Vec<Id>,
}

impl Growing {
    /// The root alone, before layers are put on it.
    pub(super) fn before(layers: &[&LayerIndex]) -> Self {
        // The base has most of the paths, and what lies upon it often the same ones.
        let n_paths = layers.first().map_or(0, |it| it.n_entries());
        Self { paths: Paths::with_capacity(n_paths), first: vec![NONE], next: vec![NONE] }
    }

    /// The path of a name in a directory, which is added unless it is there.
    pub(super) fn child_or_new(&mut self, parent: Id, name: &[u8]) -> Id {
        if let Some(id) = self.paths.child(parent, name) {
            return id;
        }
        let id = self.paths.add(parent, name);
        self.first.push(NONE);
        self.next.push(std::mem::replace(&mut self.first[parent as usize], id));
        id
    }

    /// The directory that a path lies in; the root lies in itself.
    pub(super) fn parent(&self, id: Id) -> Id {
        if id == ROOT { ROOT } else { self.paths.parent(id) }
    }

    /// What lies in a directory, in no order.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        let some = |id: Id| Some(id).filter(|it| *it != NONE);
        iter::successors(some(self.first[id as usize]), move |it| some(self.next[*it as usize]))
    }

    /// A path and all that lie below it and below which to look, each directory before what lies in it.
    pub(super) fn below(&self, id: Id, is_looked_at: impl Fn(Id) -> bool) -> Vec<Id> {
        let mut all = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if is_looked_at(id) {
                all.push(id);
                open.extend(self.children(id));
            }
        }
        all
    }
}
