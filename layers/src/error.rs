//! Why a layer cannot be read.

use std::fmt;
use std::io;

/// The format that a damaged layer is damaged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The compression of RFC 1952; offsets are in the compressed bytes.
    Gzip,
    /// The compression of RFC 8878; offsets are in the compressed bytes.
    Zstd,
    /// The archive; offsets are in the unpacked bytes.
    Tar,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Tar => "tar",
        })
    }
}

/// Why a layer cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// What the layer is read from failed, or was stopped.
    #[error("the layer could not be fetched: {0}")]
    Source(#[source] io::Error),
    /// What the file is written to failed.
    #[error("the file could not be passed on: {0}")]
    Target(#[source] io::Error),
    /// The layer is in none of the formats that layers have.
    #[error("the layer is neither gzip, zstd nor tar")]
    UnknownFormat,
    /// The layer ends where it must go on.
    #[error("the layer ends too early: {format} breaks off at byte {at}")]
    Truncated {
        /// What breaks off.
        format: Format,
        /// After how many bytes.
        at: u64,
    },
    /// Some bytes make no sense.
    #[error("the layer is damaged: {why} ({format}, at byte {at})")]
    Damaged {
        /// What is damaged.
        format: Format,
        /// Where, in bytes.
        at: u64,
        /// What is wrong there.
        why: &'static str,
    },
    /// The layer needs more memory to decompress than is allowed.
    #[error("the layer was compressed with a window of more than {limit} bytes")]
    Window {
        /// The largest window that is allowed, in bytes.
        limit: u64,
    },
    /// The layer is larger than is allowed; it may be made to be.
    #[error("the unpacked layer is larger than {limit} bytes")]
    TooLarge {
        /// How many bytes the unpacked layer may have.
        limit: u64,
    },
    /// The layer holds more than fits into the memory that is allowed.
    #[error("the layer has too many files: the first {entries} took {limit} bytes of memory")]
    TooManyFiles {
        /// How many entries there were up to then.
        entries: u64,
        /// How many bytes the index may take.
        limit: u64,
    },
    /// A path is longer than is allowed.
    #[error("a path of {length} bytes is too long: {limit} are allowed (tar, at byte {at})")]
    PathTooLong {
        /// How many bytes it has.
        length: u64,
        /// How many it may have.
        limit: u64,
        /// Where its entry begins in the unpacked layer, in bytes.
        at: u64,
    },
    /// A header that holds a long name or attributes is larger than is allowed.
    #[error("a header of {length} bytes is too long: {limit} are allowed (tar, at byte {at})")]
    HeaderTooLong {
        /// How many bytes it has.
        length: u64,
        /// How many it may have.
        limit: u64,
        /// Where it begins in the unpacked layer, in bytes.
        at: u64,
    },
    /// Directories lie in each other more deeply than is allowed.
    #[error("a path lies in more than {limit} directories (tar, at byte {at})")]
    TooDeep {
        /// How deep they may be.
        limit: u64,
        /// Where its entry begins in the unpacked layer, in bytes.
        at: u64,
    },
    /// A path leads through symbolic links in a circle, or through too many.
    #[error("a path leads through too many symbolic links (tar, at byte {at})")]
    Links {
        /// Where its entry begins in the unpacked layer, in bytes.
        at: u64,
    },
    /// The content of a sparse file is stored in parts, which are not put together here.
    #[error("the file is sparse, so its content cannot be read by itself")]
    Sparse,
    /// The layer ends before the content of the file, or it holds another content.
    #[error("the layer does not hold what its index says")]
    OtherContent,
}

/// Why an index that was kept cannot be read: it is damaged, or of a later version.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// It was written by a version of this program that came later.
    #[error("the index has version {0}, which is not known here")]
    Version(u8),
    /// It is not what was written.
    #[error("the index is damaged")]
    Damaged,
    /// It is larger than any index that is written.
    #[error("the index takes more than {limit} bytes of memory")]
    TooLarge {
        /// How many bytes it may take.
        limit: u64,
    },
}
