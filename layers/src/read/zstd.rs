//! zstd: frames one behind the other, of which some hold nothing for us.

use std::io::{BufRead, ErrorKind, Read};

use zstd::zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

use super::source::Source;
use crate::error::{Format, ReadError};

/// What a frame begins with.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// What a frame to be skipped begins with, but for the low half of its first byte.
const SKIPPABLE: [u8; 4] = [0x50, 0x2a, 0x4d, 0x18];

/// The error of zstd for a window that is too large: `ZSTD_error_frameParameter_windowTooLarge`, as its functions
/// return it.
const WINDOW_TOO_LARGE: usize = 0_usize.wrapping_sub(16);

/// Whether bytes begin like zstd.
pub(super) fn is_zstd(bytes: &[u8]) -> bool {
    bytes == MAGIC
        || matches!(bytes, [first, rest @ ..] if first & 0xf0 == SKIPPABLE[0] && *rest == SKIPPABLE[1..])
}

/// Decompresses all frames.
pub(super) struct Zstd<R> {
    source: Source<R>,
    context: DCtx<'static>,
    window: u64,
    is_in_frame: bool,
}

impl<R: Read> Zstd<R> {
    pub(super) fn new(source: Source<R>, window_log: u32) -> Result<Self, ReadError> {
        let mut context = DCtx::create();
        let set = context.init().and_then(|_| context.set_parameter(DParameter::WindowLogMax(window_log)));
        match set {
            Ok(_) => Ok(Self { source, context, window: 1_u64 << window_log.min(63), is_in_frame: false }),
            Err(_) => Err(ReadError::Window { limit: 0 }),
        }
    }

    /// Bytes of memory that the decompressor has taken.
    pub(super) fn memory(&self) -> u64 {
        self.context.sizeof() as u64
    }

    /// Decompresses some bytes; none where all frames have ended.
    pub(super) fn read(&mut self, to: &mut [u8]) -> Result<usize, ReadError> {
        loop {
            let from = match self.source.fill_buf() {
                Ok(from) => from,
                Err(error) => return Err(self.source.error(Format::Zstd, error.kind())),
            };
            let is_over = from.is_empty();
            if is_over && !self.is_in_frame {
                return Ok(0);
            }
            let mut input = InBuffer::around(from);
            let mut output = OutBuffer::around(&mut *to);
            let outcome = self.context.decompress_stream(&mut output, &mut input);
            let (taken, n) = (input.pos(), output.pos());
            self.source.consume(taken);
            match outcome {
                Ok(hint) => self.is_in_frame = hint > 0,
                Err(WINDOW_TOO_LARGE) => return Err(ReadError::Window { limit: self.window }),
                Err(_) => return Err(self.source.error(Format::Zstd, ErrorKind::InvalidData)),
            }
            if n > 0 {
                return Ok(n);
            }
            if is_over && self.is_in_frame {
                return Err(self.source.error(Format::Zstd, ErrorKind::UnexpectedEof));
            }
        }
    }
}
