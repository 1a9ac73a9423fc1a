//! Puts the entries of an archive where an extractor would.

use super::archive::Member;
use crate::chunks::Chunks;
use crate::entry::{Content, Kind};
use crate::error::{Format, ReadError};
use crate::image::MOST_LINKS;
use crate::index::LayerIndex;
use crate::limits::Limits;
use crate::packed::Packed;
use crate::path::FilePath;
use crate::paths::{Id, Paths, ROOT};
use crate::texts::Texts;

/// What says that a path of the layers below is gone: this, and its name.
const WHITEOUT: &[u8] = b".wh.";
/// What says that all that the layers below have in a directory is gone.
const OPAQUE: &[u8] = b".wh..wh..opq";
/// What aufs kept for itself; all but the former means nothing.
const AUFS: &[u8] = b".wh..wh.";

/// What is done on the way to a directory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Nothing: only what is there is found.
    Found,
    /// Missing directories are made. What is no directory stays, and there is no way: what the layers below have there is
    /// gone already.
    Around,
    /// Missing directories are made, and take the place of what is none.
    Cleared,
}

/// What was read of a layer.
pub(super) struct Tree<'a> {
    paths: Paths,
    known: Chunks<Packed>,
    links: Texts,
    limits: &'a Limits,
    link_steps: u64,
    n_entries: u64,
    /// The directory that the last entry lay in, by the path that led there.
    last: Option<(Vec<u8>, Id)>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        let mut known = Chunks::default();
        known.push(Packed::implied());
        Self {
            paths: Paths::new(),
            known,
            links: Texts::default(),
            limits,
            link_steps: limits.link_steps,
            n_entries: 0,
            last: None,
        }
    }

    /// Puts in an entry; the content counts for files only.
    pub(super) fn put(&mut self, member: &Member, content: Content) -> Result<(), ReadError> {
        self.n_entries += 1;
        for path in [&member.path, &member.link] {
            let (length, limit) = (path.len() as u64, self.limits.path());
            if length > limit {
                return Err(ReadError::PathTooLong { length, limit, at: member.at });
            }
        }
        let path = FilePath::clean(&member.path);
        if path.parts().count() as u64 > self.limits.depth {
            return Err(ReadError::TooDeep { limit: self.limits.depth, at: member.at });
        }
        let Some(directory) = path.parent() else { return self.put_root(member) };
        let name = path.name();
        if name == OPAQUE {
            if let Some(directory) = self.walk(&directory, member.at, Way::Around)? {
                self.known[directory].set_opaque(true);
            }
            return Ok(());
        }
        if path.parts().any(|it| it.starts_with(AUFS)) {
            return Ok(());
        }
        match name.strip_prefix(WHITEOUT) {
            Some(b"" | b"." | b"..") => Ok(()),
            Some(gone) => {
                if let Some(directory) = self.walk(&directory, member.at, Way::Around)? {
                    self.put_whiteout(directory, gone);
                }
                Ok(())
            }
            None => {
                let known = self.known_of(member, content)?;
                let directory = self.directory(&directory, member.at)?;
                self.put_known(directory, name, known);
                Ok(())
            }
        }
    }

    /// Makes sure that the layer takes no more memory than it may, together with what decompressing takes.
    pub(super) fn check_memory(&self, decompressing: u64) -> Result<(), ReadError> {
        let limit = self.limits.index.min(self.limits.memory.saturating_sub(decompressing));
        let taken = self.paths.memory() + self.known.memory() + self.links.memory();
        if taken > limit { Err(ReadError::TooManyFiles { entries: self.n_entries, limit }) } else { Ok(()) }
    }

    pub(super) fn finish(mut self, unpacked: u64) -> LayerIndex {
        self.paths.forget_names();
        let order = self.paths.order();
        LayerIndex { paths: self.paths, known: self.known, links: self.links, order, unpacked }
    }

    fn put_root(&mut self, member: &Member) -> Result<(), ReadError> {
        if member.kind != Kind::Directory {
            let why = "the root is no directory";
            return Err(ReadError::Damaged { format: Format::Tar, at: member.at, why });
        }
        let mut known = described(member);
        known.set_opaque(self.known[ROOT].is_opaque());
        self.known[ROOT] = known;
        Ok(())
    }

    /// What is known of an entry by itself, or, for a hard link, by what it leads to now.
    fn known_of(&mut self, member: &Member, content: Content) -> Result<Packed, ReadError> {
        let mut known = described(member);
        match member.kind {
            Kind::File => known.set_content(content),
            Kind::Symlink => known.set_link(Some(self.links.push(&member.link))),
            Kind::HardLink => return self.hard_link(member, known),
            _ => {}
        }
        Ok(known)
    }

    fn hard_link(&mut self, member: &Member, own: Packed) -> Result<Packed, ReadError> {
        let target = FilePath::clean(&member.link);
        let directory = self.walk(&target.parent().unwrap_or_default(), member.at, Way::Found)?;
        let found = directory.and_then(|it| self.paths.child(it, target.name()));
        let mut known = found.map_or(own, |it| self.known[it]);
        match known.kind {
            // Another name for what has no content is the same as what it leads to.
            Kind::Symlink | Kind::CharDevice | Kind::BlockDevice | Kind::Fifo => {}
            // It leads where the other leads, which is in a layer below.
            Kind::HardLink if found.is_some() && known.content().is_none() => {}
            Kind::File | Kind::HardLink => {
                known.kind = Kind::HardLink;
                known.set_link(Some(self.links.push(target.as_bytes())));
            }
            Kind::Directory | Kind::Whiteout => {
                known = own;
                known.set_link(Some(self.links.push(target.as_bytes())));
            }
        }
        known.set_replaces(false);
        Ok(known)
    }

    fn put_whiteout(&mut self, directory: Id, name: &[u8]) {
        match self.paths.child(directory, name) {
            Some(id) if self.known[id].kind == Kind::Whiteout => {}
            Some(id) => self.known[id].set_replaces(true),
            None => {
                self.add(directory, name, Packed::new(Kind::Whiteout));
            }
        }
    }

    fn put_known(&mut self, directory: Id, name: &[u8], mut known: Packed) {
        let Some(id) = self.paths.child(directory, name) else {
            self.add(directory, name, known);
            return;
        };
        let before = self.known[id];
        let (was, is) = (before.kind == Kind::Directory, known.kind == Kind::Directory);
        // A file in between has removed what the layers below have there, like a whiteout.
        known.set_replaces(before.replaces() || before.kind == Kind::Whiteout || (is && !was));
        known.set_opaque(was && is && before.is_opaque());
        if was && is {
            self.known[id] = known;
            return;
        }
        // Paths may lead elsewhere now.
        self.last = None;
        if was {
            self.paths.replace(id);
            self.known.push(known);
        } else {
            self.known[id] = known;
        }
    }

    fn add(&mut self, directory: Id, name: &[u8], known: Packed) -> Id {
        let id = self.paths.add(directory, name);
        self.known.push(known);
        id
    }

    /// The directory at a path, which is made unless it is there.
    fn directory(&mut self, path: &FilePath, at: u64) -> Result<Id, ReadError> {
        if let Some((_, id)) = self.last.as_ref().filter(|(last, _)| last == path.as_bytes()) {
            return Ok(*id);
        }
        let id = self.walk(path, at, Way::Cleared)?.unwrap_or(ROOT);
        self.last = Some((path.as_bytes().to_vec(), id));
        Ok(id)
    }

    /// Puts a directory into the place of what is none.
    fn clear(&mut self, id: Id) -> Id {
        let mut known = Packed::implied();
        known.set_replaces(true);
        self.known[id] = known;
        self.last = None;
        id
    }

    /// The directory at a path, or that symbolic links of the layer lead to from there; absent where there is none and
    /// none is made.
    fn walk(&mut self, path: &FilePath, at: u64, way: Way) -> Result<Option<Id>, ReadError> {
        let mut id = ROOT;
        // What links have put in front of the rest of the path, the next part last.
        let mut ahead: Vec<Vec<u8>> = Vec::new();
        let mut parts = path.parts();
        let mut n_links = 0;
        loop {
            let led = ahead.pop();
            if led.is_some() {
                self.link_steps = self.link_steps.checked_sub(1).ok_or(ReadError::Links { at })?;
            }
            let Some(part) = led.as_deref().or_else(|| parts.next()) else { return Ok(Some(id)) };
            if part == b".." {
                id = if id == ROOT { ROOT } else { self.paths.parent(id) };
                continue;
            }
            let Some(child) = self.paths.child(id, part) else {
                if way == Way::Found {
                    return Ok(None);
                }
                id = self.add(id, part, Packed::implied());
                continue;
            };
            match self.known[child].kind {
                Kind::Directory => id = child,
                Kind::Whiteout if way == Way::Around => id = self.clear(child),
                Kind::Symlink => {
                    n_links += 1;
                    if n_links > MOST_LINKS {
                        return Err(ReadError::Links { at });
                    }
                    let target = self.known[child].link().map_or(&[][..], |it| self.links.get(it));
                    if target.starts_with(b"/") {
                        id = ROOT;
                    }
                    let steps = target.rsplit(|it| *it == b'/').filter(|it| !matches!(*it, b"" | b"."));
                    ahead.extend(steps.map(<[u8]>::to_vec));
                }
                _ if way == Way::Cleared => id = self.clear(child),
                _ => return Ok(None),
            }
        }
    }
}

/// What an entry says of itself, without content and link.
fn described(member: &Member) -> Packed {
    let mut known = Packed::new(member.kind);
    known.set_mode(member.mode);
    (known.uid, known.gid, known.modified) = (member.uid, member.gid, member.modified);
    known
}
