//! Against distribution, the registry that most people run.

use registry::Error;
use registry::client::{Client, ClientConfig, Limits};
use registry::error::UnreachableReason;
use registry::manifest::Manifest;
use registry::media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX};
use testbed::samples::{self, Clock, Sample};
use testbed::{Distribution, Pusher};

use crate::support::{by_digest, catalog, config, names, repository, sha256, tag};

/// An open registry with these samples.
pub(crate) async fn holding(names: &[&str]) -> Distribution {
    let registry = Distribution::builder().start().await.unwrap();
    samples::fill(&registry, names.iter().map(|name| sample(name))).await.unwrap();
    registry
}

pub(crate) fn sample(name: &str) -> Sample {
    samples::one(name, Clock::FIXED).unwrap()
}

fn settings(registry: &Distribution) -> ClientConfig {
    config(registry.url().parse().unwrap())
}

fn client(registry: &Distribution) -> Client {
    Client::new(settings(registry)).unwrap()
}

#[tokio::test]
async fn lists_the_catalog_page_by_page() {
    let registry = Distribution::builder().start().await.unwrap();
    let pusher = Pusher::to(&registry);
    let mut expected = Vec::new();
    for number in 0..105 {
        let name = format!("many/r{number:03}");
        pusher.upload(&name, sha256("").as_str(), bytes::Bytes::new()).await.unwrap();
        // A repository is listed once it has manifests, or tries to.
        std::fs::create_dir_all(registry.repository_folder(&name).join("_manifests/tags")).unwrap();
        expected.push(name);
    }
    let by = |page_size| Client::new(ClientConfig { page_size, ..settings(&registry) }).unwrap();
    // 1001 is refused, and 100 fits.
    for (page_size, pages) in [(50, 3), (1000, 1), (1001, 2)] {
        let listed = catalog(&by(page_size)).await.unwrap();
        assert_eq!(listed.concat(), expected);
        assert_eq!(listed.iter().filter(|it| !it.is_empty()).count(), pages, "{page_size}");
    }
}

#[tokio::test]
async fn tells_an_emptied_repository_from_an_unknown_one() {
    let registry = holding(&[samples::EMPTIED]).await;
    let client = client(&registry);
    assert_eq!(client.tags(&repository(samples::EMPTIED)).await, Ok(vec![]));
    assert_eq!(catalog(&client).await.unwrap().concat(), [samples::EMPTIED]);
    let unknown = repository("never/pushed");
    assert_eq!(client.tags(&unknown).await, Err(Error::RepositoryUnknown { repository: unknown }));
}

#[tokio::test]
async fn knows_what_is_listed_and_gone() {
    let registry = holding(&[samples::MANIFEST_GONE, samples::MISSING_CHILD, samples::MISSING_CONFIG]).await;
    let client = client(&registry);
    let gone = repository(samples::MANIFEST_GONE);
    let mut listed = names(client.tags(&gone).await.unwrap());
    listed.sort();
    assert_eq!(listed, ["0.9.0", "1.0.0", "latest"]);
    let unknown = Error::ManifestUnknown { repository: gone.clone(), reference: tag("latest") };
    assert_eq!(client.manifest(&gone, &tag("latest")).await, Err(unknown.clone()));
    assert_eq!(client.head_manifest(&gone, &tag("latest")).await, Err(unknown));

    let sparse = repository(samples::MISSING_CHILD);
    let index = client.manifest(&sparse, &tag("latest")).await.unwrap();
    let Ok(Manifest::Index(index)) = Manifest::parse(&index.media_type, &index.bytes) else {
        panic!("no index")
    };
    let mut found = Vec::new();
    for child in &index.manifests {
        found.push(match client.manifest(&sparse, &by_digest(&child.digest)).await {
            Ok(_) => true,
            Err(Error::ManifestUnknown { .. }) => false,
            Err(other) => panic!("{other:?}"),
        });
    }
    assert_eq!(found, [true, false, true]);

    let broken = repository(samples::MISSING_CONFIG);
    let image = client.manifest(&broken, &tag("latest")).await.unwrap();
    let Ok(Manifest::Image(image)) = Manifest::parse(&image.media_type, &image.bytes) else {
        panic!("no image")
    };
    let digest = image.config.unwrap().digest;
    let unknown = Err(Error::BlobUnknown { repository: broken.clone(), digest: digest.clone() });
    assert_eq!(client.blob(&broken, &digest, 4096).await, unknown);
}

#[tokio::test]
async fn gets_manifests_of_all_types_as_they_were_pushed() {
    let registry = holding(&[samples::DOCKER, samples::NESTED]).await;
    let client = client(&registry);
    for (name, reference, media_type) in [
        (samples::DOCKER, "schema2", DOCKER_MANIFEST),
        (samples::DOCKER, "list", DOCKER_LIST),
        (samples::NESTED, "latest", OCI_INDEX),
    ] {
        let pushed = sample(name);
        let pushed = pushed.tagged(reference).unwrap();
        let got = client.manifest(&repository(name), &tag(reference)).await.unwrap();
        assert_eq!((got.digest.as_str(), got.media_type.as_str()), (pushed.digest.as_str(), media_type));
        assert_eq!(got.bytes, pushed.bytes);
        let head = client.head_manifest(&repository(name), &tag(reference)).await.unwrap();
        assert_eq!(head.digest, Some(got.digest.clone()));
        assert_eq!(head.media_type.as_deref(), Some(media_type));
        assert_eq!(head.size, Some(got.bytes.len() as u64));
        assert_eq!(client.manifest(&repository(name), &by_digest(&got.digest)).await, Ok(got));
    }
}

#[tokio::test]
async fn is_told_that_nothing_changed() {
    let registry = holding(&[samples::WASM]).await;
    let (client, wasm) = (client(&registry), repository(samples::WASM));
    let known = client.manifest(&wasm, &tag("latest")).await.unwrap().digest;
    assert_eq!(client.manifest_if_changed(&wasm, &tag("latest"), &known).await, Ok(None));
    assert!(registry.log().contains("304"), "the registry itself said so");
    let changed = client.manifest_if_changed(&wasm, &tag("latest"), &sha256("other")).await.unwrap();
    assert_eq!(changed.unwrap().digest, known);
}

#[tokio::test]
async fn reads_blobs_and_stops_at_the_limit() {
    let registry = holding(&[samples::ZSTD]).await;
    let (client, zstd) = (client(&registry), repository(samples::ZSTD));
    let image = client.manifest(&zstd, &tag("latest")).await.unwrap();
    let Ok(Manifest::Image(image)) = Manifest::parse(&image.media_type, &image.bytes) else {
        panic!("no image")
    };
    for blob in image.config.iter().chain(&image.layers) {
        let bytes = client.blob(&zstd, &blob.digest, blob.size).await.unwrap();
        assert_eq!(bytes.len() as u64, blob.size);
        let error = client.blob(&zstd, &blob.digest, blob.size - 1).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn notices_a_blob_that_was_damaged_in_the_storage() {
    let registry = holding(&[samples::WASM]).await;
    let (client, wasm) = (client(&registry), repository(samples::WASM));
    let artifact = client.manifest(&wasm, &tag("latest")).await.unwrap();
    let Ok(Manifest::Image(artifact)) = Manifest::parse(&artifact.media_type, &artifact.bytes) else {
        panic!("no artifact")
    };
    let layer = &artifact.layers[0];
    let file = registry.blob_file(layer.digest.as_str());
    let mut content = std::fs::read(&file).unwrap();
    content[0] ^= 1;
    std::fs::write(&file, content).unwrap();
    let error = client.blob(&wasm, &layer.digest, layer.size).await.unwrap_err();
    assert!(matches!(error, Error::DigestMismatch { .. }), "{error:?}");
}

#[tokio::test]
async fn finds_referrers_by_their_fallback_tag() {
    let registry = holding(&[samples::SIGNED]).await;
    let (client, signed) = (client(&registry), repository(samples::SIGNED));
    let subject = client.manifest(&signed, &tag("latest")).await.unwrap().digest;
    let found = client.referrers(&signed, &subject, None).await.unwrap();
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|it| it.artifact_type.is_some() && !it.annotations.is_empty()), "{found:?}");
    let found = client.referrers(&signed, &subject, Some("application/spdx+json")).await.unwrap();
    assert_eq!(found.len(), 1);
    let unsigned = client.manifest(&signed, &tag("0.9.0")).await.unwrap().digest;
    assert_eq!(client.referrers(&signed, &unsigned, None).await, Ok(vec![]));
}

#[tokio::test]
async fn finds_a_registry_again_that_was_restarted() {
    let mut registry = holding(&[samples::WASM]).await;
    let mut config = settings(&registry);
    config.retries = 0;
    let (client, wasm) = (Client::new(config).unwrap(), repository(samples::WASM));
    assert!(client.tags(&wasm).await.is_ok());
    registry.stop();
    // The first call may still find the old connection, closing.
    let mut reasons = Vec::new();
    for _ in 0..2 {
        match client.tags(&wasm).await {
            Err(Error::Unreachable { reason, .. }) => reasons.push(reason),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(reasons[1], UnreachableReason::Refused);
    registry.restart().await.unwrap();
    assert!(client.tags(&wasm).await.is_ok());
}

#[tokio::test]
async fn is_left_in_peace_by_limits_of_another_kind() {
    let registry = holding(&[samples::WASM]).await;
    let mut config = settings(&registry);
    config.limits = Limits { manifest: 10, ..config.limits };
    let (client, wasm) = (Client::new(config).unwrap(), repository(samples::WASM));
    assert!(client.tags(&wasm).await.is_ok());
    let error = client.manifest(&wasm, &tag("latest")).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 10, .. }), "{error:?}");
    // Nothing is read for a HEAD.
    assert!(client.head_manifest(&wasm, &tag("latest")).await.is_ok());
}
