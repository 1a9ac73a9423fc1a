//! The entries of an archive, one after the other, as container runtimes read them.

use std::io::Read;

use tar::Header;

use super::number;
use super::pax::Extended;
use super::unpacked::{BLOCK, Unpacked};
use crate::entry::Kind;
use crate::error::{Format, ReadError};
use crate::limits::Limits;

/// An entry as the archive has it.
#[derive(Debug)]
pub(super) struct Member {
    /// Where its headers begin, in bytes.
    pub(super) at: u64,
    pub(super) path: Vec<u8>,
    pub(super) kind: Kind,
    /// Bytes of the content.
    pub(super) size: u64,
    /// Bytes that follow in the archive.
    stored: u64,
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) modified: i64,
    pub(super) link: Vec<u8>,
    pub(super) is_sparse: bool,
}

/// Reads an archive from its beginning.
pub(super) struct Archive<'a, R> {
    from: &'a mut Unpacked<R>,
    limits: &'a Limits,
}

/// What headers in front of an entry tell of it.
#[derive(Default)]
struct Ahead {
    extended: Extended,
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

impl<'a, R: Read> Archive<'a, R> {
    pub(super) fn new(from: &'a mut Unpacked<R>, limits: &'a Limits) -> Self {
        Self { from, limits }
    }

    /// Bytes of memory that decompressing takes.
    pub(super) fn memory(&self) -> u64 {
        self.from.memory()
    }

    /// The next entry; absent at the end, which two blocks of zeros are, or that there is nothing more.
    pub(super) fn next(&mut self) -> Result<Option<Member>, ReadError> {
        let mut ahead = Ahead::default();
        let at = self.from.at();
        loop {
            let Some(block) = self.header()? else { return Ok(None) };
            let header = Header::from_byte_slice(&block);
            match header.as_old().linkflag[0] {
                b'x' | b'X' => {
                    let records = self.text(header)?;
                    ahead.extended = Extended::parse(&records).map_err(|why| damaged(at, why))?;
                }
                b'L' => ahead.path = Some(until_zero(self.text(header)?)),
                b'K' => ahead.link = Some(until_zero(self.text(header)?)),
                // Attributes of all that follow, which container runtimes ignore; names of volumes, and what GNU tar
                // writes for itself.
                b'g' | b'V' | b'M' | b'N' => self.skip(size(header, at)?)?,
                _ => return self.member(header, ahead, at).map(Some),
            }
        }
    }

    /// Passes on the content of an entry, which must be the last one, and tells where it begins.
    pub(super) fn pass_content(
        &mut self,
        member: &Member,
        mut to: impl FnMut(&[u8]),
    ) -> Result<u64, ReadError> {
        let offset = self.from.at();
        self.from.pass(member.stored, |bytes| {
            to(bytes);
            Ok(())
        })?;
        self.from.pass(padding(member.stored), |_| Ok(()))?;
        Ok(offset)
    }

    /// The next header; absent at the end.
    fn header(&mut self) -> Result<Option<[u8; BLOCK]>, ReadError> {
        let at = self.from.at();
        let is_first = at == 0 && self.from.is_plain();
        let block = match self.from.block() {
            Err(ReadError::Truncated { .. }) if is_first => return Err(ReadError::UnknownFormat),
            block => block?,
        };
        let Some(block) = block else { return Ok(None) };
        if is_zero(&block) {
            return match self.from.block()? {
                Some(block) if !is_zero(&block) => Err(damaged(at, "a block of zeros stands alone")),
                _ => Ok(None),
            };
        }
        if !has_right_checksum(&block) {
            let error = damaged(at, "the checksum of a header is wrong");
            return Err(if is_first { ReadError::UnknownFormat } else { error });
        }
        Ok(Some(block))
    }

    /// What follows a header that is there for another one.
    fn text(&mut self, header: &Header) -> Result<Vec<u8>, ReadError> {
        let at = self.from.at() - BLOCK as u64;
        let (length, limit) = (size(header, at)?, self.limits.header);
        if length > limit {
            return Err(ReadError::HeaderTooLong { length, limit, at });
        }
        let mut text = Vec::new();
        self.from.pass(length, |bytes| {
            text.extend_from_slice(bytes);
            Ok(())
        })?;
        self.from.pass(padding(length), |_| Ok(()))?;
        Ok(text)
    }

    fn skip(&mut self, length: u64) -> Result<(), ReadError> {
        self.from.pass(length, |_| Ok(()))?;
        self.from.pass(padding(length), |_| Ok(()))
    }

    /// An entry, of its header and those in front of it.
    fn member(&mut self, header: &Header, ahead: Ahead, at: u64) -> Result<Member, ReadError> {
        let Ahead { extended, path, link } = ahead;
        let path = extended.path.or(path).unwrap_or_else(|| header.path_bytes().into_owned());
        let link = extended.link.or(link);
        let link = link.unwrap_or_else(|| header.link_name_bytes().unwrap_or_default().into_owned());
        let old = header.as_old();
        let flag = old.linkflag[0];
        let kind = kind(flag, &path);
        let stored = match extended.size {
            Some(size) => u64::try_from(size).map_err(|_| damaged(at, "a size is below zero"))?,
            None => size(header, at)?,
        };
        // What has no content has none whatever its size says; so old archives have it.
        let has_content = kind == Kind::File || matches!(flag, 0 | b'D');
        let stored = if has_content { stored } else { 0 };
        let mut size = if kind == Kind::File { stored } else { 0 };
        let mut is_sparse = kind == Kind::File && extended.is_sparse;
        if let Some(real) = extended.sparse_size.filter(|_| is_sparse) {
            size = u64::try_from(real).map_err(|_| damaged(at, "a size is below zero"))?;
        }
        if flag == b'S' {
            is_sparse = true;
            size = self.sparse_size(header, at)?;
        }
        let field = |field: &[u8], why| number::of_field(field).ok_or_else(|| damaged(at, why));
        let mode = field(&old.mode, "a mode is no number")?;
        let uid = field(&old.uid, "an owner is no number")?;
        let gid = field(&old.gid, "a group is no number")?;
        let modified = field(&old.mtime, "a time is no number")?;
        Ok(Member {
            at,
            path,
            kind,
            size,
            stored,
            mode: (mode & 0o7777) as u32,
            uid: id(extended.uid.unwrap_or(uid)),
            gid: id(extended.gid.unwrap_or(gid)),
            modified: extended.modified.unwrap_or(modified),
            link,
            is_sparse,
        })
    }

    /// The size of a sparse file as GNU tar writes it, which goes on in blocks of its own if it has many parts.
    fn sparse_size(&mut self, header: &Header, at: u64) -> Result<u64, ReadError> {
        let gnu = header.as_gnu().ok_or_else(|| damaged(at, "a sparse file is none of GNU tar"))?;
        let size = number::of_field(&gnu.realsize).and_then(|it| u64::try_from(it).ok());
        let mut is_extended = gnu.is_extended();
        while is_extended {
            let Some(block) = self.from.block()? else {
                return Err(ReadError::Truncated { format: Format::Tar, at: self.from.at() });
            };
            // Behind 21 parts of 24 bytes.
            is_extended = block[504] == 1;
        }
        size.ok_or_else(|| damaged(at, "a size is no number"))
    }
}

fn damaged(at: u64, why: &'static str) -> ReadError {
    ReadError::Damaged { format: Format::Tar, at, why }
}

fn size(header: &Header, at: u64) -> Result<u64, ReadError> {
    let size = number::of_field(&header.as_old().size).and_then(|it| u64::try_from(it).ok());
    size.ok_or_else(|| damaged(at, "a size is no number"))
}

/// How many bytes are missing to whole blocks.
fn padding(length: u64) -> u64 {
    let block = BLOCK as u64;
    (block - length % block) % block
}

fn is_zero(block: &[u8; BLOCK]) -> bool {
    block.iter().all(|it| *it == 0)
}

/// The sum of all bytes, those of the checksum taken for spaces; old programs took bytes for signed.
fn has_right_checksum(block: &[u8; BLOCK]) -> bool {
    let field = 148..156;
    let told = number::of_field(&block[field.clone()]);
    let bytes = || block.iter().enumerate().map(|(at, it)| if field.contains(&at) { b' ' } else { *it });
    let unsigned = bytes().map(i64::from).sum();
    let signed = bytes().map(|it| i64::from(it.cast_signed())).sum();
    told == Some(unsigned) || told == Some(signed)
}

/// What an entry is. What nobody knows is a file, as POSIX asks for.
fn kind(flag: u8, path: &[u8]) -> Kind {
    match flag {
        // So the oldest archives tell directories.
        0 if path.ends_with(b"/") => Kind::Directory,
        b'1' => Kind::HardLink,
        b'2' => Kind::Symlink,
        b'3' => Kind::CharDevice,
        b'4' => Kind::BlockDevice,
        b'5' | b'D' => Kind::Directory,
        b'6' => Kind::Fifo,
        _ => Kind::File,
    }
}

/// An id of 32 bits; what is none is the largest, which no user has.
fn id(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn until_zero(mut text: Vec<u8>) -> Vec<u8> {
    text.truncate(memchr::memchr(0, &text).unwrap_or(text.len()));
    text
}
