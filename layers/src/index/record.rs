//! An entry as it is written down.

use serde::{Deserialize, Serialize};

use crate::entry::{Content, Kind};
use crate::index::LayerIndex;
use crate::packed::{BLOCK, Packed};
use crate::paths::ROOT;

/// The version that stands in front of an index.
pub(super) const VERSION: u8 = 1;
/// How many bytes of records are written together at least.
pub(super) const TOGETHER: usize = 64 << 10;
/// How many bytes are written together at most: the last record may hold a path and a link besides.
pub(super) const TOGETHER_AT_MOST: usize = TOGETHER + 2 * (u16::MAX as usize) + 256;

/// An entry as it is written down: the root first, then all in order.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record<'a> {
    /// How many directories are left, from the entry before, to come to the one that it lies in: zero for what lies
    /// in that entry.
    up: u32,
    #[serde(borrow)]
    name: &'a [u8],
    kind: u8,
    /// Bits: implied, opaque, replaces.
    flags: u8,
    mode: u16,
    uid: u32,
    gid: u32,
    modified: i64,
    size: u64,
    link: Option<&'a [u8]>,
    content: Option<Stored>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    block: u32,
    is_sparse: bool,
    hash: [u8; 8],
}

/// What stands in front of the records.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) unpacked: u64,
    /// How many records follow.
    pub(super) n_records: u32,
}

impl<'a> Record<'a> {
    /// What is written of the entry, and of the directory that it lies in.
    fn new(up: u32, name: &'a [u8], it: &Packed, link: Option<&'a [u8]>) -> Self {
        let flags = [it.is_implied(), it.is_opaque(), it.replaces()];
        let content = it.content();
        Self {
            up,
            name,
            kind: KINDS.iter().position(|kind| *kind == it.kind).unwrap_or_default() as u8,
            flags: flags.into_iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(flag)),
            mode: it.mode() as u16,
            uid: it.uid,
            gid: it.gid,
            modified: it.modified,
            size: it.size,
            link,
            content: content.map(|it| Stored {
                block: (it.offset / BLOCK) as u32,
                is_sparse: it.is_sparse,
                hash: it.hash.to_le_bytes(),
            }),
        }
    }

    /// What is known of the entry, but for its link; absent where it makes no sense.
    pub(super) fn packed(&self) -> Option<Packed> {
        let kind = *KINDS.get(usize::from(self.kind))?;
        let is_implied = self.flags & 1 != 0;
        let mut it = if is_implied { Packed::implied() } else { Packed::new(kind) };
        it.set_opaque(self.flags & 2 != 0);
        it.set_replaces(self.flags & 4 != 0);
        it.set_mode(self.mode.into());
        (it.uid, it.gid, it.modified, it.size) = (self.uid, self.gid, self.modified, self.size);
        if let Some(content) = &self.content {
            it.set_content(Content {
                offset: u64::from(content.block) * BLOCK,
                size: self.size,
                is_sparse: content.is_sparse,
                hash: u64::from_le_bytes(content.hash),
            });
        }
        let has_link = matches!(kind, Kind::Symlink | Kind::HardLink);
        let has_content = match kind {
            Kind::File => Some(true),
            Kind::HardLink => None,
            _ => Some(false),
        };
        let makes_sense = it.kind == kind
            && self.flags < 8
            && u32::from(self.mode) == it.mode()
            && (kind == Kind::Directory || !it.is_opaque())
            && self.link.is_some() == has_link
            && has_content.is_none_or(|it| self.content.is_some() == it)
            && self.link.is_none_or(is_short);
        makes_sense.then_some(it)
    }

    pub(super) fn up(&self) -> u32 {
        self.up
    }

    /// The name, if it can be one.
    pub(super) fn name(&self) -> Option<&'a [u8]> {
        let is_name = !matches!(self.name, b"" | b"." | b"..") && !self.name.contains(&b'/');
        (is_name && is_short(self.name)).then_some(self.name)
    }

    pub(super) fn link(&self) -> Option<&'a [u8]> {
        self.link
    }

    /// Whether it can be that of the root.
    pub(super) fn is_root(&self) -> bool {
        self.name.is_empty() && self.up == 0
    }
}

fn is_short(text: &[u8]) -> bool {
    text.len() <= usize::from(u16::MAX)
}

/// The kinds by the number that each is written as.
const KINDS: [Kind; 8] = [
    Kind::File,
    Kind::Directory,
    Kind::Symlink,
    Kind::HardLink,
    Kind::CharDevice,
    Kind::BlockDevice,
    Kind::Fifo,
    Kind::Whiteout,
];

/// All records of an index, the root's first.
pub(super) fn of(index: &LayerIndex) -> impl Iterator<Item = Record<'_>> {
    // The directories that the last entry lay in, and it.
    let mut open = Vec::new();
    index.order.iter().map(move |id| {
        let parent = index.paths.parent(*id);
        let depth =
            if *id == ROOT { 0 } else { open.iter().rposition(|it| *it == parent).map_or(0, |it| it + 1) };
        let up = (open.len() - depth) as u32;
        open.truncate(depth);
        open.push(*id);
        let known = &index.known[*id];
        Record::new(up, index.paths.name(*id), known, index.link(known))
    })
}
