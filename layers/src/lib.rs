//! Reads what layers hold: the files of one layer, and those of the image that layers make.
//!
//! * **layer**: a tar archive as it is stored, compressed with gzip or zstd or not at all.
//! * **index**: what a layer holds, without the contents of its files; see [`LayerIndex`].
//! * **whiteout**: an entry that says that a path of the layers below is gone; **opaque**: a directory that hides all
//!   that the layers below have in it.
//! * **implied**: a directory that no entry names, and that must be there for what lies in it.
//!
//! Layers are read from [`std::io::Read`] and nothing else: nothing is unpacked, asked, or written.

mod chunks;
mod entry;
mod error;
mod index;
mod limits;
mod link;
mod packed;
mod path;
mod paths;
mod texts;

mod read;

pub mod image;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;

pub use entry::{Content, Entry, Kind};
pub use error::{DecodeError, Format, ReadError};
pub use image::ImageTree;
pub use index::LayerIndex;
pub use limits::Limits;
pub use link::LinkTarget;
pub use path::{FilePath, NoPath, display_safe, text};
pub use read::{Copied, read, read_file};
