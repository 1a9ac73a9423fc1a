//! Reads a layer from its first byte to its last.

mod archive;
mod gzip;
mod number;
mod pax;
mod source;
mod tree;
mod unpacked;
mod zstd;

use std::io::{Read, Write};

use xxhash_rust::xxh3::Xxh3Default;

use self::archive::Archive;
use self::tree::Tree;
use self::unpacked::Unpacked;
use crate::entry::Content;
use crate::error::ReadError;
use crate::index::LayerIndex;
use crate::limits::Limits;

/// What was copied of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// How many bytes.
    pub bytes: u64,
    /// Whether the file has more of them.
    pub is_cut: bool,
}

/// Reads a layer once, from its compressed bytes, and makes the index of what it holds.
///
/// The format is told by the first bytes. All bytes are read, also those behind the end of the archive, so that
/// whoever passes them on knows their digest afterwards. Where a layer names a path twice, the last time counts.
///
/// # Errors
/// Where it is damaged, breaks off, exceeds the limits, or cannot be fetched.
pub fn read(compressed: impl Read, limits: &Limits) -> Result<LayerIndex, ReadError> {
    let mut from = Unpacked::new(compressed, limits)?;
    let mut tree = Tree::new(limits);
    let mut archive = Archive::new(&mut from, limits);
    // Made once: it holds buffers.
    let mut hash = Xxh3Default::new();
    while let Some(member) = archive.next()? {
        hash.reset();
        let offset = archive.pass_content(&member, |bytes| hash.update(bytes))?;
        let content = Content { offset, size: member.size, is_sparse: member.is_sparse, hash: hash.digest() };
        tree.put(&member, content)?;
        tree.check_memory(archive.memory())?;
    }
    from.drain()?;
    let unpacked = from.at();
    drop(from);
    Ok(tree.finish(unpacked))
}

/// Copies the content of one file out of a layer, `most` bytes of it at most.
///
/// Reading stops behind the last byte that is copied. What was copied whole is compared with the index.
///
/// # Errors
/// Where the file is sparse, and where the layer cannot be read so far or does not hold the content.
pub fn read_file(
    compressed: impl Read,
    content: &Content,
    most: u64,
    limits: &Limits,
    to: &mut impl Write,
) -> Result<Copied, ReadError> {
    let content = content.readable()?;
    let mut from = Unpacked::new(compressed, limits)?;
    from.pass(content.offset, |_| Ok(()))?;
    let bytes = content.size.min(most);
    let mut hash = Xxh3Default::new();
    from.pass(bytes, |bytes| {
        hash.update(bytes);
        to.write_all(bytes).map_err(ReadError::Target)
    })?;
    let is_cut = bytes < content.size;
    if !is_cut && hash.digest() != content.hash {
        return Err(ReadError::OtherContent);
    }
    Ok(Copied { bytes, is_cut })
}
