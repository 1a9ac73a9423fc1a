//! What a layer tells of one path.

use serde::{Deserialize, Serialize};

use crate::path::FilePath;
use crate::paths::Id;
use crate::{LayerIndex, ReadError};

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A file with a content.
    File,
    /// A directory.
    Directory,
    /// A name for another path.
    Symlink,
    /// Another name for a file.
    HardLink,
    /// A device that is read byte by byte.
    CharDevice,
    /// A device that is read block by block.
    BlockDevice,
    /// A pipe with a name.
    Fifo,
    /// Nothing, and nothing of the layers below either.
    Whiteout,
}

/// Where the content of a file lies in its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Content {
    /// At which byte of the unpacked layer it begins.
    pub offset: u64,
    /// How many bytes it has.
    pub size: u64,
    /// Whether it is stored in parts, so that it cannot be read by itself.
    pub is_sparse: bool,
    /// The XXH3 hash of what is stored, to tell contents of one size apart. Whoever wants to can make two contents
    /// with one hash.
    pub hash: u64,
}

impl Content {
    /// The content, if it can be read by itself.
    ///
    /// # Errors
    /// [`ReadError::Sparse`] if it cannot.
    pub fn readable(self) -> Result<Self, ReadError> {
        if self.is_sparse { Err(ReadError::Sparse) } else { Ok(self) }
    }
}

/// What a layer tells of one path.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub(crate) index: &'a LayerIndex,
    pub(crate) id: Id,
    /// The last part of the path; empty for the root.
    pub name: &'a [u8],
    /// What lies there.
    pub kind: Kind,
    /// Bytes of the content, unpacked; zero for what has none. A hard link has those of what it leads to in the
    /// same layer.
    pub size: u64,
    /// The permissions, with setuid (`0o4000`), setgid (`0o2000`) and sticky (`0o1000`).
    pub mode: u32,
    /// The owner. What is above 32 bits, which no system has, is [`u32::MAX`].
    pub uid: u32,
    /// The group, likewise.
    pub gid: u32,
    /// When it was modified: seconds since 1970.
    pub modified: i64,
    /// Where a link leads: for a symbolic link as it is written, for a hard link the path from the root.
    pub link: Option<&'a [u8]>,
    /// The content; absent for what has none, and for hard links to what the layers below hold.
    pub content: Option<Content>,
    /// Whether no entry names it: a directory that must be there for what lies in it.
    pub is_implied: bool,
    /// Whether it hides all that the layers below have in it: a directory only.
    pub is_opaque: bool,
    /// Whether the layer removes what the layers below have at the path, and puts this in its place.
    pub replaces: bool,
}

impl Entry<'_> {
    /// The path from the root.
    pub fn path(&self) -> FilePath {
        self.index.path(self.id)
    }
}
