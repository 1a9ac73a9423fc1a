//! What an artifact is.

use serde::{Deserialize, Serialize};

use crate::attached::Attached;
use crate::manifest::{Descriptor, ImageManifest, Manifest};

/// What an artifact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ArtifactKind {
    /// A signature by cosign.
    CosignSignature,
    /// A signature by Notation.
    NotationSignature,
    /// An SBOM in SPDX.
    Spdx,
    /// An SBOM in CycloneDX.
    CycloneDx,
    /// A SLSA provenance: who built it, from what.
    Provenance,
    /// Another in-toto attestation.
    InToto,
    /// A bundle of sigstore of which nothing says what is in it.
    SigstoreBundle,
    /// A Helm chart.
    HelmChart,
    /// A WASM module or component.
    Wasm,
    /// Anything else.
    Other,
}

/// The annotations of a layer that name the type of an attestation's predicate: BuildKit's and cosign's.
const PREDICATE_TYPE: [&str; 2] = ["in-toto.io/predicate-type", "predicateType"];
/// The same of a manifest that holds a bundle of sigstore.
const BUNDLED_PREDICATE_TYPE: &str = "dev.sigstore.bundle.predicateType";
/// The type of the predicate by which cosign signs in bundles.
const COSIGN_SIGN: &str = "https://sigstore.dev/cosign/sign/";

impl ArtifactKind {
    /// What a media type or an artifact type stands for, if that is known.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let media_type = crate::media_type::essence(media_type);
        let has = |part: &str| media_type.contains(part);
        Some(match () {
            () if has("vnd.dev.cosign.simplesigning") || has("vnd.dev.cosign.artifact.sig") => {
                Self::CosignSignature
            }
            () if has("vnd.cncf.notary.signature") => Self::NotationSignature,
            () if has("vnd.dev.sigstore.bundle") => Self::SigstoreBundle,
            () if has("spdx") => Self::Spdx,
            () if has("cyclonedx") => Self::CycloneDx,
            () if has("slsa") => Self::Provenance,
            () if has("in-toto") || has("vnd.dsse.envelope") => Self::InToto,
            () if has("vnd.cncf.helm.") => Self::HelmChart,
            () if has("application/wasm") || has("vnd.wasm.") || has("vnd.module.wasm") => Self::Wasm,
            () => return None,
        })
    }

    /// What an attestation says, by the type of its predicate.
    pub fn of_predicate(predicate_type: &str) -> Self {
        let is = |start: &str| predicate_type.starts_with(start);
        match () {
            () if is("https://spdx.dev/Document") => Self::Spdx,
            () if is("https://cyclonedx.org/bom") => Self::CycloneDx,
            () if is("https://slsa.dev/provenance/") => Self::Provenance,
            () if is(COSIGN_SIGN) => Self::CosignSignature,
            () => Self::InToto,
        }
    }

    /// Everything that is in a manifest, each kind once; never empty.
    pub fn all_of(manifest: &Manifest) -> Vec<Self> {
        let mut kinds: Vec<Self> = match manifest {
            Manifest::Image(image) => Self::of_parts(image).collect(),
            Manifest::Index(index) => {
                index.artifact_type.iter().filter_map(|it| Self::of_media_type(it)).collect()
            }
            Manifest::Schema1(_) => Vec::new(),
        };
        kinds.sort_unstable();
        kinds.dedup();
        // The wrapping says nothing where it is known what is in it.
        let is_wrapping = |kind: &Self| matches!(kind, Self::InToto | Self::SigstoreBundle);
        if kinds.iter().any(|it| !is_wrapping(it)) {
            kinds.retain(|it| !is_wrapping(it));
        }
        if kinds.is_empty() {
            kinds.push(Self::Other);
        }
        kinds
    }

    fn of_parts(image: &ImageManifest) -> impl Iterator<Item = Self> {
        let config = image.config.iter().map(|it| it.media_type.as_str());
        let whole = image.artifact_type.as_deref().into_iter().chain(config);
        let whole = whole.filter_map(Self::of_media_type);
        let bundled = image.annotations.get(BUNDLED_PREDICATE_TYPE).map(|it| Self::of_predicate(it));
        whole.chain(bundled).chain(image.layers.iter().filter_map(Self::of_layer))
    }

    /// What one layer of an artifact is.
    pub fn of_layer(layer: &Descriptor) -> Option<Self> {
        match predicate_type(layer) {
            Some(predicate_type) => Some(Self::of_predicate(predicate_type)),
            None => Self::of_media_type(&layer.media_type),
        }
    }

    /// What lists say of an image that such an artifact refers to.
    pub fn attached(self) -> Attached {
        match self {
            Self::CosignSignature | Self::NotationSignature => Attached::Signature,
            Self::Spdx | Self::CycloneDx => Attached::Sbom,
            Self::Provenance | Self::InToto => Attached::Attestation,
            Self::SigstoreBundle | Self::HelmChart | Self::Wasm | Self::Other => Attached::Referrers,
        }
    }
}

/// The type of the predicate in a layer that is an attestation, as its annotations name it.
pub(crate) fn predicate_type(layer: &Descriptor) -> Option<&str> {
    PREDICATE_TYPE.iter().find_map(|name| layer.annotations.get(*name)).map(String::as_str)
}

impl ImageManifest {
    /// The types of the predicates in it, where it is an attestation.
    pub fn predicate_types(&self) -> impl Iterator<Item = &str> {
        let bundled = self.annotations.get(BUNDLED_PREDICATE_TYPE).map(String::as_str);
        bundled.into_iter().chain(self.layers.iter().filter_map(predicate_type))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn kinds(manifest: Value) -> Vec<ArtifactKind> {
        let manifest = manifest.to_string();
        ArtifactKind::all_of(&Manifest::parse(crate::media_type::OCI_MANIFEST, manifest.as_bytes()).unwrap())
    }

    fn blob(media_type: &str, annotations: Value) -> Value {
        let digest = format!("sha256:{}", "a".repeat(64));
        json!({ "mediaType": media_type, "digest": digest, "size": 2, "annotations": annotations })
    }

    #[test]
    fn an_artifact_is_what_its_type_or_its_configuration_says() {
        let empty = blob(crate::media_type::OCI_EMPTY, json!({}));
        for (artifact_type, kind) in [
            ("application/vnd.cncf.notary.signature", ArtifactKind::NotationSignature),
            ("application/spdx+json", ArtifactKind::Spdx),
            ("text/spdx", ArtifactKind::Spdx),
            ("application/vnd.cyclonedx+json", ArtifactKind::CycloneDx),
            ("application/cyclonedx+xml", ArtifactKind::CycloneDx),
            ("application/xml", ArtifactKind::Other),
            ("application/vnd.wasm.config.v0+json", ArtifactKind::Wasm),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", ArtifactKind::SigstoreBundle),
            ("application/vnd.example.report", ArtifactKind::Other),
        ] {
            let manifest = json!({ "artifactType": artifact_type, "config": empty, "layers": [] });
            assert_eq!(kinds(manifest), [kind], "{artifact_type}");
        }
        let chart = blob(crate::media_type::HELM_CONFIG, json!({}));
        assert_eq!(kinds(json!({ "config": chart, "layers": [] })), [ArtifactKind::HelmChart]);
    }

    #[test]
    fn attestations_are_what_their_predicates_say() {
        let config = blob(crate::media_type::OCI_CONFIG, json!({}));
        let layer = |predicate: &str| {
            blob("application/vnd.in-toto+json", json!({ "in-toto.io/predicate-type": predicate }))
        };
        let layers = [layer("https://slsa.dev/provenance/v0.2"), layer("https://spdx.dev/Document")];
        assert_eq!(
            kinds(json!({ "config": config, "layers": layers })),
            [ArtifactKind::Spdx, ArtifactKind::Provenance]
        );
        let plain = blob("application/vnd.in-toto+json", json!({}));
        assert_eq!(kinds(json!({ "config": config, "layers": [plain] })), [ArtifactKind::InToto]);
        let bundle = json!({
            "artifactType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "config": config,
            "layers": [],
            "annotations": { "dev.sigstore.bundle.predicateType": "https://sigstore.dev/cosign/sign/v1" },
        });
        assert_eq!(kinds(bundle), [ArtifactKind::CosignSignature]);
    }
}
