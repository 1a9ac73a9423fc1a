//! What cosign signs (cosign, "Signature Specification"; the payload is "simple signing" of Red Hat's containers).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{InvalidDocument, cut};
use crate::digest::Digest;

/// What the payload says that it is; a key may have signed other documents, which mean something else.
const TYPE: &str = "cosign container image signature";
/// How many annotations are kept.
const MOST_ANNOTATIONS: usize = 100;

/// What a signature by cosign says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedPayload {
    /// Under which name the image was signed, as the signer says.
    pub reference: Option<String>,
    /// The digest that was signed.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// What the signer adds.
    pub annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Raw {
    critical: RawCritical,
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    optional: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct RawCritical {
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    identity: RawIdentity,
    image: RawImage,
    #[serde(rename = "type", default, deserialize_with = "crate::lenient::text")]
    kind: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct RawIdentity {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    docker_reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct RawImage {
    docker_manifest_digest: Digest,
}

impl SignedPayload {
    /// Reads what was signed.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidDocument> {
        let Raw { critical, optional } = serde_json::from_slice(bytes)?;
        if critical.kind != TYPE {
            return Err(InvalidDocument::Other("signature of an image"));
        }
        let annotations = optional.into_iter().take(MOST_ANNOTATIONS).map(|(name, value)| {
            let value = if let Value::String(text) = value { text } else { value.to_string() };
            (cut(name), cut(value))
        });
        Ok(Self {
            reference: critical.identity.docker_reference.map(cut),
            digest: critical.image.docker_manifest_digest,
            annotations: annotations.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_names_an_image_and_what_else_the_signer_says() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let text = format!(
            r#"{{"critical": {{"identity": {{"docker-reference": "r.example/app"}},
                "image": {{"docker-manifest-digest": "{digest}"}}, "type": "cosign container image signature"}},
                "optional": {{"creator": "ci", "run": 7}}}}"#
        );
        let payload = SignedPayload::parse(text.as_bytes()).unwrap();
        assert_eq!(payload.digest.as_str(), digest);
        assert_eq!(payload.reference.as_deref(), Some("r.example/app"));
        assert_eq!(payload.annotations["creator"], "ci");
        assert_eq!(payload.annotations["run"], "7");
        let bare = format!(
            r#"{{"critical": {{"image": {{"docker-manifest-digest": "{digest}"}}, "type": "{TYPE}"}}, "optional": null}}"#
        );
        assert_eq!(SignedPayload::parse(bare.as_bytes()).unwrap().reference, None);
        assert!(
            SignedPayload::parse(br#"{"critical": {"image": {"docker-manifest-digest": "no"}}}"#).is_err()
        );
    }
}
