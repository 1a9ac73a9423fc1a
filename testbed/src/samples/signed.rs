//! `demo/signed`: what signing and scanning leave in a registry without the referrers API.

use oci_spec::image::Descriptor;
use serde_json::json;

use super::artifact::Artifact;
use super::blob::{OCI_CONFIG, digest_text, json as bytes_of};
use super::image::{AMD64, ARM64};
use super::{Clock, SIGNED, Sample, base};

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        SIGNED,
        "An image with cosign's .sig, .att and .sbom tags, and with the tag sha256-… that stands in for the referrers API",
    );
    sample.image(&base::small(AMD64, "signed 0.9.0, not signed", clock.days_ago(80)), &["0.9.0"]);
    let images =
        [AMD64, ARM64].map(|target| sample.image(&base::small(target, "signed", clock.days_ago(15)), &[]));
    let subject = sample.index(images.into(), &["1.0.0", "latest"]);
    cosign(&mut sample, &subject);
    let bill = Artifact::of_type("application/spdx+json")
        .annotated_part(
            "application/spdx+json",
            bytes_of(&json!({ "spdxVersion": "SPDX-2.3", "name": "demo/signed", "packages": [{ "name": "busybox" }] })),
            &[("org.opencontainers.image.title", "sbom.spdx.json")],
        )
        .annotation("org.opencontainers.image.created", &clock.days_ago(15).to_string())
        .subject(&subject);
    let report = Artifact::of_type("application/vnd.example.scan-report.v1+json")
        .part("application/json", bytes_of(&json!({ "critical": 0, "high": 2, "medium": 5, "low": 11 })))
        .annotation("org.opencontainers.image.created", &clock.days_ago(3).to_string())
        .annotation("com.example.scan.summary", "2 high, 5 medium, 11 low")
        .subject(&subject);
    let bundle = Artifact::of_type("application/vnd.dev.sigstore.bundle.v0.3+json")
        .part(
            "application/vnd.dev.sigstore.bundle.v0.3+json",
            bytes_of(
                &json!({ "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": {} }),
            ),
        )
        .annotation("dev.sigstore.bundle.predicateType", "https://sigstore.dev/cosign/sign/v1")
        .subject(&subject);
    let referrers = [bill, report, bundle].map(|artifact| sample.artifact(artifact, &[]));
    let tag = digest_text(&subject).replacen(':', "-", 1);
    sample.index(referrers.into(), &[&tag]);
    sample
}

/// The three tags of cosign 2: signature, attestation, software bill of materials.
fn cosign(sample: &mut Sample, subject: &Descriptor) {
    let digest = digest_text(subject);
    let tag = |suffix: &str| format!("{}.{suffix}", digest.replacen(':', "-", 1));
    let payload = bytes_of(&json!({
        "critical": {
            "identity": { "docker-reference": "registry.example.com/demo/signed" },
            "image": { "docker-manifest-digest": digest },
            "type": "cosign container image signature",
        },
        "optional": { "creator": "ci@example.com" },
    }));
    let config = bytes_of(&json!({
        "architecture": "", "created": "0001-01-01T00:00:00Z", "os": "", "config": {},
        "history": [{ "created": "0001-01-01T00:00:00Z" }],
        "rootfs": { "type": "layers", "diff_ids": [super::digest_of(&payload)] },
    }));
    let signature = Artifact::with_config(OCI_CONFIG, config.clone()).annotated_part(
        "application/vnd.dev.cosign.simplesigning.v1+json",
        payload,
        &[(
            "dev.cosignproject.cosign/signature",
            "MEUCIQDw8k1v0m1zYvYF2S2R7bYw3o0T0mZJ9k6C7q1b2Qn0xAIgTestbedOnly==",
        )],
    );
    sample.artifact(signature, &[&tag("sig")]);
    let attestation = Artifact::with_config(OCI_CONFIG, config).annotated_part(
        "application/vnd.dsse.envelope.v1+json",
        bytes_of(
            &json!({ "payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": [] }),
        ),
        &[("dev.cosignproject.cosign/signature", ""), ("predicateType", "https://slsa.dev/provenance/v0.2")],
    );
    sample.artifact(attestation, &[&tag("att")]);
    let bill = Artifact::with_config(OCI_CONFIG, bytes_of(&json!({ "architecture": "", "os": "" })))
        .part("text/spdx+json", bytes_of(&json!({ "spdxVersion": "SPDX-2.3", "name": "demo/signed" })));
    sample.artifact(bill, &[&tag("sbom")]);
}
