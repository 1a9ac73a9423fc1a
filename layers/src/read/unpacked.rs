//! The unpacked bytes of a layer, whatever it is compressed with.

use std::io::Read;

use super::gzip::{self, Gzip};
use super::source::Source;
use super::zstd::{self, Zstd};
use crate::error::{Format, ReadError};
use crate::limits::Limits;

const BUFFER: usize = 128 << 10;

/// A block of an archive.
pub(super) const BLOCK: usize = crate::packed::BLOCK as usize;

/// The unpacked bytes of a layer.
pub(super) struct Unpacked<R> {
    from: Compressed<R>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at: u64,
    limit: u64,
}

enum Compressed<R> {
    Not(Source<R>),
    Gzip(Box<Gzip<R>>),
    Zstd(Box<Zstd<R>>),
}

impl<R: Read> Unpacked<R> {
    pub(super) fn new(compressed: R, limits: &Limits) -> Result<Self, ReadError> {
        let mut source = Source::new(compressed);
        let is_gzip = source.peek(gzip::MAGIC.len())? == gzip::MAGIC;
        let is_zstd = zstd::is_zstd(source.peek(4)?);
        let from = if is_gzip {
            Compressed::Gzip(Box::new(Gzip::new(source)))
        } else if is_zstd {
            Compressed::Zstd(Box::new(Zstd::new(source, limits.window_log)?))
        } else {
            Compressed::Not(source)
        };
        Ok(Self { from, buffer: vec![0; BUFFER], start: 0, end: 0, at: 0, limit: limits.unpacked })
    }

    /// How many bytes were taken.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Whether it is not compressed, as far as its first bytes tell.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.from, Compressed::Not(_))
    }

    /// Bytes of memory that the decompressor takes, where these may be many.
    pub(super) fn memory(&self) -> u64 {
        match &self.from {
            Compressed::Zstd(it) => it.memory(),
            _ => 0,
        }
    }

    /// Takes the next block; absent where there is nothing more.
    pub(super) fn block(&mut self) -> Result<Option<[u8; BLOCK]>, ReadError> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            let bytes = self.available()?;
            let n = bytes.len().min(BLOCK - filled);
            block[filled..filled + n].copy_from_slice(&bytes[..n]);
            self.take(n);
            filled += n;
            match n {
                0 if filled == 0 => return Ok(None),
                0 => return Err(self.truncated()),
                _ => {}
            }
        }
        Ok(Some(block))
    }

    /// Takes so many bytes, and passes them on.
    pub(super) fn pass(
        &mut self,
        length: u64,
        mut to: impl FnMut(&[u8]) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let mut rest = length;
        while rest > 0 {
            let bytes = self.available()?;
            let n = usize::try_from(rest).map_or(bytes.len(), |it| it.min(bytes.len()));
            if n == 0 {
                return Err(self.truncated());
            }
            to(&bytes[..n])?;
            self.take(n);
            rest -= n as u64;
        }
        Ok(())
    }

    /// Takes all that is left.
    pub(super) fn drain(&mut self) -> Result<(), ReadError> {
        loop {
            match self.available()?.len() {
                0 => return Ok(()),
                n => self.take(n),
            }
        }
    }

    /// Bytes that are there and not taken yet; none only at the end.
    fn available(&mut self) -> Result<&[u8], ReadError> {
        if self.start == self.end {
            let n = match &mut self.from {
                Compressed::Not(it) => {
                    it.read(&mut self.buffer).map_err(|error| it.error(Format::Tar, error.kind()))?
                }
                Compressed::Gzip(it) => it.read(&mut self.buffer)?,
                Compressed::Zstd(it) => it.read(&mut self.buffer)?,
            };
            (self.start, self.end) = (0, n);
            if self.at + n as u64 > self.limit {
                return Err(ReadError::TooLarge { limit: self.limit });
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn take(&mut self, n: usize) {
        self.start += n;
        self.at += n as u64;
    }

    fn truncated(&self) -> ReadError {
        ReadError::Truncated { format: Format::Tar, at: self.at }
    }
}
