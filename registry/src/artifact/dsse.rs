//! Envelopes around signed documents (DSSE 1.0).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::Deserialize;

use super::InvalidDocument;
use crate::lenient::Capped;

/// How many signatures of one envelope are looked at.
const MOST_SIGNATURES: usize = 16;

/// A document and those who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The media type of the document: `application/vnd.in-toto+json`.
    pub payload_type: String,
    /// The document.
    pub payload: Vec<u8>,
    /// The signatures; no more than 16 are kept.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Which key is said to have made it. Nothing may be decided by that.
    pub key_id: String,
    /// The signature.
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawEnvelope {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    payload_type: String,
    payload: String,
    #[serde(default)]
    signatures: Capped<RawSignature, MOST_SIGNATURES>,
}

#[derive(Deserialize)]
struct RawSignature {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    keyid: String,
    #[serde(default, deserialize_with = "crate::lenient::text")]
    sig: String,
}

impl Envelope {
    /// Reads an envelope. Signatures that are not base64 are left out.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidDocument> {
        Self::open(serde_json::from_slice(bytes)?)
    }

    pub(super) fn open(raw: RawEnvelope) -> Result<Self, InvalidDocument> {
        let payload = decode(&raw.payload).ok_or(InvalidDocument::Other("DSSE envelope"))?;
        let signatures = raw.signatures.items.into_iter().filter_map(|it| {
            let bytes = decode(&it.sig).filter(|it| !it.is_empty())?;
            Some(Signature { key_id: it.keyid, bytes })
        });
        Ok(Self { payload_type: raw.payload_type, payload, signatures: signatures.collect() })
    }

    /// What is signed: not the document alone, but its type and its length as well (DSSE, "PAE").
    pub fn signed_bytes(&self) -> Vec<u8> {
        let (kind, payload) = (&self.payload_type, &self.payload);
        let mut bytes = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
        bytes.extend_from_slice(payload);
        bytes
    }
}

/// Either alphabet may be used.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).or_else(|_| URL_SAFE.decode(text.trim())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_has_its_type_and_its_length_before_it() {
        // The example of the protocol.
        let text = r#"{"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld",
            "signatures": [{"keyid": "k", "sig": "AQI="}, {"sig": "not base64!"}, 7]}"#;
        let envelope = Envelope::parse(text.as_bytes()).unwrap();
        assert_eq!(envelope.signed_bytes(), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
        assert_eq!(envelope.signatures, [Signature { key_id: "k".to_owned(), bytes: vec![1, 2] }]);
    }

    #[test]
    fn what_is_no_envelope_is_refused() {
        for text in ["", "{}", "[]", r#"{"payload": "%"}"#, r#"{"payload": 7}"#] {
            assert!(Envelope::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
