//! What was checked of a signature, and what was not.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// What came of checking a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    /// What came of it.
    pub outcome: Outcome,
    /// The name of the key that made the signature; absent where none of the configured keys did.
    pub key: Option<String>,
    /// The digest that is signed; absent where there is none, or several. Unless a key made the signature, anybody may
    /// have written it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub signed: Option<Digest>,
    /// What was not checked.
    pub unchecked: Vec<Unchecked>,
}

/// What came of checking a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// One of the configured keys made the signature, and what is signed is the digest of this image.
    Verified,
    /// One of the configured keys made the signature, but for another image.
    OtherImage,
    /// One of the configured keys made the signature; which image it belongs to is not known here.
    UnknownImage,
    /// None of the configured keys made the signature, or something was changed afterwards.
    NoKeyFits,
    /// It was signed with a certificate, which is not checked.
    Certificate,
    /// No keys are configured.
    NoKeys,
    /// It is not signed.
    Unsigned,
    /// It is too long to be checked where many are listed.
    TooLong,
    /// The signature cannot be read.
    Unreadable,
}

/// What is never checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unchecked {
    /// Whom a certificate names (Fulcio).
    Certificate,
    /// Whether it stands in a transparency log (Rekor).
    TransparencyLog,
    /// When it was signed.
    Timestamp,
}

impl Verification {
    /// An outcome that no key is part of.
    pub fn without_key(outcome: Outcome) -> Self {
        let unchecked = vec![Unchecked::Certificate, Unchecked::TransparencyLog, Unchecked::Timestamp];
        Self { outcome, key: None, signed: None, unchecked }
    }

    /// A signature that a key made: `signed` are the digests that it is about, `expected` those of the images that it
    /// belongs to.
    pub fn by_key(key: &str, signed: &[Digest], expected: &[Digest]) -> Self {
        let right = signed.iter().find(|it| expected.contains(it));
        let outcome = match (right, expected.is_empty()) {
            (Some(_), _) => Outcome::Verified,
            (None, true) => Outcome::UnknownImage,
            (None, false) => Outcome::OtherImage,
        };
        let only = if let [only] = signed { Some(only) } else { None };
        Self { key: Some(key.to_owned()), signed: right.or(only).cloned(), ..Self::without_key(outcome) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_signature_for_the_image_itself_is_verified() {
        let digest = |c: char| format!("sha256:{}", String::from(c).repeat(64)).parse::<Digest>().unwrap();
        let outcome =
            |signed: &[Digest], expected: &[Digest]| Verification::by_key("k", signed, expected).outcome;
        let (a, b, both) = ([digest('a')], [digest('b')], [digest('b'), digest('a')]);
        assert_eq!(outcome(&a, &a), Outcome::Verified);
        assert_eq!(outcome(&both, &a), Outcome::Verified);
        assert_eq!(outcome(&b, &a), Outcome::OtherImage);
        assert_eq!(outcome(&[], &a), Outcome::OtherImage);
        assert_eq!(outcome(&a, &[]), Outcome::UnknownImage);
        assert_eq!(Verification::by_key("k", &b, &[]).signed.as_ref(), b.first());
        assert_eq!(Verification::by_key("k", &both, &[]).signed, None);
    }
}
