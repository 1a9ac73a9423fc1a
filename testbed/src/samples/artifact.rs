//! Artifacts: manifests that are not images.

use std::collections::HashMap;

use bytes::Bytes;
use oci_spec::image::{Arch, Descriptor, ImageManifestBuilder, MediaType, Os, PlatformBuilder};
use serde_json::{Value, json};

use super::blob::{OCI_CONFIG, OCI_EMPTY, OCI_MANIFEST, digest_text, json as bytes_of};
use super::sample::Sample;

/// An artifact in the making.
pub(super) struct Artifact {
    kind: Option<String>,
    config: (String, Bytes),
    parts: Vec<(String, Bytes, HashMap<String, String>)>,
    subject: Option<Descriptor>,
    annotations: HashMap<String, String>,
}

impl Artifact {
    /// An artifact whose type stands in `artifactType`, and whose configuration is `{}`.
    pub(super) fn of_type(kind: &str) -> Self {
        Self { kind: Some(kind.to_owned()), ..Self::with_config(OCI_EMPTY, Bytes::from_static(b"{}")) }
    }

    /// An artifact whose type is that of its configuration, as before `artifactType`.
    pub(super) fn with_config(media_type: &str, config: Bytes) -> Self {
        Self {
            kind: None,
            config: (media_type.to_owned(), config),
            parts: Vec::new(),
            subject: None,
            annotations: HashMap::new(),
        }
    }

    pub(super) fn part(self, media_type: &str, bytes: impl Into<Bytes>) -> Self {
        self.annotated_part(media_type, bytes, &[])
    }

    pub(super) fn annotated_part(
        mut self,
        media_type: &str,
        bytes: impl Into<Bytes>,
        annotations: &[(&str, &str)],
    ) -> Self {
        self.parts.push((media_type.to_owned(), bytes.into(), map(annotations)));
        self
    }

    pub(super) fn subject(mut self, subject: &Descriptor) -> Self {
        let mut subject = subject.clone();
        subject.set_platform(None);
        self.subject = Some(subject);
        self
    }

    pub(super) fn annotation(mut self, name: &str, value: &str) -> Self {
        self.annotations.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// Pairs as the map that annotations are.
pub(super) fn map(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl Sample {
    pub(super) fn artifact(&mut self, artifact: Artifact, tags: &[&str]) -> Descriptor {
        let config = self.blob(&artifact.config.0, artifact.config.1);
        let layers: Vec<_> = artifact
            .parts
            .into_iter()
            .map(|(media_type, bytes, annotations)| {
                let mut descriptor = self.blob(&media_type, bytes);
                descriptor.set_annotations((!annotations.is_empty()).then_some(annotations));
                descriptor
            })
            .collect();
        let mut builder = ImageManifestBuilder::default()
            .schema_version(2u32)
            .media_type(MediaType::ImageManifest)
            .config(config)
            .layers(layers);
        if let Some(kind) = &artifact.kind {
            builder = builder.artifact_type(MediaType::from(kind.as_str()));
        }
        if let Some(subject) = artifact.subject {
            builder = builder.subject(subject);
        }
        if !artifact.annotations.is_empty() {
            builder = builder.annotations(artifact.annotations.clone());
        }
        let manifest = builder.build().expect("all that is required is there");
        let value: Value = serde_json::to_value(&manifest).expect("these types are JSON");
        let mut descriptor = self.raw(OCI_MANIFEST, &value, tags);
        descriptor.set_artifact_type(artifact.kind.as_deref().map(MediaType::from));
        descriptor.set_annotations((!artifact.annotations.is_empty()).then_some(artifact.annotations));
        descriptor
    }

    /// What BuildKit puts beside each image of an index: where it came from and what is in it.
    pub(super) fn attestation(&mut self, image: &Descriptor, title: &str) -> Descriptor {
        let digest = digest_text(image);
        let statement = |kind: &str, predicate: Value| {
            bytes_of(&json!({
                "_type": "https://in-toto.io/Statement/v0.1",
                "predicateType": kind,
                "subject": [{
                    "name": format!("pkg:docker/{title}"),
                    "digest": { "sha256": digest.trim_start_matches("sha256:") },
                }],
                "predicate": predicate,
            }))
        };
        let (spdx, slsa) = ("https://spdx.dev/Document", "https://slsa.dev/provenance/v0.2");
        let packages: Vec<_> = ["libc6", "libssl3", "zlib1g", "ca-certificates", "tzdata"]
            .iter()
            .map(|name| json!({ "name": name, "SPDXID": format!("SPDXRef-Package-{name}") }))
            .collect();
        let bill = statement(spdx, json!({ "spdxVersion": "SPDX-2.3", "name": title, "packages": packages }));
        let provenance = statement(
            slsa,
            json!({
                "builder": { "id": "https://ci.example.com/runs/4711" },
                "buildType": "https://mobyproject.org/buildkit@v1",
                "invocation": { "configSource": { "uri": format!("https://git.example.com/team/{title}") } },
            }),
        );
        let config = bytes_of(&json!({
            "architecture": "unknown",
            "os": "unknown",
            "config": {},
            "rootfs": { "type": "layers", "diff_ids": [super::digest_of(&bill), super::digest_of(&provenance)] },
        }));
        let in_toto = "application/vnd.in-toto+json";
        let artifact = Artifact::with_config(OCI_CONFIG, config)
            .annotated_part(in_toto, bill, &[("in-toto.io/predicate-type", spdx)])
            .annotated_part(in_toto, provenance, &[("in-toto.io/predicate-type", slsa)]);
        let mut descriptor = self.artifact(artifact, &[]);
        let unknown = PlatformBuilder::default().os(Os::from("unknown")).architecture(Arch::from("unknown"));
        descriptor.set_platform(unknown.build().ok());
        descriptor.set_annotations(Some(map(&[
            ("vnd.docker.reference.type", "attestation-manifest"),
            ("vnd.docker.reference.digest", &digest),
        ])));
        descriptor
    }
}
