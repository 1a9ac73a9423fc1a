//! `/api/v1/referrers`, `/api/v1/artifact`, `/api/v1/blob`, and the pages of the same.

use serde_json::Value;
use testbed::samples;

use crate::support::{Folders, Server, registry_with};

const REPOSITORY: &str = samples::ATTESTED;

/// A server that has the key which the samples are signed with.
fn with_key(url: &str) -> (Server, Folders) {
    let folders = Folders::new();
    let key = folders.write("cosign.pub", samples::cosign_public_key().as_bytes());
    let keys = format!("release={key}");
    (Server::with(&[("REGISTRY_URL", url), ("STOWAGE_COSIGN_KEYS", &keys)]), folders)
}

fn of_kind<'a>(referrers: &'a Value, kind: &str, source: &str) -> &'a Value {
    let items = referrers["items"].as_array().unwrap();
    let is = |list: &Value, name: &str| list.as_array().unwrap().iter().any(|it| it == name);
    items.iter().find(|it| is(&it["kinds"], kind) && is(&it["found"], source)).unwrap()
}

#[tokio::test]
async fn what_refers_to_an_image_is_told_with_what_was_checked() {
    let registry = registry_with(&[REPOSITORY]).await;
    let (server, _folders) = with_key(&registry.url());
    let referrers = format!("/api/v1/referrers?repository={REPOSITORY}&reference=latest");
    let referrers = server.get(&referrers).await.json();
    assert_eq!((&referrers["total"], &referrers["n_keys"]), (&7.into(), &1.into()));
    let signature = of_kind(&referrers, "cosign_signature", "cosign_tag");
    assert_eq!(signature["verification"]["outcome"], "verified");
    assert_eq!(signature["verification"]["key"], "release");
    assert_eq!(signature["verification"]["unchecked"].as_array().unwrap().len(), 3);

    let spdx = of_kind(&referrers, "spdx", "fallback_tag")["digest"].as_str().unwrap();
    let artifact = format!("/api/v1/artifact?repository={REPOSITORY}&reference={spdx}");
    let artifact = server.get(&artifact).await.json();
    let content = &artifact["files"][0]["content"];
    assert_eq!((&content["type"], &content["n_packages"]), (&"packages".into(), &604.into()));

    let index = format!("/api/v1/artifact?repository={REPOSITORY}&reference=latest");
    let index = server.get(&index).await;
    assert!(index.status == 404 && index.text().contains("artifact-expected"), "{}", index.text());
}

#[tokio::test]
async fn a_blob_is_saved_as_a_file_and_never_shown() {
    let registry = registry_with(&[REPOSITORY]).await;
    let server = Server::of(&registry.url());
    let referrers = format!("/api/v1/referrers?repository={REPOSITORY}&reference=latest");
    let referrers = server.get(&referrers).await.json();
    let spdx = of_kind(&referrers, "spdx", "fallback_tag")["digest"].as_str().unwrap();
    let artifact = format!("/api/v1/artifact?repository={REPOSITORY}&reference={spdx}");
    let file = server.get(&artifact).await.json()["files"][0].clone();
    let digest = file["digest"].as_str().unwrap();
    let blob = server.get(&format!("/api/v1/blob?repository={REPOSITORY}&digest={digest}")).await;
    assert_eq!(blob.status, 200);
    assert_eq!(blob.header("content-type"), "application/octet-stream");
    assert!(blob.header("content-disposition").starts_with("attachment; "));
    assert_eq!(blob.header("content-length"), file["size"].to_string());
    assert_eq!(samples::digest_of(blob.text().as_bytes()), digest);

    let absent = format!("sha256:{}", "0".repeat(64));
    let absent = server.get(&format!("/api/v1/blob?repository={REPOSITORY}&digest={absent}")).await;
    assert_eq!(absent.status, 404);
}

#[tokio::test]
async fn pages_show_referrers_packages_provenance_and_charts_as_text() {
    let registry = registry_with(&[REPOSITORY, samples::CHARTS_WEB, samples::WASM]).await;
    let (server, _folders) = with_key(&registry.url());
    let host = registry.host();
    let page = server.get(&format!("/{host}/{REPOSITORY}:latest?view=referrers")).await;
    let text = page.text();
    assert!(text.contains("verified: release") && text.contains("SPDX SBOM"), "{text}");
    assert!(text.contains("linux/arm64"), "attestations name their platform");
    let strange = server.get(&format!("/{host}/{REPOSITORY}:0.9.0?view=referrers")).await;
    assert!(strange.text().contains("no key fits") && !strange.text().contains("verified"));
    let nothing = server.get(&format!("/{host}/{REPOSITORY}:0.7.0?view=referrers")).await;
    assert!(nothing.text().contains("Nothing refers to this image"));

    let referrers = format!("/api/v1/referrers?repository={REPOSITORY}&reference=latest");
    let referrers = server.get(&referrers).await.json();
    let page_of = async |kind: &str, source: &str, query: &str| {
        let digest = of_kind(&referrers, kind, source)["digest"].as_str().unwrap();
        server.get(&format!("/{host}/{REPOSITORY}@{digest}{query}")).await.text().to_owned()
    };
    let all = page_of("spdx", "fallback_tag", "").await;
    assert!(all.contains("&lt;img src=x onerror=alert(1)&gt;") && !all.contains("<img"), "{all}");
    assert!(all.contains("lib-100") && !all.contains("lib-599"));
    assert!(page_of("spdx", "fallback_tag", "?page=2").await.contains("lib-599"));
    let found = page_of("spdx", "fallback_tag", "?q=zlib").await;
    assert!(found.contains("zlib1g") && !found.contains("lib-100"));
    let provenance = page_of("provenance", "cosign_tag", "").await;
    for part in ["https://git.example.com/demo/attested", "6a1f0d6e2c4b8f90", "verified: release"] {
        assert!(provenance.contains(part), "{part}");
    }
    let signature = page_of("cosign_signature", "cosign_tag", "").await;
    assert!(signature.contains("verified: release") && signature.contains("Rekor"));

    let chart = server.get(&format!("/{host}/{}:1.1.0", samples::CHARTS_WEB)).await;
    for part in ["replicaCount: 2", "# web", "templates/deployment.yaml", "Example Team"] {
        assert!(chart.text().contains(part), "{part}");
    }
    let wasm = server.get(&format!("/{host}/{}:latest", samples::WASM)).await;
    assert!(wasm.text().contains("filter.wasm") && wasm.text().contains("/api/v1/blob?"));
}
