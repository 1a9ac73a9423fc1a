//! Reads a layer from its first byte to its last.

use std::io::{Read, Write};

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
/// All bytes are read, also those behind the end of the archive, so that whoever passes them on knows their digest
/// afterwards. Where a layer names a path twice, the last time counts.
///
/// # Errors
/// Where it is damaged, breaks off, exceeds the limits, or cannot be read.
pub fn read(compressed: impl Read, limits: &Limits) -> Result<LayerIndex, ReadError> {
    todo!()
}

/// Copies the content of one file out of a layer, `most` bytes of it at most.
///
/// Reading stops behind the last byte that is copied.
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
    todo!()
}
