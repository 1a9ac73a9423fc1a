//! How little of an image is stored in vain, as `dive` computes it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::growing::Growing;
use crate::LayerIndex;
use crate::entry::Kind;
use crate::paths::{Id, ROOT};

/// How little of an image is stored in vain, by the formula of [dive](https://github.com/wagoodman/dive)
/// (`filetree/efficiency.go`).
///
/// Each layer is looked at by itself, and in it each path below which it has nothing, a whiteout for the path that it
/// removes. What is found at a path counts with a size: a file with the bytes of its content; a whiteout of a
/// directory that an entry named with the bytes of all files that the layers below have in it; everything else with
/// zero. Then, over all paths,
///
/// > score = Σ (the smallest size found at the path) / Σ (all sizes found at the path, added up)
///
/// and 1 where the latter is zero. Opaque directories are not looked at.
///
/// Where a layer removes what is not there, dive leaves out the rest of that layer. Here only the whiteout is left
/// out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Efficiency {
    /// The smallest sizes of all paths, in bytes.
    pub minimum: u64,
    /// All sizes of all paths, in bytes.
    pub stored: u64,
}

impl Efficiency {
    /// The score: one where nothing is stored in vain, and zero where everything is.
    pub fn score(self) -> f64 {
        if self.stored == 0 { 1.0 } else { self.minimum as f64 / self.stored as f64 }
    }
}

/// A path in all layers.
#[derive(Clone, Copy, Default)]
struct Found {
    minimum: Option<u64>,
    /// Whether the layers so far have something there, and how many bytes.
    is_there: bool,
    is_directory: bool,
    size: u64,
}

struct Layers {
    tree: Growing,
    found: Vec<Found>,
    stored: u64,
}

pub(super) fn of(layers: &[&LayerIndex]) -> Efficiency {
    let mut all = Layers { tree: Growing::before(layers), found: vec![Found::default()], stored: 0 };
    for index in layers {
        let places = all.places(index);
        all.look_at(index, &places);
        all.put(index, &places);
    }
    let minimum = all.found.iter().filter_map(|it| it.minimum).fold(0, u64::saturating_add);
    Efficiency { minimum, stored: all.stored }
}

impl Layers {
    /// Where the paths of a layer are among all.
    fn places(&mut self, index: &LayerIndex) -> Vec<Id> {
        let mut places = vec![ROOT; index.paths.len() as usize];
        for id in &index.order[1..] {
            let parent = places[index.paths.parent(*id) as usize];
            places[*id as usize] = self.tree.child_or_new(parent, index.paths.name(*id));
        }
        self.found.resize(self.tree.paths.len() as usize, Found::default());
        places
    }

    fn look_at(&mut self, index: &LayerIndex, places: &[Id]) {
        let mut has_below = vec![false; index.paths.len() as usize];
        for id in &index.order[1..] {
            has_below[index.paths.parent(*id) as usize] = true;
        }
        let mut sizes = HashMap::new();
        for id in &index.order[1..] {
            let (known, place) = (&index.known[*id], places[*id as usize]);
            let is_whiteout = known.kind == Kind::Whiteout;
            if (is_whiteout || known.replaces()) && self.found[place as usize].is_there {
                let is_directory = self.found[place as usize].is_directory;
                self.count(place, if is_directory { self.size_below(place, &mut sizes) } else { 0 });
            }
            if !is_whiteout && !has_below[*id as usize] {
                self.count(place, known.stored());
            }
        }
    }

    fn count(&mut self, place: Id, size: u64) {
        let found = &mut self.found[place as usize];
        found.minimum = Some(found.minimum.map_or(size, |it| it.min(size)));
        self.stored = self.stored.saturating_add(size);
    }

    fn below(&self, place: Id) -> Vec<Id> {
        self.tree.below(place, |it| self.found[it as usize].is_there)
    }

    /// Bytes of a path and of all below it. What is below has its own sum noted as well, because a layer may remove
    /// that by itself, too.
    fn size_below(&self, place: Id, sizes: &mut HashMap<Id, u64>) -> u64 {
        if let Some(size) = sizes.get(&place) {
            return *size;
        }
        for it in self.below(place).into_iter().rev() {
            let own = self.found[it as usize].size;
            let size = sizes.entry(it).and_modify(|size| *size = size.saturating_add(own)).or_insert(own);
            let size = *size;
            if it != place {
                let parent = sizes.entry(self.tree.parent(it)).or_default();
                *parent = parent.saturating_add(size);
            }
        }
        sizes.get(&place).copied().unwrap_or_default()
    }

    /// Puts a layer upon those below.
    fn put(&mut self, index: &LayerIndex, places: &[Id]) {
        for id in &index.order[1..] {
            let (known, place) = (&index.known[*id], places[*id as usize]);
            let is_whiteout = known.kind == Kind::Whiteout;
            if is_whiteout || known.replaces() {
                for it in self.below(place) {
                    self.found[it as usize].is_there = false;
                }
            }
            if !is_whiteout {
                let found = &mut self.found[place as usize];
                found.is_there = true;
                found.is_directory = known.kind == Kind::Directory && !known.is_implied();
                found.size = known.stored();
            }
        }
    }
}
