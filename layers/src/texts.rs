//! Many short byte strings in little memory.

const BITS: u32 = 17;
const LENGTH: usize = 1 << BITS;
/// How many bytes tell the length of a text.
const PREFIX: usize = 2;

/// Where a text is.
pub(crate) type TextId = u32;

/// Byte strings of 65,535 bytes at most, each behind its length, in chunks that are never copied.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    chunks: Vec<Vec<u8>>,
}

impl Texts {
    /// Keeps a text; what is longer than 65,535 bytes is cut.
    pub(crate) fn push(&mut self, text: &[u8]) -> TextId {
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        let text = &text[..usize::from(length)];
        if self.chunks.last().is_none_or(|it| it.len() + PREFIX + text.len() > LENGTH) {
            self.chunks.push(Vec::new());
        }
        let last = self.chunks.len() - 1;
        let chunk = &mut self.chunks[last];
        let at = (last << BITS) + chunk.len();
        chunk.extend_from_slice(&length.to_le_bytes());
        chunk.extend_from_slice(text);
        // 32,768 chunks are 4 GiB, which no limit on memory allows for.
        at as TextId
    }

    pub(crate) fn get(&self, at: TextId) -> &[u8] {
        let chunk = &self.chunks[(at >> BITS) as usize];
        let start = at as usize & (LENGTH - 1);
        let length = usize::from(u16::from_le_bytes([chunk[start], chunk[start + 1]]));
        &chunk[start + PREFIX..][..length]
    }

    /// Bytes of memory.
    pub(crate) fn memory(&self) -> u64 {
        (self.chunks.len() * LENGTH) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_added() {
        let mut texts = Texts::default();
        let long = vec![b'l'; 65_535];
        let ids: Vec<_> =
            (0..9).map(|_| (texts.push(&long), texts.push(b""), texts.push(b"short"))).collect();
        for (a, b, c) in ids {
            assert_eq!((texts.get(a), texts.get(b), texts.get(c)), (&long[..], &b""[..], &b"short"[..]));
        }
    }
}
