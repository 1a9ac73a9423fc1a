//! What is known of a path, in as few bytes as will do.

use crate::entry::{Content, Kind};
use crate::texts::TextId;

/// Contents begin at whole blocks.
pub(crate) const BLOCK: u64 = 512;
/// No link, or no content.
const NONE: u32 = u32::MAX;

const IS_IMPLIED: u8 = 1;
const IS_OPAQUE: u8 = 2;
const REPLACES: u8 = 4;
const IS_SPARSE: u8 = 8;

/// What is known of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) size: u64,
    pub(crate) modified: i64,
    pub(crate) hash: u64,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    block: u32,
    link: TextId,
    mode: u16,
    pub(crate) kind: Kind,
    flags: u8,
}

impl Packed {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            size: 0,
            modified: 0,
            hash: 0,
            uid: 0,
            gid: 0,
            block: NONE,
            link: NONE,
            mode: 0,
            kind,
            flags: 0,
        }
    }

    /// A directory that no entry names, as extractors make it.
    pub(crate) fn implied() -> Self {
        Self { mode: 0o755, flags: IS_IMPLIED, ..Self::new(Kind::Directory) }
    }

    pub(crate) fn mode(&self) -> u32 {
        u32::from(self.mode)
    }

    pub(crate) fn set_mode(&mut self, mode: u32) {
        self.mode = (mode & 0o7777) as u16;
    }

    pub(crate) fn link(&self) -> Option<TextId> {
        Some(self.link).filter(|it| *it != NONE)
    }

    pub(crate) fn set_link(&mut self, link: Option<TextId>) {
        self.link = link.unwrap_or(NONE);
    }

    pub(crate) fn content(&self) -> Option<Content> {
        (self.block != NONE).then(|| Content {
            offset: u64::from(self.block) * BLOCK,
            size: self.size,
            is_sparse: self.flags & IS_SPARSE != 0,
            hash: self.hash,
        })
    }

    /// Takes a content, which begins at a whole block below 2 TiB.
    pub(crate) fn set_content(&mut self, content: Content) {
        self.block = u32::try_from(content.offset / BLOCK).unwrap_or(NONE);
        self.size = content.size;
        self.hash = content.hash;
        self.set(IS_SPARSE, content.is_sparse);
    }

    pub(crate) fn is_implied(&self) -> bool {
        self.flags & IS_IMPLIED != 0
    }

    pub(crate) fn is_opaque(&self) -> bool {
        self.flags & IS_OPAQUE != 0
    }

    pub(crate) fn set_opaque(&mut self, it: bool) {
        self.set(IS_OPAQUE, it);
    }

    pub(crate) fn replaces(&self) -> bool {
        self.flags & REPLACES != 0
    }

    pub(crate) fn set_replaces(&mut self, it: bool) {
        self.set(REPLACES, it);
    }

    fn set(&mut self, flag: u8, it: bool) {
        if it {
            self.flags |= flag;
        } else {
            self.flags &= !flag;
        }
    }

    /// Whether it is a file of its own, whose bytes are stored.
    pub(crate) fn stored(&self) -> u64 {
        if self.kind == Kind::File { self.size } else { 0 }
    }
}
