//! Reads what `encode` wrote, and believes none of it.

use std::io::Read;

use zstd::stream::read::Decoder;

use super::encode::WINDOW_LOG;
use super::record::{Head, Record, TOGETHER_AT_MOST, VERSION};
use crate::chunks::Chunks;
use crate::entry::Kind;
use crate::error::DecodeError;
use crate::index::LayerIndex;
use crate::limits::Limits;
use crate::packed::Packed;
use crate::paths::{Paths, ROOT};
use crate::texts::Texts;

/// How many bytes of memory an index may take: twice what it may while a layer is read, because names fill their
/// chunks in another order here.
fn limit() -> u64 {
    2 * Limits::default().index
}

pub(super) fn decode(bytes: &[u8]) -> Result<LayerIndex, DecodeError> {
    let (version, packed) = bytes.split_first().ok_or(DecodeError::Damaged)?;
    if *version != VERSION {
        return Err(DecodeError::Version(*version));
    }
    let mut from = Decoder::with_buffer(packed).map_err(damaged)?;
    from.window_log_max(WINDOW_LOG).map_err(damaged)?;
    decode_unpacked(from)
}

/// Reads what is behind the version, unpacked.
pub(crate) fn decode_unpacked(mut from: impl Read) -> Result<LayerIndex, DecodeError> {
    let mut together = Vec::new();
    read_together(&mut from, &mut together)?;
    let (head, mut rest): (Head, &[u8]) = postcard::take_from_bytes(&together).map_err(damaged)?;
    let mut tree = Tree::new();
    loop {
        while !rest.is_empty() {
            let (record, after) = postcard::take_from_bytes(rest).map_err(damaged)?;
            tree.add(&record)?;
            rest = after;
        }
        if tree.index.order.len() >= head.n_records as usize {
            break;
        }
        read_together(&mut from, &mut together)?;
        rest = &together;
    }
    let is_whole = tree.index.order.len() == head.n_records as usize;
    // The checksum comes after the last byte.
    if !is_whole || head.n_records == 0 || from.read(&mut [0]).map_err(damaged)? != 0 {
        return Err(DecodeError::Damaged);
    }
    tree.index.unpacked = head.unpacked;
    Ok(tree.index)
}

fn damaged<E>(_: E) -> DecodeError {
    DecodeError::Damaged
}

fn read_together(from: &mut impl Read, together: &mut Vec<u8>) -> Result<(), DecodeError> {
    let mut length = [0; 4];
    from.read_exact(&mut length).map_err(damaged)?;
    let length = u32::from_le_bytes(length) as usize;
    if length == 0 || length > TOGETHER_AT_MOST {
        return Err(DecodeError::Damaged);
    }
    together.resize(length, 0);
    from.read_exact(together).map_err(damaged)
}

/// The index as far as it was read.
struct Tree {
    index: LayerIndex,
    /// The directories that the last entry lies in, and it.
    open: Vec<u32>,
}

impl Tree {
    fn new() -> Self {
        let index = LayerIndex {
            paths: Paths::new(),
            known: Chunks::default(),
            links: Texts::default(),
            order: Vec::new(),
            unpacked: 0,
        };
        Self { index, open: Vec::new() }
    }

    fn add(&mut self, record: &Record<'_>) -> Result<(), DecodeError> {
        let mut known = record.packed().ok_or(DecodeError::Damaged)?;
        let id = if self.open.is_empty() {
            Some(ROOT).filter(|_| record.is_root() && known.kind == Kind::Directory)
        } else {
            self.place(record)
        };
        let id = id.ok_or(DecodeError::Damaged)?;
        known.set_link(record.link().map(|it| self.index.links.push(it)));
        self.index.known.push(known);
        self.index.order.push(id);
        self.open.push(id);
        let limit = limit();
        if self.index.memory() > limit { Err(DecodeError::TooLarge { limit }) } else { Ok(()) }
    }

    /// Gives an entry its place in the tree, if it has one behind the last.
    fn place(&mut self, record: &Record<'_>) -> Option<u32> {
        let index = &mut self.index;
        let depth = self.open.len().checked_sub(record.up() as usize).filter(|it| *it > 0)?;
        let (parent, name) = (self.open[depth - 1], record.name()?);
        let is_after = self.open.get(depth).is_none_or(|it| index.paths.name(*it) < name);
        let known: &Packed = &index.known[parent];
        if known.kind != Kind::Directory || !is_after {
            return None;
        }
        self.open.truncate(depth);
        Some(index.paths.append_unfindable(parent, name))
    }
}
