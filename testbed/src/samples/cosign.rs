//! Signatures as cosign makes them, with keys that are the same on every run and protect nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use oci_spec::image::Descriptor;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{EncodePublicKey, LineEnding};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Sample;
use super::artifact::Artifact;
use super::blob::{OCI_CONFIG, digest_text, json as bytes_of};

/// The type of the document in an envelope.
const IN_TOTO: &str = "application/vnd.in-toto+json";
const SIGNATURE: &str = "dev.cosignproject.cosign/signature";

/// Somebody who signs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Signer {
    /// The one whose key is [`cosign_public_key`].
    Known,
    /// One whose key nobody has.
    Stranger,
}

/// The public key of who signed the samples, in PEM.
pub fn cosign_public_key() -> String {
    let key = Signer::Known.key();
    key.verifying_key().to_public_key_pem(LineEnding::LF).expect("a public key can be written")
}

impl Signer {
    fn key(self) -> SigningKey {
        let seed: &[u8] = match self {
            Self::Known => b"the key that signs the samples",
            Self::Stranger => b"the key of a stranger",
        };
        SigningKey::from_slice(&Sha256::digest(seed)).expect("nearly every number is a key")
    }

    fn sign(self, bytes: &[u8]) -> String {
        let signature: DerSignature = self.key().sign(bytes);
        STANDARD.encode(signature.as_bytes())
    }
}

impl Sample {
    /// A signature on the tag `.sig` of an image; `signed` is the digest that the signer meant.
    pub(super) fn sign(&mut self, image: &Descriptor, signed: &str, signer: Signer) {
        let payload = bytes_of(&json!({
            "critical": {
                "identity": { "docker-reference": format!("registry.example.com/{}", self.repository) },
                "image": { "docker-manifest-digest": signed },
                "type": "cosign container image signature",
            },
            "optional": { "creator": "ci@example.com" },
        }));
        let signature = signer.sign(&payload);
        let artifact = Artifact::with_config(OCI_CONFIG, config(&payload)).annotated_part(
            "application/vnd.dev.cosign.simplesigning.v1+json",
            payload,
            &[(SIGNATURE, &signature)],
        );
        self.artifact(artifact, &[&tag(image, "sig")]);
    }

    /// A signed attestation on the tag `.att` of an image.
    pub(super) fn attest(&mut self, image: &Descriptor, kind: &str, predicate: Value, signer: Signer) {
        let digest = digest_text(image);
        let statement = bytes_of(&json!({
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": kind,
            "subject": [{
                "name": format!("registry.example.com/{}", self.repository),
                "digest": { "sha256": digest.trim_start_matches("sha256:") },
            }],
            "predicate": predicate,
        }));
        let mut signed = format!("DSSEv1 {} {IN_TOTO} {} ", IN_TOTO.len(), statement.len()).into_bytes();
        signed.extend_from_slice(&statement);
        let envelope = bytes_of(&json!({
            "payloadType": IN_TOTO,
            "payload": STANDARD.encode(&statement),
            "signatures": [{ "keyid": "", "sig": signer.sign(&signed) }],
        }));
        let artifact = Artifact::with_config(OCI_CONFIG, config(&envelope)).annotated_part(
            "application/vnd.dsse.envelope.v1+json",
            envelope,
            &[(SIGNATURE, ""), ("predicateType", kind)],
        );
        self.artifact(artifact, &[&tag(image, "att")]);
    }
}

fn tag(image: &Descriptor, ending: &str) -> String {
    format!("{}.{ending}", digest_text(image).replacen(':', "-", 1))
}

fn config(payload: &Bytes) -> Bytes {
    bytes_of(&json!({
        "architecture": "", "created": "0001-01-01T00:00:00Z", "os": "", "config": {},
        "history": [{ "created": "0001-01-01T00:00:00Z" }],
        "rootfs": { "type": "layers", "diff_ids": [super::digest_of(payload)] },
    }))
}
