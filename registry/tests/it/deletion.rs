//! Deleting and putting back, at real registries and where those show nothing of the kind.

use bytes::Bytes;
use registry::client::{Client, ClientConfig, Deletes, DeletionSupport};
use registry::error::BlockedReason;
use registry::fake::{Answer, Fake};
use registry::media_type::{OCI_CONFIG, OCI_MANIFEST};
use registry::{Digest, Error, Tag};
use serde_json::json;
use testbed::token_server::ADMIN;
use testbed::{Distribution, Ferro, Pusher, TokenServer, samples};

use crate::distribution::holding;
use crate::support::{by_digest, client, config, credentials, names, repository, sha256, tag};

const MANIFESTS: &str = "/v2/demo/app/manifests";

async fn deleting() -> Distribution {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    let sample = samples::one(samples::CLI, samples::Clock::FIXED).unwrap();
    samples::fill(&registry, [sample]).await.unwrap();
    registry
}

fn to(url: &str) -> Client {
    Client::new(config(url.parse().unwrap())).unwrap()
}

fn name(tag: &str) -> Tag {
    tag.parse().unwrap()
}

async fn tags_of(client: &Client, name: &str) -> Vec<String> {
    let mut tags = names(client.tags(&repository(name)).await.unwrap());
    tags.sort();
    tags
}

#[tokio::test]
async fn distribution_deletes_by_digest_with_all_tags_and_never_by_tag() {
    let registry = deleting().await;
    let (client, cli) = (to(&registry.url()), repository(samples::CLI));
    let digest = client.manifest(&cli, &tag("latest")).await.unwrap().digest;
    let error = client.delete_tag(&cli, &name("latest")).await.unwrap_err();
    assert!(matches!(error, Error::Unsupported { status: 400, read_only: false, .. }), "{error:?}");
    assert_eq!(tags_of(&client, samples::CLI).await, ["0.9.0", "1", "1.0.0", "1.1.0", "latest"]);
    assert_eq!(client.delete_manifest(&cli, &digest).await, Ok(true));
    assert_eq!(tags_of(&client, samples::CLI).await, ["0.9.0", "1.0.0"]);
    assert_eq!(client.delete_manifest(&cli, &digest).await, Ok(false));
}

#[tokio::test]
async fn a_probe_tells_what_a_registry_can_do_and_deletes_nothing() {
    let registry = deleting().await;
    let cli = repository(samples::CLI);
    let probe = async |url: String| to(&url).probe_deletion(&cli, "unique-1").await.unwrap();
    let found = probe(registry.url()).await;
    assert_eq!(found, DeletionSupport { by_digest: Deletes::Yes, by_tag: false, is_distribution: true });
    assert_eq!(tags_of(&to(&registry.url()), samples::CLI).await.len(), 5);
    let off = Distribution::builder().root(registry.storage()).start().await.unwrap();
    assert_eq!(probe(off.url()).await.by_digest, Deletes::Off);
    let read_only =
        Distribution::builder().delete(true).readonly(true).root(registry.storage()).start().await.unwrap();
    assert_eq!(probe(read_only.url()).await.by_digest, Deletes::ReadOnly);
    let ferro = Ferro::start().unwrap();
    let found = to(&ferro.url()).probe_deletion(&cli, "unique-1").await.unwrap();
    assert_eq!((found.by_digest, found.by_tag), (Deletes::Yes, false));
}

#[tokio::test]
async fn deleting_asks_for_a_token_that_may_delete() {
    let open = holding(&[samples::WASM]).await;
    let tokens = TokenServer::start().unwrap();
    let registry =
        Distribution::builder().delete(true).token_auth(&tokens).root(open.storage()).start().await.unwrap();
    let url = registry.url().parse().unwrap();
    let as_user = |user, password| {
        Client::new(ClientConfig { credentials: credentials(user, password), ..config(url) }).unwrap()
    };
    let wasm = repository(samples::WASM);
    let admin = as_user(ADMIN.user, ADMIN.password);
    let digest = admin.manifest(&wasm, &tag("latest")).await.unwrap().digest;
    assert_eq!(admin.delete_manifest(&wasm, &digest).await, Ok(true));
    let scopes: Vec<String> = tokens.requests().into_iter().flat_map(|it| it.scopes).collect();
    assert!(scopes.contains(&"repository:demo/wasm:delete".to_owned()), "{scopes:?}");
}

#[tokio::test]
async fn who_may_not_delete_is_told_so() {
    let open = holding(&[samples::WASM]).await;
    let tokens = TokenServer::start().unwrap();
    let registry =
        Distribution::builder().delete(true).token_auth(&tokens).root(open.storage()).start().await.unwrap();
    let reader = testbed::token_server::READER;
    let config = config(registry.url().parse().unwrap());
    let client =
        Client::new(ClientConfig { credentials: credentials(reader.user, reader.password), ..config })
            .unwrap();
    let error = client.delete_manifest(&repository(samples::WASM), &sha256("x")).await.unwrap_err();
    assert!(
        matches!(&error, Error::Denied { status: 401, action, .. } if action == "repository:demo/wasm:delete"),
        "{error:?}"
    );
    let probed = client.probe_deletion(&repository(samples::WASM), "unique-2").await.unwrap();
    assert!(matches!(probed.by_digest, Deletes::Denied(_)), "{probed:?}");
}

#[tokio::test]
async fn what_was_deleted_is_put_back_byte_for_byte() {
    let registry = deleting().await;
    let (client, cli) = (to(&registry.url()), repository(samples::CLI));
    let index = client.manifest(&cli, &tag("0.9.0")).await.unwrap();
    let child = index_children(&index.bytes)[0].clone();
    let child_bytes = client.manifest(&cli, &by_digest(&child)).await.unwrap();
    assert_eq!(client.delete_manifest(&cli, &index.digest).await, Ok(true));
    assert_eq!(client.delete_manifest(&cli, &child).await, Ok(true));
    let put = async |reference, manifest: &registry::client::ManifestBytes| {
        client.put_manifest(&cli, &reference, &manifest.media_type, manifest.bytes.clone()).await
    };
    let error = put(tag("0.9.0"), &index).await.unwrap_err();
    assert!(matches!(&error, Error::ContentMissing { digests, .. } if digests.contains(&child)), "{error:?}");
    put(by_digest(&child), &child_bytes).await.unwrap();
    put(tag("0.9.0"), &index).await.unwrap();
    assert_eq!(client.manifest(&cli, &tag("0.9.0")).await.unwrap(), index);
}

fn index_children(bytes: &[u8]) -> Vec<Digest> {
    let index: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let children = index["manifests"].as_array().unwrap().iter();
    children.map(|it| it["digest"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn blobs_are_put_once() {
    let registry = Distribution::builder().start().await.unwrap();
    let (client, repository) = (to(&registry.url()), repository("demo/app"));
    let content = Bytes::from_static(b"a stand-in");
    assert_eq!(client.has_blob(&repository, &sha256(&content)).await, Ok(false));
    for _ in 0..2 {
        assert_eq!(client.put_blob(&repository, content.clone()).await, Ok(sha256(&content)));
    }
    assert_eq!(registry.log().lines().filter(|it| it.contains("\"POST ")).count(), 1);
    let manifest = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "layers": [],
        "config": { "mediaType": OCI_CONFIG, "digest": sha256(&content), "size": content.len() },
    });
    client.put_manifest(&repository, &tag("1"), OCI_MANIFEST, manifest.to_string().into()).await.unwrap();
    assert_eq!(tags_of(&client, "demo/app").await, ["1"]);
}

#[tokio::test]
async fn a_blob_that_was_collected_is_named() {
    let registry = Distribution::builder().start().await.unwrap();
    let (client, repository) = (to(&registry.url()), repository("demo/app"));
    Pusher::to(&registry).blob("demo/app", sha256("{}").as_str(), "{}".into()).await.unwrap();
    let layer = sha256("a layer that is not there");
    let manifest = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST,
        "config": { "mediaType": OCI_CONFIG, "digest": sha256("{}"), "size": 2 },
        "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": layer, "size": 9 }],
    });
    let error = client
        .put_manifest(&repository, &tag("1"), OCI_MANIFEST, manifest.to_string().into())
        .await
        .unwrap_err();
    assert_eq!(error, Error::ContentMissing { repository, digests: vec![layer] });
}

#[tokio::test]
async fn every_refusal_has_its_meaning() {
    let fake = Fake::start().await;
    let (client, app) = (client(&fake), repository("demo/app"));
    let digest = sha256("x");
    let path = format!("{MANIFESTS}/{digest}");
    let delete = async |answer: Answer| {
        fake.on("DELETE", &path, answer);
        client.delete_manifest(&app, &digest).await
    };
    for status in [200, 202, 204] {
        assert_eq!(delete(Answer::status(status)).await, Ok(true));
    }
    assert_eq!(delete(Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown")).await, Ok(false));
    let unsupported = |read_only| move |error: &Error| matches!(error, Error::Unsupported { read_only: it, .. } if *it == read_only);
    let off = delete(Answer::error(405, "UNSUPPORTED", "The operation is unsupported.")).await.unwrap_err();
    assert!(unsupported(false)(&off), "{off:?}");
    let off = delete(Answer::error(400, "UNSUPPORTED", "no")).await.unwrap_err();
    assert!(unsupported(false)(&off), "{off:?}");
    let read_only =
        delete(Answer::ok("text/plain", "Method not allowed\n").with_status(405)).await.unwrap_err();
    assert!(unsupported(true)(&read_only), "{read_only:?}");
    for (status, code) in [(405, "DENIED"), (409, "MANIFEST_INVALID"), (412, "DENIED"), (423, "")] {
        let held = delete(Answer::error(status, code, "an index needs it")).await.unwrap_err();
        assert!(
            matches!(&held, Error::Held { message, .. } if message == "an index needs it"),
            "{status} {code}: {held:?}"
        );
    }
    let denied = delete(Answer::error(403, "DENIED", "not yours")).await.unwrap_err();
    assert!(
        matches!(&denied, Error::Denied { status: 403, message, .. } if message == "not yours"),
        "{denied:?}"
    );
    let busy = delete(Answer::status(429).header("retry-after", "600")).await.unwrap_err();
    assert!(matches!(busy, Error::RateLimited { .. }), "{busy:?}");
    let failed = delete(Answer::status(500)).await.unwrap_err();
    assert!(matches!(failed, Error::Upstream { status: 500, .. }), "{failed:?}");
}

#[tokio::test]
async fn a_deletion_that_fails_in_passing_is_tried_again() {
    let fake = Fake::start().await;
    let digest = sha256("x");
    let path = format!("{MANIFESTS}/{digest}");
    fake.in_turn("DELETE", &path, [Answer::status(503), Answer::status(202)]);
    assert_eq!(client(&fake).delete_manifest(&repository("demo/app"), &digest).await, Ok(true));
    assert_eq!(fake.count("DELETE", &path), 2);
}

#[tokio::test]
async fn a_change_is_never_led_to_another_host() {
    let (fake, other) = (Fake::start().await, Fake::start().await);
    let digest = sha256("x");
    for method in ["DELETE", "PUT"] {
        let target = format!("{}v2/demo/app/manifests/{digest}", other.url());
        fake.on(method, &format!("{MANIFESTS}/{digest}"), Answer::redirect(&target));
    }
    let config = ClientConfig { trusted_hosts: vec!["*".to_owned()], ..config(fake.url()) };
    let (client, app) = (Client::new(config).unwrap(), repository("demo/app"));
    let blocked = Error::Blocked { host: other.host(), why: BlockedReason::ChangeElsewhere };
    assert_eq!(client.delete_manifest(&app, &digest).await, Err(blocked.clone()));
    let put = client.put_manifest(&app, &by_digest(&digest), OCI_MANIFEST, Bytes::new()).await;
    assert_eq!(put, Err(blocked));
    assert_eq!(other.n_seen(), 0);
}

#[tokio::test]
async fn an_upload_goes_on_at_the_address_that_is_known_whatever_the_registry_calls_itself() {
    let fake = Fake::start().await;
    let content = Bytes::from_static(b"x");
    for location in [
        "http://internal.example:5000/v2/demo/app/blobs/uploads/1?_state=a",
        "/lost/prefix/v2/demo/app/blobs/uploads/1?_state=a",
        "/v2/demo/app/blobs/uploads/1?_state=a",
    ] {
        let begun = Answer::status(202).header("location", location);
        fake.on("POST", "/v2/demo/app/blobs/uploads/", begun);
        fake.on("PUT", "/v2/demo/app/blobs/uploads/1", Answer::status(201));
        client(&fake).put_blob(&repository("demo/app"), content.clone()).await.unwrap();
        let seen = fake.seen_at("PUT", "/v2/demo/app/blobs/uploads/1").pop().unwrap();
        let digest = sha256(&content).to_string().replace(':', "%3A");
        assert_eq!(seen.query, format!("_state=a&digest={digest}"), "{location}");
    }
}
