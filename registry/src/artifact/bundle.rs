//! Bundles of sigstore: an envelope with what somebody needs to check it.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::InvalidDocument;
use super::dsse::{Envelope, RawEnvelope};

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// What is signed.
    pub envelope: Envelope,
    /// Whether it was signed with a certificate instead of a key that is known otherwise.
    pub has_certificate: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawBundle {
    dsse_envelope: Option<RawEnvelope>,
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    verification_material: RawMaterial,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMaterial {
    certificate: Option<IgnoredAny>,
    x509_certificate_chain: Option<IgnoredAny>,
}

impl Bundle {
    /// Reads a bundle. Those that hold a bare signature of a file are none of an image's.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidDocument> {
        let RawBundle { dsse_envelope, verification_material: material } = serde_json::from_slice(bytes)?;
        let envelope = dsse_envelope.ok_or(InvalidDocument::Other("bundle with a DSSE envelope"))?;
        Ok(Self {
            envelope: Envelope::open(envelope)?,
            has_certificate: material.certificate.is_some() || material.x509_certificate_chain.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_says_whether_it_has_a_certificate() {
        let bundle = |material: &str| {
            let text = format!(
                r#"{{"verificationMaterial": {material}, "dsseEnvelope": {{"payload": "e30=", "payloadType": "t"}}}}"#
            );
            Bundle::parse(text.as_bytes()).unwrap().has_certificate
        };
        assert!(bundle(r#"{"certificate": {"rawBytes": ""}}"#));
        assert!(bundle(r#"{"x509CertificateChain": {"certificates": []}}"#));
        assert!(!bundle(r#"{"publicKey": {"hint": "h"}}"#));
        assert!(!bundle("null"));
        assert!(Bundle::parse(br#"{"messageSignature": {"signature": ""}}"#).is_err());
    }
}
