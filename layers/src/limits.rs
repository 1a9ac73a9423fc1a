//! How much of a layer is read at most.

/// How much of a layer is read at most, whatever it says of itself.
///
/// With the defaults, reading a layer and writing its index down takes less than 64 MB of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the unpacked layer: 100 GiB.
    pub unpacked: u64,
    /// Bytes of memory for the index and the window of the decompressor together: 56 MiB.
    pub memory: u64,
    /// Bytes of memory for the index alone: 48 MiB, which is about half a million files.
    pub index: u64,
    /// The base-2 logarithm of the largest window that zstd may ask for: 25, which is 32 MiB.
    ///
    /// No level of zstd but those of `--ultra` and `--long` asks for more than 8 MiB.
    pub window_log: u32,
    /// Bytes of a path or of the target of a link: 32 KiB. Linux itself opens nothing beyond 4,096.
    ///
    /// What is above 65,535 means that.
    pub path: u64,
    /// Bytes of a header that holds a long name or attributes: 1 MiB, as Go's reader of archives has it.
    pub header: u64,
    /// How deep directories may lie in each other: 2,048, the most that a path of 4,096 bytes can say.
    pub depth: u64,
    /// How many parts of paths are looked up because a directory is a symbolic link, in the whole layer: 4,000,000.
    pub link_steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked: 100 << 30,
            memory: 56 << 20,
            index: 48 << 20,
            window_log: 25,
            path: 32 << 10,
            header: 1 << 20,
            depth: 2_048,
            link_steps: 4_000_000,
        }
    }
}

impl Limits {
    pub(crate) fn path(&self) -> u64 {
        self.path.min(u64::from(u16::MAX))
    }
}
