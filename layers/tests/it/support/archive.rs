//! Archives byte by byte.

use tar::Header;

const BLOCK: usize = 512;

/// An entry of an archive as it is written.
#[derive(Clone)]
pub(crate) struct Raw {
    /// Headers in front of it, whole blocks.
    ahead: Vec<u8>,
    header: Header,
    content: Vec<u8>,
}

impl Raw {
    pub(crate) fn new(flag: u8, path: impl AsRef<[u8]>) -> Self {
        let mut header = Header::new_gnu();
        header.as_old_mut().linkflag = [flag];
        let it = Self { ahead: Vec::new(), header, content: Vec::new() };
        it.mode(0o644).owner(0, 0).modified(1_700_000_000).named(path.as_ref())
    }

    fn named(mut self, path: &[u8]) -> Self {
        put(&mut self.header.as_old_mut().name, path);
        if path.len() > 100 { self.behind(long(b'L', path)) } else { self }
    }

    pub(crate) fn link(mut self, target: impl AsRef<[u8]>) -> Self {
        let target = target.as_ref();
        put(&mut self.header.as_old_mut().linkname, target);
        if target.len() > 100 { self.behind(long(b'K', target)) } else { self }
    }

    pub(crate) fn mode(mut self, mode: u32) -> Self {
        self.header.set_mode(mode);
        self
    }

    pub(crate) fn owner(mut self, uid: u64, gid: u64) -> Self {
        self.header.set_uid(uid);
        self.header.set_gid(gid);
        self
    }

    pub(crate) fn modified(mut self, modified: u64) -> Self {
        self.header.set_mtime(modified);
        self
    }

    pub(crate) fn content(mut self, content: impl AsRef<[u8]>) -> Self {
        self.content = content.as_ref().to_vec();
        self.header.set_size(self.content.len() as u64);
        self
    }

    /// The header as a test wants to have it; its checksum is put right afterwards.
    pub(crate) fn header(mut self, change: impl FnOnce(&mut Header)) -> Self {
        change(&mut self.header);
        self
    }

    /// Puts other entries in front.
    pub(crate) fn behind(mut self, other: Self) -> Self {
        self.ahead.extend(other.bytes());
        self
    }

    /// Its headers and content, in whole blocks.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut header = self.header.clone();
        header.set_cksum();
        let mut bytes = self.ahead.clone();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(&self.content);
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        bytes
    }
}

fn put(field: &mut [u8; 100], text: &[u8]) {
    field.fill(0);
    let length = text.len().min(100);
    field[..length].copy_from_slice(&text[..length]);
}

/// A name that does not fit into a header, as GNU tar writes it.
fn long(flag: u8, text: &[u8]) -> Raw {
    Raw::new(flag, "././@LongLink").content([text, b"\0"].concat())
}

/// An extended header.
pub(crate) fn extended(records: &[(&str, &[u8])]) -> Raw {
    let record = |(key, value): &(&str, &[u8])| {
        let rest = [format!(" {key}=").as_bytes(), value, b"\n"].concat();
        let length = (1..).find(|it: &usize| it.to_string().len() + rest.len() == *it).unwrap();
        [length.to_string().as_bytes(), &rest].concat()
    };
    Raw::new(b'x', "PaxHeaders.0/x").content(records.iter().flat_map(record).collect::<Vec<_>>())
}

pub(crate) fn file(path: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Raw {
    Raw::new(b'0', path).content(content)
}

pub(crate) fn directory(path: impl AsRef<[u8]>) -> Raw {
    Raw::new(b'5', path).mode(0o755)
}

pub(crate) fn symlink(path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Raw {
    Raw::new(b'2', path).mode(0o777).link(target)
}

pub(crate) fn hard_link(path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Raw {
    Raw::new(b'1', path).link(target)
}

/// The archive of entries.
pub(crate) fn archive(entries: &[Raw]) -> Vec<u8> {
    let mut bytes: Vec<u8> = entries.iter().flat_map(Raw::bytes).collect();
    bytes.extend([0; 2 * BLOCK]);
    bytes
}
