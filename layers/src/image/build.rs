//! Puts layers upon each other.

use super::growing::Growing;
use super::{ImageTree, Node, Version, efficiency};
use crate::LayerIndex;
use crate::entry::Kind;
use crate::packed::Packed;
use crate::paths::{Id, NONE, ROOT};
use crate::texts::Texts;

/// How many parts of paths are looked up for symbolic links in all; after that they are taken for directories.
const LINK_STEPS: u32 = 4_000_000;

pub(super) fn build(layers: &[&LayerIndex]) -> ImageTree {
    let mut builder = Builder {
        tree: Growing::before(layers),
        latest: vec![NONE],
        steps: Vec::new(),
        links: Texts::default(),
        layer: 0,
        link_steps: LINK_STEPS,
    };
    for (layer, index) in layers.iter().enumerate() {
        builder.layer = layer as u32;
        builder.put(index);
    }
    builder.finish(layers)
}

/// The image as far as layers were put on it.
pub(super) struct Builder {
    pub(super) tree: Growing,
    /// The last step of each path.
    latest: Vec<u32>,
    steps: Vec<Step>,
    links: Texts,
    /// The layer that is put on.
    layer: u32,
    pub(super) link_steps: u32,
}

/// A version of a path, and where the one before it is.
struct Step {
    before: u32,
    version: Version,
}

impl Builder {
    fn put(&mut self, index: &LayerIndex) {
        let holds = index.holds_something();
        // Where the paths of the layer are in the image.
        let mut places = vec![NONE; index.paths.len() as usize];
        let mut hard_links = Vec::new();
        for id in &index.order {
            let known = &index.known[*id];
            let place = if *id == ROOT {
                Some(self.put_root(known))
            } else {
                let parent = Some(places[index.paths.parent(*id) as usize]).filter(|it| *it != NONE);
                parent.and_then(|it| self.put_entry(it, index, *id, holds[*id as usize]))
            };
            places[*id as usize] = place.unwrap_or(NONE);
            if let Some(place) = place.filter(|_| known.kind == Kind::HardLink && known.content().is_none()) {
                hard_links.push((place, *id));
            }
        }
        // What they lead to may come after them in the order of paths.
        for (place, id) in hard_links {
            self.put_hard_link(place, index.link(&index.known[id]).unwrap_or_default());
        }
    }

    fn put_root(&mut self, known: &Packed) -> Id {
        if known.is_opaque() {
            self.remove_below(ROOT);
        }
        if self.layer == 0 || !known.is_implied() {
            self.make(ROOT, *known);
        } else if known.is_opaque() {
            self.mark_opaque(ROOT);
        }
        ROOT
    }

    /// Puts an entry into a directory, and tells where it is then; nowhere if there is nothing to put.
    fn put_entry(&mut self, parent: Id, index: &LayerIndex, id: Id, holds: bool) -> Option<Id> {
        let (known, name) = (index.known[id], index.paths.name(id));
        if (known.kind == Kind::Whiteout || known.replaces())
            && let Some(place) = self.tree.paths.child(parent, name)
        {
            self.remove(place);
        }
        match known.kind {
            Kind::Whiteout => None,
            Kind::Directory if known.is_implied() => self.put_implied(parent, name, &known, holds),
            kind => {
                let place = self.tree.child_or_new(parent, name);
                match self.kind(place) {
                    Some(Kind::Directory) if kind != Kind::Directory => self.clear(place),
                    Some(Kind::Directory) if known.is_opaque() => self.remove_below(place),
                    _ => {}
                }
                let link = index.link(&known).map(|it| self.links.push(it));
                let mut known = known;
                known.set_link(link);
                self.make(place, known);
                Some(place)
            }
        }
    }

    /// Puts a directory where one must be: it is the one that is there, or that a symbolic link leads to.
    ///
    /// Extractors do the same, so that `lib/a` lies in `usr/lib` where `lib` leads there.
    fn put_implied(&mut self, parent: Id, name: &[u8], known: &Packed, holds: bool) -> Option<Id> {
        let there = self.tree.paths.child(parent, name);
        let place = match there.and_then(|it| self.kind(it)) {
            Some(Kind::Directory) => there?,
            Some(Kind::Symlink) => match self.directory_behind(there?, holds) {
                Some(place) => place,
                None if holds => self.make_directory(parent, name),
                None => return None,
            },
            _ if holds => self.make_directory(parent, name),
            _ => return None,
        };
        if known.is_opaque() {
            self.remove_below(place);
            self.mark_opaque(place);
        }
        Some(place)
    }

    /// Makes a directory that no entry names.
    pub(super) fn make_directory(&mut self, parent: Id, name: &[u8]) -> Id {
        let place = self.tree.child_or_new(parent, name);
        self.make(place, Packed::implied());
        place
    }

    /// Notes that the layer hides what was in a directory that it does not name.
    fn mark_opaque(&mut self, place: Id) {
        if let Some(version) = self.version(place) {
            let mut known = version.known;
            known.set_opaque(true);
            self.make(place, known);
        }
    }

    /// Makes a hard link to what the layers below hold the same file.
    fn put_hard_link(&mut self, place: Id, target: &[u8]) {
        let Some(found) = self.not_followed(target) else { return };
        let before = self.version_below(found).filter(|it| it.is_there());
        let Some(version) = before.or_else(|| self.version(found).filter(|it| it.is_there())).copied() else {
            return;
        };
        let mut known = version.known;
        match known.kind {
            Kind::Directory => return,
            Kind::File | Kind::HardLink => {
                known.kind = Kind::HardLink;
                known.set_link(Some(self.links.push(target)));
            }
            // Another name for what has no content is the same as what it leads to.
            _ => {}
        }
        known.set_replaces(false);
        self.make_version(place, Version { known, layer: self.layer, ..version });
    }

    fn make(&mut self, place: Id, known: Packed) {
        self.make_version(place, Version { layer: self.layer, content_layer: self.layer, known });
    }

    fn make_version(&mut self, place: Id, version: Version) {
        self.latest.resize(self.tree.paths.len() as usize, NONE);
        let latest = &mut self.latest[place as usize];
        match self.steps.get_mut(*latest as usize) {
            Some(it) if it.version.layer == version.layer => it.version = version,
            _ => {
                self.steps.push(Step { before: *latest, version });
                *latest = (self.steps.len() - 1) as u32;
            }
        }
    }

    /// Removes all that is in a directory, because something else takes its place.
    fn clear(&mut self, place: Id) {
        for id in self.there(place).into_iter().skip(1) {
            self.make(id, Packed::new(Kind::Whiteout));
        }
    }

    /// Removes what the layers below have in a directory.
    fn remove_below(&mut self, place: Id) {
        let below = self.there(place).into_iter().skip(1).collect();
        self.remove_old(below);
    }

    /// Removes what the layers below have at a path and below it.
    fn remove(&mut self, place: Id) {
        let all = self.there(place);
        self.remove_old(all);
    }

    /// What is there at a path and below it, each directory before what lies in it.
    fn there(&self, place: Id) -> Vec<Id> {
        self.tree.below(place, |it| self.kind(it).is_some())
    }

    /// Removes paths, each directory before what lies in it, but for what this layer has put there.
    fn remove_old(&mut self, all: Vec<Id>) {
        // The directories that stay because something in them does; the one that comes next is the last.
        let mut kept: Vec<Id> = Vec::new();
        for id in all.into_iter().rev() {
            let has_kept = kept.pop_if(|it| *it == id).is_some();
            let is_new = self.version(id).is_some_and(|it| it.layer == self.layer);
            let parent = self.tree.parent(id);
            if !has_kept && !is_new {
                self.make(id, Packed::new(Kind::Whiteout));
            } else if kept.last() != Some(&parent) {
                kept.push(parent);
            }
        }
    }

    /// What is there; absent where there is nothing.
    pub(super) fn kind(&self, place: Id) -> Option<Kind> {
        self.version(place).filter(|it| it.is_there()).map(|it| it.known.kind)
    }

    /// Where a symbolic link leads.
    pub(super) fn link(&self, place: Id) -> Option<&[u8]> {
        self.version(place)?.known.link().map(|it| self.links.get(it))
    }

    fn version(&self, place: Id) -> Option<&Version> {
        let latest = *self.latest.get(place as usize)?;
        self.steps.get(latest as usize).map(|it| &it.version)
    }

    /// What was there before the layer that is put on.
    fn version_below(&self, place: Id) -> Option<&Version> {
        let latest = self.steps.get(*self.latest.get(place as usize)? as usize)?;
        if latest.version.layer < self.layer {
            return Some(&latest.version);
        }
        self.steps.get(latest.before as usize).map(|it| &it.version)
    }

    fn finish(self, layers: &[&LayerIndex]) -> ImageTree {
        let order = self.tree.paths.order();
        let mut places = vec![NONE; order.len()];
        for (place, id) in order.iter().enumerate() {
            places[*id as usize] = place as u32;
        }
        let mut nodes: Vec<Node> = Vec::with_capacity(order.len());
        let mut versions = Vec::with_capacity(self.steps.len());
        for id in &order {
            let first = versions.len();
            let mut step = self.latest.get(*id as usize).and_then(|it| self.steps.get(*it as usize));
            while let Some(it) = step {
                versions.push(it.version);
                step = self.steps.get(it.before as usize);
            }
            versions[first..].reverse();
            nodes.push(Node {
                parent: places[self.tree.parent(*id) as usize],
                name: self.tree.paths.name_id(*id),
                end: nodes.len() as u32 + 1,
                first: first as u32,
            });
        }
        for node in (1..nodes.len()).rev() {
            let Node { parent, end, .. } = nodes[node];
            let parent = &mut nodes[parent as usize];
            parent.end = parent.end.max(end);
        }
        ImageTree {
            nodes,
            versions,
            names: self.tree.paths.into_names(),
            links: self.links,
            n_layers: layers.len(),
            efficiency: efficiency::of(layers),
        }
    }
}
