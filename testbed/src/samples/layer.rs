//! Layers: tar archives with files in them, compressed as registries hold them.

use std::io::Write;

use bytes::Bytes;
use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use tar::{Builder, EntryType, Header};

use super::blob::digest_of;
use super::noise::Noise;

/// A tar archive in the making. Its bytes depend on nothing but what is put in.
pub(super) struct Tree {
    archive: Builder<Vec<u8>>,
    noise: Noise,
    modified: u64,
}

/// A layer as it is pushed.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) media_type: &'static str,
    pub(super) bytes: Bytes,
    /// The digest of the unpacked archive, as configurations name it.
    pub(super) diff_id: String,
}

impl Tree {
    pub(super) fn new(seed: &str, modified: Timestamp) -> Self {
        Self {
            archive: Builder::new(Vec::new()),
            noise: Noise::new(seed),
            modified: u64::try_from(modified.as_second()).unwrap_or_default(),
        }
    }

    pub(super) fn folder(self, path: &str) -> Self {
        self.entry(EntryType::Directory, &format!("{path}/"), 0o755, &[], None)
    }

    pub(super) fn text(self, path: &str, text: &str) -> Self {
        self.entry(EntryType::Regular, path, 0o644, text.as_bytes(), None)
    }

    /// A program of so many KiB, of which half compresses away.
    pub(super) fn program(mut self, path: &str, kib: usize) -> Self {
        let bytes = self.noise.program(kib * 1024);
        self.entry(EntryType::Regular, path, 0o755, &bytes, None)
    }

    pub(super) fn link(self, path: &str, target: &str) -> Self {
        self.entry(EntryType::Symlink, path, 0o777, &[], Some(target))
    }

    /// A program that runs as its owner.
    pub(super) fn setuid(mut self, path: &str, kib: usize) -> Self {
        let bytes = self.noise.program(kib * 1024);
        self.entry(EntryType::Regular, path, 0o4755, &bytes, None)
    }

    /// Another name of a file that is in the archive already.
    pub(super) fn hard_link(self, path: &str, target: &str) -> Self {
        self.entry(EntryType::Link, path, 0o755, &[], Some(target))
    }

    /// Says that all that layers below have in a directory is gone.
    pub(super) fn opaque(self, path: &str) -> Self {
        self.entry(EntryType::Regular, &format!("{path}/.wh..wh..opq"), 0o644, &[], None)
    }

    /// Says that a file of a layer below is gone.
    pub(super) fn gone(self, path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let whiteout = if folder.is_empty() { format!(".wh.{name}") } else { format!("{folder}/.wh.{name}") };
        self.entry(EntryType::Regular, &whiteout, 0o644, &[], None)
    }

    fn entry(mut self, kind: EntryType, path: &str, mode: u32, bytes: &[u8], target: Option<&str>) -> Self {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(self.modified);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(bytes.len() as u64);
        let outcome = match target {
            Some(target) => self.archive.append_link(&mut header, path, target),
            None => self.archive.append_data(&mut header, path, bytes),
        };
        outcome.expect("writing to memory does not fail");
        self
    }

    fn plain(self) -> Vec<u8> {
        self.archive.into_inner().expect("writing to memory does not fail")
    }

    pub(super) fn gzip(self) -> Layer {
        let plain = self.plain();
        Layer::new("application/vnd.oci.image.layer.v1.tar+gzip", &plain, gzip(&plain))
    }

    pub(super) fn zstd(self) -> Layer {
        let plain = self.plain();
        let packed = zstd::bulk::compress(&plain, 3).expect("compressing in memory does not fail");
        Layer::new("application/vnd.oci.image.layer.v1.tar+zstd", &plain, packed)
    }

    pub(super) fn uncompressed(self) -> Layer {
        let plain = self.plain();
        Layer::new("application/vnd.oci.image.layer.v1.tar", &plain, plain.clone())
    }
}

impl Layer {
    fn new(media_type: &'static str, plain: &[u8], packed: Vec<u8>) -> Self {
        Self { media_type, bytes: packed.into(), diff_id: digest_of(plain) }
    }

    /// The first half of a layer, which a registry takes like any other.
    pub(super) fn cut(mut self) -> Self {
        self.bytes.truncate(self.bytes.len() / 2);
        self
    }

    /// The same bytes under the type that Docker's own manifests use.
    pub(super) fn docker(mut self) -> Self {
        self.media_type = "application/vnd.docker.image.rootfs.diff.tar.gzip";
        self
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    // No time and no name in the header, so that the same bytes come out every time.
    let mut packer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::fast());
    packer.write_all(bytes).and_then(|()| packer.finish()).expect("compressing in memory does not fail")
}
