//! `demo/attested`: signatures that are right and wrong, SBOMs, and where images came from.

use serde_json::{Value, json};

use super::artifact::Artifact;
use super::blob::{digest_text, json as bytes_of};
use super::cosign::Signer;
use super::image::{AMD64, ARM64};
use super::{ATTESTED, Clock, Sample, base};

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        ATTESTED,
        "Images signed with a key: rightly, by a stranger, and for another image; with SBOMs and a provenance",
    );
    let image = |text: &str, days| base::small(AMD64, text, clock.days_ago(days));
    let plain = sample.image(&image("attested, another image", 90), &["0.7.0"]);
    let other = sample.image(&image("attested, signed for another image", 70), &["0.8.0"]);
    sample.sign(&other, &digest_text(&plain), Signer::Known);
    let strange = sample.image(&image("attested, signed by a stranger", 50), &["0.9.0"]);
    sample.sign(&strange, &digest_text(&strange), Signer::Stranger);

    let images =
        [AMD64, ARM64].map(|target| sample.image(&base::small(target, "attested", clock.days_ago(20)), &[]));
    // As `cosign sign --recursive` does, which signs the images of an index one by one.
    sample.sign(&images[1], &digest_text(&images[1]), Signer::Known);
    let attestations = images.clone().map(|image| sample.attestation(&image, "attested"));
    let signed = sample.index(images.into_iter().chain(attestations).collect(), &["1.0.0", "latest"]);
    sample.sign(&signed, &digest_text(&signed), Signer::Known);
    sample.attest(&signed, "https://slsa.dev/provenance/v1", provenance(), Signer::Known);
    let created = clock.days_ago(20).to_string();
    let spdx = Artifact::of_type("application/spdx+json")
        .annotated_part("application/spdx+json", bytes_of(&spdx(&created)), &[(TITLE, "sbom.spdx.json")])
        .annotation("org.opencontainers.image.created", &created)
        .subject(&signed);
    let cyclonedx = Artifact::of_type("application/vnd.cyclonedx+json")
        .annotated_part(
            "application/vnd.cyclonedx+json",
            bytes_of(&cyclonedx(&created)),
            &[(TITLE, "sbom.cdx.json")],
        )
        .annotation("org.opencontainers.image.created", &created)
        .subject(&signed);
    let referrers = [spdx, cyclonedx].map(|artifact| sample.artifact(artifact, &[]));
    sample.index(referrers.into(), &[&digest_text(&signed).replacen(':', "-", 1)]);
    sample
}

const TITLE: &str = "org.opencontainers.image.title";

fn provenance() -> Value {
    json!({
        "buildDefinition": {
            "buildType": "https://actions.github.io/buildtypes/workflow/v1",
            "externalParameters": { "workflow": {
                "ref": "refs/tags/v1.0.0",
                "repository": "https://git.example.com/demo/attested",
                "path": ".github/workflows/release.yml",
            } },
            "resolvedDependencies": [{
                "uri": "git+https://git.example.com/demo/attested@refs/tags/v1.0.0",
                "digest": { "gitCommit": "6a1f0d6e2c4b8f90123456789abcdef012345678" },
            }],
        },
        "runDetails": {
            "builder": { "id": "https://ci.example.com/builders/release" },
            "metadata": { "invocationId": "https://ci.example.com/runs/4711" },
        },
    })
}

/// Enough packages for several pages, and one with a name that somebody made up to do harm.
fn spdx(created: &str) -> Value {
    let named = ["busybox", "ca-certificates", "zlib1g", "<img src=x onerror=alert(1)>"].map(str::to_owned);
    let many = (0..600).map(|it| format!("lib-{it:03}"));
    let packages: Vec<Value> = named
        .into_iter()
        .chain(many)
        .enumerate()
        .map(|(idx, name)| {
            json!({
                "SPDXID": format!("SPDXRef-Package-{idx}"),
                "name": name,
                "versionInfo": format!("1.{}.{}", idx / 10, idx % 10),
                "licenseConcluded": "NOASSERTION",
                "licenseDeclared": if idx % 2 == 0 { "MIT" } else { "GPL-2.0-only" },
                "externalRefs": [{
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": format!("pkg:deb/debian/package-{idx}@1"),
                }],
            })
        })
        .collect();
    json!({
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "demo/attested",
        "creationInfo": { "created": created, "creators": ["Tool: testbed"] },
        "packages": packages,
    })
}

fn cyclonedx(created: &str) -> Value {
    let component = |name: &str, version: &str, licence: &str| {
        json!({
            "type": "library", "name": name, "version": version, "purl": format!("pkg:cargo/{name}@{version}"),
            "licenses": [{ "license": { "id": licence } }],
        })
    };
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": { "timestamp": created, "component": { "type": "container", "name": "demo/attested" } },
        "components": [
            component("serde", "1.0.219", "MIT"),
            component("tokio", "1.45.0", "MIT"),
            component("ring", "0.17.14", "ISC"),
        ],
    })
}
