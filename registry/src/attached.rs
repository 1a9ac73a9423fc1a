//! Signatures, attestations and SBOMs that lie beside an image under tags of their own.
//!
//! Cosign names them `sha256-<hex>.sig`, `.att` and `.sbom`; `sha256-<hex>` alone is the fallback of the referrers API
//! (OCI distribution specification, "Referrers Tag Schema").

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::reference::Tag;

/// What lies beside an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Attached {
    /// A cosign signature.
    Signature,
    /// A cosign attestation.
    Attestation,
    /// An SBOM attached by cosign.
    Sbom,
    /// A list of referrers.
    Referrers,
}

/// What a tag carries, and the digest of the image it carries it for; `None` for a tag that is an image's own.
pub fn parse(tag: &Tag) -> Option<(Digest, Attached)> {
    let (algorithm, rest) = tag.as_str().split_once('-')?;
    let (hex, attached) = match rest.split_once('.') {
        None => (rest, Attached::Referrers),
        Some((hex, "sig")) => (hex, Attached::Signature),
        Some((hex, "att")) => (hex, Attached::Attestation),
        Some((hex, "sbom")) => (hex, Attached::Sbom),
        Some(_) => return None,
    };
    let digest =
        matches!(algorithm, "sha256" | "sha512").then(|| format!("{algorithm}:{hex}").parse().ok())??;
    Some((digest, attached))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_cosign_and_the_referrers_fallback_leave() {
        let hex = "a".repeat(64);
        let tags: Vec<Tag> = [
            format!("sha256-{hex}.sig"),
            format!("sha256-{hex}"),
            format!("sha256-{hex}.other"),
            format!("sha256-{hex}."),
            "sha256-abc.sig".to_owned(),
            "latest".to_owned(),
        ]
        .into_iter()
        .map(|it| it.parse().unwrap())
        .collect();
        let digest: Digest = format!("sha256:{hex}").parse().unwrap();
        let found: Vec<_> = tags.iter().map(parse).collect();
        let signature = Some((digest.clone(), Attached::Signature));
        assert_eq!(found, [signature, Some((digest, Attached::Referrers)), None, None, None, None]);
    }
}
