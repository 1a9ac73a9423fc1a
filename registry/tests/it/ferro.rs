//! Against ferro, which has the referrers API and pages of tags.

use bytes::Bytes;
use registry::client::{Client, ClientConfig};
use registry::media_type::OCI_MANIFEST;
use serde_json::json;
use testbed::{Ferro, Pusher};

use crate::support::{catalog, config, names, repository, sha256, tag};

const EMPTY: &str = "application/vnd.oci.empty.v1+json";

async fn push(
    pusher: &Pusher,
    name: &str,
    reference: &str,
    manifest: &serde_json::Value,
) -> registry::Digest {
    pusher.upload(name, sha256("{}").as_str(), Bytes::from_static(b"{}")).await.unwrap();
    let bytes = Bytes::from(manifest.to_string());
    let digest = sha256(&bytes);
    let reference = if reference.is_empty() { digest.as_str() } else { reference };
    pusher.manifest(name, reference, OCI_MANIFEST, bytes).await.unwrap();
    digest
}

fn artifact(number: usize) -> serde_json::Value {
    let empty = json!({ "mediaType": EMPTY, "digest": sha256("{}"), "size": 2 });
    json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": empty, "layers": [empty],
        "annotations": { "number": number.to_string() },
    })
}

fn client(ferro: &Ferro, page_size: u32) -> Client {
    Client::new(ClientConfig { page_size, ..config(ferro.url().parse().unwrap()) }).unwrap()
}

#[tokio::test]
async fn lists_tags_and_repositories_page_by_page() {
    let ferro = Ferro::start().unwrap();
    let pusher = Pusher::new(&ferro.url());
    let expected: Vec<_> = (0..7).map(|number| format!("v{number}")).collect();
    for (number, name) in expected.iter().enumerate() {
        push(&pusher, "demo/paged", name, &artifact(number)).await;
    }
    push(&pusher, "demo/other", "latest", &artifact(0)).await;
    let client = client(&ferro, 2);
    assert_eq!(names(client.tags(&repository("demo/paged")).await.unwrap()), expected);
    assert_eq!(catalog(&client).await.unwrap().concat(), ["demo/other", "demo/paged"]);
    // An unknown repository is an empty one here.
    assert_eq!(client.tags(&repository("never/pushed")).await, Ok(vec![]));
}

#[tokio::test]
async fn asks_the_referrers_api() {
    let ferro = Ferro::start().unwrap();
    let pusher = Pusher::new(&ferro.url());
    let subject = push(&pusher, "demo/app", "latest", &artifact(0)).await;
    let size = artifact(0).to_string().len();
    for (number, artifact_type) in
        ["application/spdx+json", "application/vnd.example.signature"].into_iter().enumerate()
    {
        let mut referrer = artifact(number + 1);
        referrer["artifactType"] = artifact_type.into();
        referrer["subject"] = json!({ "mediaType": OCI_MANIFEST, "digest": subject, "size": size });
        push(&pusher, "demo/app", "", &referrer).await;
    }
    let (client, app) = (client(&ferro, 1000), repository("demo/app"));
    let found = client.referrers(&app, &subject, None).await.unwrap();
    assert_eq!(found.len(), 2);
    let found = client.referrers(&app, &subject, Some("application/spdx+json")).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].annotations["number"], "1");
    assert_eq!(client.referrers(&app, &sha256("nothing"), None).await, Ok(vec![]));
}

#[tokio::test]
async fn compares_the_digest_itself() {
    let ferro = Ferro::start().unwrap();
    let known = push(&Pusher::new(&ferro.url()), "demo/app", "latest", &artifact(0)).await;
    let (client, app) = (client(&ferro, 1000), repository("demo/app"));
    assert_eq!(client.manifest_if_changed(&app, &tag("latest"), &known).await, Ok(None));
    assert!(client.manifest_if_changed(&app, &tag("latest"), &sha256("old")).await.unwrap().is_some());
}
