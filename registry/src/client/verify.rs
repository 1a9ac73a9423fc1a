//! Content and the digests that name it.

use bytes::Bytes;
use sha2::{Digest as _, Sha256, Sha512};

use crate::digest::Digest;

/// From this size on, hashing is left to another thread, in bytes.
const LARGE: usize = 512 * 1024;

/// The digest of the content, with the algorithm of `like`; `None` if we do not know that algorithm.
pub(crate) async fn digest_like(like: &Digest, content: &Bytes) -> Option<Digest> {
    let algorithm = match like.algorithm() {
        "sha256" => sha256,
        "sha512" => sha512,
        _ => return None,
    };
    Some(hash(algorithm, content).await)
}

/// The sha256 digest of the content.
pub async fn sha256_of(content: &Bytes) -> Digest {
    hash(sha256, content).await
}

/// Makes the digest of content that comes in pieces.
#[derive(Clone, Debug)]
pub enum DigestCheck {
    /// Of sha256.
    Sha256(Sha256),
    /// Of sha512.
    Sha512(Sha512),
    /// Of an algorithm that we do not know.
    Unknown,
}

impl DigestCheck {
    /// With the algorithm of a digest.
    pub fn of(like: &Digest) -> Self {
        match like.algorithm() {
            "sha256" => Self::Sha256(Sha256::new()),
            "sha512" => Self::Sha512(Sha512::new()),
            _ => Self::Unknown,
        }
    }

    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        match self {
            Self::Sha256(hash) => hash.update(piece),
            Self::Sha512(hash) => hash.update(piece),
            Self::Unknown => {}
        }
    }

    /// The digest of all pieces so far; `None` if we do not know the algorithm.
    pub fn actual(self) -> Option<Digest> {
        match self {
            Self::Sha256(hash) => Some(named("sha256", &hash.finalize())),
            Self::Sha512(hash) => Some(named("sha512", &hash.finalize())),
            Self::Unknown => None,
        }
    }
}

async fn hash(algorithm: fn(&[u8]) -> Digest, content: &Bytes) -> Digest {
    if content.len() < LARGE {
        return algorithm(content);
    }
    let content = content.clone();
    tokio::task::spawn_blocking(move || algorithm(&content)).await.expect("hashing does not panic")
}

fn sha256(content: &[u8]) -> Digest {
    named("sha256", &Sha256::digest(content))
}

fn sha512(content: &[u8]) -> Digest {
    named("sha512", &Sha512::digest(content))
}

fn named(algorithm: &str, hash: &[u8]) -> Digest {
    use std::fmt::Write;
    let mut text = format!("{algorithm}:");
    for byte in hash {
        let _ = write!(text, "{byte:02x}");
    }
    text.parse().expect("a hash in hexadecimal digits is a digest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hashes_with_the_algorithm_of_the_digest() {
        let abc = Bytes::from_static(b"abc");
        let expected = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_of(&abc).await.as_str(), expected);
        let like: Digest = format!("sha512:{}", "0".repeat(128)).parse().unwrap();
        assert!(
            digest_like(&like, &abc)
                .await
                .unwrap()
                .as_str()
                .starts_with("sha512:ddaf35a193617abacc417349ae204131")
        );
        assert_eq!(digest_like(&"blake3:abc".parse().unwrap(), &abc).await, None);
    }
}
