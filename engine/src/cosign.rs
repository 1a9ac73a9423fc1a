//! Public keys, and whether one of them made a signature.

mod check;

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519,
    RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use spki::der::DecodePem;
use spki::der::asn1::ObjectIdentifier;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

pub(crate) use check::{Check, best};

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED_25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A public key that signatures of cosign are checked with.
#[derive(Clone, Debug)]
pub struct CosignKey {
    name: String,
    /// How it may have signed.
    algorithms: Vec<&'static dyn VerificationAlgorithm>,
    key: Vec<u8>,
}

/// Why a text is no public key that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// It is not a public key in PEM.
    #[error("it is no public key in PEM, which begins with -----BEGIN PUBLIC KEY-----")]
    NoPublicKey,
    /// It is a key of a kind that nothing can be checked with here.
    #[error("it is neither an ECDSA key on P-256 or P-384, nor an Ed25519 key, nor an RSA key")]
    UnknownKind,
}

impl CosignKey {
    /// Reads a key as `cosign generate-key-pair` writes it, `cosign.pub`. The name is what it is called on pages.
    pub fn parse(name: &str, pem: &str) -> Result<Self, InvalidKey> {
        let info = SubjectPublicKeyInfoOwned::from_pem(pem.trim()).map_err(|_| InvalidKey::NoPublicKey)?;
        let algorithms = algorithms(&info.algorithm).ok_or(InvalidKey::UnknownKind)?;
        let key = info.subject_public_key.as_bytes().ok_or(InvalidKey::NoPublicKey)?.to_vec();
        Ok(Self { name: name.to_owned(), algorithms, key })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it made a signature of some bytes.
    pub(crate) fn made(&self, signature: &[u8], bytes: &[u8]) -> bool {
        let verifies = |algorithm: &&'static dyn VerificationAlgorithm| {
            UnparsedPublicKey::new(*algorithm, &self.key).verify(bytes, signature).is_ok()
        };
        self.algorithms.iter().any(verifies)
    }
}

/// Cosign hashes with SHA-256, whatever the key; other signers use the hash that fits the curve.
fn algorithms(of: &AlgorithmIdentifierOwned) -> Option<Vec<&'static dyn VerificationAlgorithm>> {
    let curve = || of.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok();
    Some(match of.oid {
        EC_PUBLIC_KEY => match curve()? {
            P256 => vec![&ECDSA_P256_SHA256_ASN1],
            P384 => vec![&ECDSA_P384_SHA256_ASN1, &ECDSA_P384_SHA384_ASN1],
            _ => return None,
        },
        ED_25519 => vec![&ED25519],
        RSA => vec![&RSA_PKCS1_2048_8192_SHA256],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_refused() {
        let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
        let short = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n";
        for text in ["", "ssh-ed25519 AAAA", certificate, short] {
            assert_eq!(CosignKey::parse("k", text).unwrap_err(), InvalidKey::NoPublicKey, "{text}");
        }
        // X25519, which signs nothing.
        let other = "-----BEGIN PUBLIC KEY-----\n\
                     MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n\
                     -----END PUBLIC KEY-----\n";
        assert_eq!(CosignKey::parse("k", other).unwrap_err(), InvalidKey::UnknownKind);
    }
}
