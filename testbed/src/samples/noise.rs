//! Bytes that look like programs and are the same on every run.

/// A small generator (xorshift64*), seeded by a text.
pub(super) struct Noise(u64);

impl Noise {
    pub(super) fn new(seed: &str) -> Self {
        // FNV-1a; zero would stay zero.
        let hash = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(hash | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + usize::try_from(self.next() >> 33).unwrap_or_default() % (high - low + 1)
    }

    /// Lower-case hexadecimal digits.
    pub(super) fn hex(&mut self, length: usize) -> String {
        let mut text = String::new();
        while text.len() < length {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(length);
        text
    }

    /// Bytes of which about half compress away, as those of programs do.
    pub(super) fn program(&mut self, size: usize) -> Vec<u8> {
        const BLOCK: usize = 1024;
        let mut bytes = Vec::with_capacity(size + BLOCK);
        while bytes.len() < size {
            for _ in 0..BLOCK / 16 {
                bytes.extend_from_slice(&self.next().to_le_bytes());
            }
            bytes.extend_from_slice(&[0; BLOCK / 2]);
        }
        bytes.truncate(size);
        bytes
    }
}
