//! gzip: members one behind the other, and perhaps zeros behind the last.

use std::io::{BufRead, Read};

use flate2::bufread::GzDecoder;

use super::source::Source;
use crate::error::{Format, ReadError};

/// What a member begins with.
pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Decompresses all members.
pub(super) struct Gzip<R> {
    member: GzDecoder<Source<R>>,
    is_over: bool,
}

impl<R: Read> Gzip<R> {
    pub(super) fn new(source: Source<R>) -> Self {
        Self { member: GzDecoder::new(source), is_over: false }
    }

    /// Decompresses some bytes; none where all members have ended.
    pub(super) fn read(&mut self, to: &mut [u8]) -> Result<usize, ReadError> {
        while !self.is_over {
            match self.member.read(to) {
                Ok(0) => self.next_member()?,
                Ok(n) => return Ok(n),
                Err(error) => return Err(self.member.get_mut().error(Format::Gzip, error.kind())),
            }
        }
        Ok(0)
    }

    fn next_member(&mut self) -> Result<(), ReadError> {
        let source = self.member.get_mut();
        match source.peek(MAGIC.len())? {
            [] => self.is_over = true,
            [0, ..] => {
                zeros(source)?;
                self.is_over = true;
            }
            begin if begin == MAGIC => {
                let source = self.member.reset(Source::none());
                self.member.reset(source);
            }
            _ => {
                let why = "there is something behind the end";
                return Err(ReadError::Damaged { format: Format::Gzip, at: source.at(), why });
            }
        }
        Ok(())
    }
}

/// Passes over zeros, which fill up what is written in blocks; nothing else may follow.
fn zeros<R: Read>(source: &mut Source<R>) -> Result<(), ReadError> {
    loop {
        let (length, is_zero) = match source.fill_buf() {
            Ok(bytes) => (bytes.len(), bytes.iter().all(|it| *it == 0)),
            Err(error) => return Err(source.error(Format::Gzip, error.kind())),
        };
        if length == 0 {
            return Ok(());
        }
        if !is_zero {
            let why = "there is something behind the end";
            return Err(ReadError::Damaged { format: Format::Gzip, at: source.at(), why });
        }
        source.consume(length);
    }
}
