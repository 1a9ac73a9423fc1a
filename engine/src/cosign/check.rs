//! Checks what is signed in a file of an artifact (cosign, "Signature Specification"; DSSE, "Protocol").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use registry::Digest;
use registry::artifact::{ArtifactContent, ArtifactKind, Document, Outcome, Verification};
use registry::manifest::Descriptor;

use super::CosignKey;

/// The annotation of a payload that holds its signature.
const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
/// The annotation that holds the certificate of whoever signed, where it was no key that is known otherwise.
const CERTIFICATE: &str = "dev.sigstore.cosign/certificate";

/// With what signatures are checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Check<'a> {
    pub(crate) keys: &'a [CosignKey],
    /// The images that the artifact belongs to.
    pub(crate) expected: &'a [Digest],
}

/// What is signed, and by what.
struct Signed<'a> {
    bytes: &'a [u8],
    signatures: &'a [Vec<u8>],
    /// What it is about.
    digests: &'a [Digest],
    has_certificate: bool,
}

impl Check<'_> {
    /// What comes of checking a file of which the bytes are given; nothing for one that is not signed by its nature.
    pub(crate) fn file(&self, file: &Descriptor, bytes: &[u8], document: &Document) -> Option<Verification> {
        let annotated = file.annotations.get(CERTIFICATE).is_some_and(|it| !it.is_empty());
        let has_certificate = document.has_certificate || annotated;
        if let Some(ArtifactContent::Signature(payload)) = &document.content {
            let Some(text) = file.annotations.get(SIGNATURE).filter(|it| !it.trim().is_empty()) else {
                return Some(Verification::without_key(Outcome::Unsigned));
            };
            let Ok(signature) = STANDARD.decode(text.trim()) else {
                return Some(Verification::without_key(Outcome::Unreadable));
            };
            let digests = std::slice::from_ref(&payload.digest);
            return Some(self.signed(&Signed { bytes, signatures: &[signature], digests, has_certificate }));
        }
        if let Some(envelope) = &document.envelope {
            let signatures: Vec<Vec<u8>> = envelope.signatures.iter().map(|it| it.bytes.clone()).collect();
            let digests = document.statement.as_ref().map(|it| it.digests()).unwrap_or_default();
            let bytes = envelope.signed_bytes();
            let signed =
                Signed { bytes: &bytes, signatures: &signatures, digests: &digests, has_certificate };
            return Some(self.signed(&signed));
        }
        document.statement.as_ref().map(|_| Verification::without_key(Outcome::Unsigned))
    }

    /// What is said of a file that is signed by its nature and could not be read.
    pub(crate) fn unreadable() -> Verification {
        Verification::without_key(Outcome::Unreadable)
    }

    /// What is said of a kind of signature that is never checked.
    pub(crate) fn of_kind(kinds: &[ArtifactKind]) -> Option<Verification> {
        // Notation signs with certificates only.
        let is_notation = kinds.contains(&ArtifactKind::NotationSignature);
        is_notation.then(|| Verification::without_key(Outcome::Certificate))
    }

    fn signed(&self, signed: &Signed<'_>) -> Verification {
        if signed.signatures.is_empty() {
            return Verification::without_key(Outcome::Unsigned);
        }
        let made_one = |key: &&CosignKey| signed.signatures.iter().any(|it| key.made(it, signed.bytes));
        if let Some(key) = self.keys.iter().find(made_one) {
            return Verification::by_key(key.name(), signed.digests, self.expected);
        }
        let claimed = if let [only] = signed.digests { Some(only.clone()) } else { None };
        let outcome = match (signed.has_certificate, self.keys.is_empty()) {
            (true, _) => Outcome::Certificate,
            (false, true) => Outcome::NoKeys,
            (false, false) => Outcome::NoKeyFits,
        };
        Verification { signed: claimed, ..Verification::without_key(outcome) }
    }
}

/// The best of what came of several files: an image is signed where one of its signatures is right.
pub(crate) fn best(all: impl IntoIterator<Item = Verification>) -> Option<Verification> {
    all.into_iter().min_by_key(|it| it.outcome)
}

#[cfg(test)]
mod tests;
