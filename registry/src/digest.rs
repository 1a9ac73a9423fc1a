//! Content digests: `sha256:…`, the names of immutable byte strings.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a byte string: an algorithm and the encoded hash, as in `sha256:9f86…`.
///
/// The grammar is that of the OCI image specification ("Digests").
/// The lengths of the registered algorithms sha256 and sha512 are checked as well; other algorithms are kept as
/// they are, because a registry may hold them, but their content cannot be verified.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// Why a text is not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a digest: expected algorithm:hash, as in sha256: and 64 hexadecimal digits")]
pub struct InvalidDigest {
    text: String,
}

impl Digest {
    /// The whole text, `sha256:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The algorithm, `sha256`.
    pub fn algorithm(&self) -> &str {
        self.0.split_once(':').map_or("", |(algorithm, _)| algorithm)
    }

    /// The hash without the algorithm.
    pub fn encoded(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, encoded)| encoded)
    }

    /// The first twelve characters of the hash, enough for people to tell digests apart.
    pub fn short(&self) -> &str {
        let encoded = self.encoded();
        encoded.get(..12).unwrap_or(encoded)
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidDigest { text: crate::shorten(text) };
        let (algorithm, encoded) = text.split_once(':').ok_or_else(invalid)?;
        let hex = |length| {
            encoded.len() == length && encoded.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let ok = match algorithm {
            "sha256" => hex(64),
            "sha512" => hex(128),
            _ => {
                is_algorithm(algorithm)
                    && (1..=256).contains(&encoded.len())
                    && encoded.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'=' | b'_' | b'-'))
            }
        };
        if ok { Ok(Self(text.to_owned())) } else { Err(invalid()) }
    }
}

fn is_algorithm(text: &str) -> bool {
    text.len() <= 64
        && text.split(['+', '.', '_', '-']).all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_registered_algorithms_and_unknown_ones() {
        for text in [
            format!("sha256:{}", "a".repeat(64)),
            format!("sha512:{}", "0".repeat(128)),
            "blake3:abc".to_owned(),
            "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564".to_owned(),
        ] {
            assert_eq!(text.parse::<Digest>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn refuses_what_is_no_digest() {
        for text in [
            "",
            "sha256",
            "sha256:",
            "sha256:abc",
            &format!("sha256:{}", "A".repeat(64)),
            &format!("sha256:{}", "g".repeat(64)),
            &format!("sha512:{}", "a".repeat(64)),
            ":abc",
            "SHA256:abc",
            "a..b:abc",
            "x:a/b",
            "x:../y",
        ] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }

    #[test]
    fn shortens_to_twelve_characters_at_most() {
        assert_eq!(
            format!("sha256:{}", "0123456789abcdef".repeat(4)).parse::<Digest>().unwrap().short(),
            "0123456789ab"
        );
        assert_eq!("blake3:abc".parse::<Digest>().unwrap().short(), "abc");
    }
}
