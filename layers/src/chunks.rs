//! A list that grows without being copied, so that it never takes twice its memory.

use std::ops::{Index, IndexMut};

const BITS: u32 = 12;
const LENGTH: usize = 1 << BITS;

/// A list in chunks of 4,096.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<T> {
    chunks: Vec<Vec<T>>,
    length: u32,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), length: 0 }
    }
}

impl<T> Chunks<T> {
    /// Adds one, and tells where it is. There may be as many as a `u32` counts.
    pub(crate) fn push(&mut self, it: T) -> u32 {
        let at = self.length;
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < LENGTH => chunk.push(it),
            _ => self.chunks.push(vec![it]),
        }
        self.length += 1;
        at
    }

    pub(crate) fn len(&self) -> u32 {
        self.length
    }

    /// Bytes of memory.
    pub(crate) fn memory(&self) -> u64 {
        (self.chunks.len() * LENGTH * size_of::<T>()) as u64
    }
}

fn split(at: u32) -> (usize, usize) {
    ((at >> BITS) as usize, at as usize & (LENGTH - 1))
}

impl<T> Index<u32> for Chunks<T> {
    type Output = T;

    fn index(&self, at: u32) -> &T {
        let (chunk, place) = split(at);
        &self.chunks[chunk][place]
    }
}

impl<T> IndexMut<u32> for Chunks<T> {
    fn index_mut(&mut self, at: u32) -> &mut T {
        let (chunk, place) = split(at);
        &mut self.chunks[chunk][place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_added() {
        let mut chunks = Chunks::default();
        for it in 0..10_000_u32 {
            assert_eq!(chunks.push(it), it);
        }
        chunks[4_096] = 7;
        assert_eq!(
            (chunks.len(), chunks[0], chunks[4_095], chunks[4_096], chunks[9_999]),
            (10_000, 0, 4_095, 7, 9_999)
        );
        assert_eq!(chunks.memory(), 3 * 4_096 * 4);
    }
}
