//! Archives byte by byte, and layers as lines of text.

mod archive;
mod lines;

pub(crate) use archive::{Raw, archive, directory, extended, file, hard_link, symlink};
pub(crate) use lines::{letter, lines, rows};

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use layers::{FilePath, ImageTree, LayerIndex, Limits, ReadError};

/// The index of an archive of entries.
pub(crate) fn index(entries: &[Raw]) -> LayerIndex {
    read(&archive(entries)).unwrap()
}

/// Reads a layer with the limits that there are by default.
pub(crate) fn read(bytes: &[u8]) -> Result<LayerIndex, ReadError> {
    layers::read(bytes, &Limits::default())
}

/// The image of layers, the lowest one first.
pub(crate) fn image(layers: &[&[Raw]]) -> ImageTree {
    let layers: Vec<_> = layers.iter().map(|it| index(it)).collect();
    ImageTree::of(&layers.iter().collect::<Vec<_>>())
}

pub(crate) fn path(text: &str) -> FilePath {
    text.parse().unwrap()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 3).unwrap()
}
