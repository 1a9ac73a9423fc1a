//! The compressed bytes, counted, and why there are no more of them.

use std::io::{self, BufRead, ErrorKind, Read};

use crate::error::{Format, ReadError};

const BUFFER: usize = 64 << 10;

/// The compressed bytes of a layer.
pub(super) struct Source<R> {
    /// Absent while the bytes are looked at elsewhere.
    inner: Option<R>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at: u64,
    /// Why the last read failed; decompressors pass on something else.
    failed: Option<io::Error>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner: Some(inner), buffer: vec![0; BUFFER], ..Self::none() }
    }

    /// No bytes at all.
    pub(super) fn none() -> Self {
        Self { inner: None, buffer: Vec::new(), start: 0, end: 0, at: 0, failed: None }
    }

    /// How many bytes were read of it.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// The next bytes, without taking them: fewer than asked for only where there are no more. They must fit into the
    /// buffer.
    pub(super) fn peek(&mut self, length: usize) -> Result<&[u8], ReadError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < length && self.read_more().map_err(ReadError::Source)? > 0 {}
        Ok(&self.buffer[..self.end.min(length)])
    }

    /// What an error of a decompressor means.
    pub(super) fn error(&mut self, format: Format, kind: ErrorKind) -> ReadError {
        let at = self.at;
        match self.failed.take() {
            Some(error) => ReadError::Source(error),
            None if kind == ErrorKind::UnexpectedEof => ReadError::Truncated { format, at },
            None => ReadError::Damaged { format, at, why: "it cannot be decompressed" },
        }
    }

    /// Reads behind what is in the buffer.
    fn read_more(&mut self) -> io::Result<usize> {
        let Some(inner) = &mut self.inner else { return Ok(0) };
        loop {
            match inner.read(&mut self.buffer[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    return Ok(n);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let n = from.len().min(to.len());
        to[..n].copy_from_slice(&from[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if let Err(error) = self.read_more() {
                let kind = error.kind();
                self.failed = Some(error);
                return Err(kind.into());
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, n: usize) {
        self.start += n;
        self.at += n as u64;
    }
}
