//! Manifests and their digests.

use std::sync::Arc;

use futures::future::join_all;
use registry::client::{Client, ManifestHead};
use registry::fake::{Answer, Fake};
use registry::media_type::{ACCEPT_MANIFEST, DOCKER_SCHEMA1_SIGNED, OCI_INDEX, OCI_MANIFEST};
use registry::{Digest, Error};
use tokio::sync::Semaphore;

use crate::support::{by_digest, client, config, repository, sha256, sha512, tag};

const BODY: &str = r#"{"schemaVersion":2,"layers":[]}"#;
const PATH: &str = "/v2/demo/app/manifests/latest";

fn path(digest: &Digest) -> String {
    format!("/v2/demo/app/manifests/{digest}")
}

fn manifest() -> Answer {
    Answer::ok(OCI_MANIFEST, BODY)
}

#[tokio::test]
async fn accepts_every_type_of_manifest_each_time() {
    let fake = Fake::start().await;
    fake.on("GET", PATH, manifest());
    fake.on("HEAD", PATH, manifest());
    let (client, demo) = (client(&fake), repository("demo/app"));
    client.head_manifest(&demo, &tag("latest")).await.unwrap();
    client.manifest(&demo, &tag("latest")).await.unwrap();
    client.manifest_if_changed(&demo, &tag("latest"), &sha256("other")).await.unwrap();
    let seen = fake.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|it| it.header("accept") == ACCEPT_MANIFEST), "{seen:?}");
}

#[tokio::test]
async fn computes_the_digest_whatever_the_header_says() {
    let fake = Fake::start().await;
    let (client, demo) = (client(&fake), repository("demo/app"));
    let wrong = sha256("something else").to_string();
    for answer in [
        manifest(),
        manifest().header("docker-content-digest", &wrong),
        manifest().header("docker-content-digest", "nonsense"),
        manifest().header("docker-content-digest", sha512("something else").as_str()),
    ] {
        fake.on("GET", PATH, answer);
        let got = client.manifest(&demo, &tag("latest")).await.unwrap();
        assert_eq!(got.digest, sha256(BODY));
        assert_eq!(got.bytes, BODY);
    }
}

#[tokio::test]
async fn believes_a_digest_of_another_algorithm_that_is_right() {
    let fake = Fake::start().await;
    fake.on("GET", PATH, manifest().header("docker-content-digest", sha512(BODY).as_str()));
    let got = client(&fake).manifest(&repository("demo/app"), &tag("latest")).await.unwrap();
    assert_eq!(got.digest, sha512(BODY));
}

#[tokio::test]
async fn verifies_content_by_the_algorithm_of_its_digest() {
    let fake = Fake::start().await;
    let (client, demo) = (client(&fake), repository("demo/app"));
    for digest in [sha256(BODY), sha512(BODY)] {
        fake.on("GET", &path(&digest), manifest());
        assert_eq!(client.manifest(&demo, &by_digest(&digest)).await.unwrap().digest, digest);
        fake.on("GET", &path(&digest), Answer::ok(OCI_MANIFEST, "{}"));
        let error = client.manifest(&demo, &by_digest(&digest)).await.unwrap_err();
        assert!(matches!(error, Error::DigestMismatch { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn takes_the_digest_of_a_signed_manifest_from_the_header() {
    let fake = Fake::start().await;
    let payload = sha256("the part that is signed");
    let answer = Answer::ok(DOCKER_SCHEMA1_SIGNED, BODY).header("docker-content-digest", payload.as_str());
    fake.on("GET", PATH, answer.clone());
    fake.on("GET", &path(&payload), answer);
    let (client, demo) = (client(&fake), repository("demo/app"));
    assert_eq!(client.manifest(&demo, &tag("latest")).await.unwrap().digest, payload);
    assert_eq!(client.manifest(&demo, &by_digest(&payload)).await.unwrap().digest, payload);
}

#[tokio::test]
async fn finds_out_the_type_that_a_registry_does_not_name() {
    let fake = Fake::start().await;
    fake.on("GET", PATH, Answer::ok("application/json; charset=utf-8", r#"{"manifests":[]}"#));
    let got = client(&fake).manifest(&repository("demo/app"), &tag("latest")).await.unwrap();
    assert_eq!(got.media_type, OCI_INDEX);
}

#[tokio::test]
async fn a_head_says_what_the_registry_says() {
    let fake = Fake::start().await;
    let (client, demo) = (client(&fake), repository("demo/app"));
    fake.on("HEAD", PATH, manifest().header("docker-content-digest", sha256(BODY).as_str()));
    let head = client.head_manifest(&demo, &tag("latest")).await.unwrap();
    let size = Some(BODY.len() as u64);
    let media_type = Some(OCI_MANIFEST.to_owned());
    assert_eq!(head, ManifestHead { digest: Some(sha256(BODY)), media_type: media_type.clone(), size });

    fake.on("HEAD", PATH, manifest());
    let head = client.head_manifest(&demo, &tag("latest")).await.unwrap();
    assert_eq!(head, ManifestHead { digest: None, media_type, size });
    assert_eq!(fake.count("GET", PATH), 0);
}

#[tokio::test]
async fn fetches_the_manifest_where_a_head_is_refused_or_finds_nothing() {
    for status in [404, 405, 400, 501] {
        let fake = Fake::start().await;
        fake.on("HEAD", PATH, Answer::status(status));
        fake.on("GET", PATH, manifest());
        let head = client(&fake).head_manifest(&repository("demo/app"), &tag("latest")).await.unwrap();
        assert_eq!(head.digest, Some(sha256(BODY)), "{status}");
    }
}

#[tokio::test]
async fn tells_a_missing_manifest_from_a_missing_repository() {
    let fake = Fake::start().await;
    let (client, demo) = (client(&fake), repository("demo/app"));
    let unknown = Error::ManifestUnknown { repository: demo.clone(), reference: tag("latest") };
    for answer in [
        Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"),
        Answer::status(404),
        Answer::ok("text/html", "<html>").with_status(404),
    ] {
        fake.on("GET", PATH, answer);
        assert_eq!(client.manifest(&demo, &tag("latest")).await, Err(unknown.clone()));
        assert_eq!(client.head_manifest(&demo, &tag("latest")).await, Err(unknown.clone()));
    }
    fake.on("GET", PATH, Answer::error(404, "NAME_UNKNOWN", "repository name not known to registry"));
    let unknown = Error::RepositoryUnknown { repository: demo.clone() };
    assert_eq!(client.manifest(&demo, &tag("latest")).await, Err(unknown));
}

#[tokio::test]
async fn sends_the_known_digest_and_understands_that_nothing_changed() {
    let fake = Fake::start().await;
    let known = sha256(BODY);
    let quoted = format!("\"{known}\"");
    fake.script("GET", PATH, move |seen| {
        if seen.header("if-none-match") == quoted { Answer::status(304) } else { manifest() }
    });
    let (client, demo) = (client(&fake), repository("demo/app"));
    assert_eq!(client.manifest_if_changed(&demo, &tag("latest"), &known).await, Ok(None));
    let changed = client.manifest_if_changed(&demo, &tag("latest"), &sha256("old")).await.unwrap();
    assert_eq!(changed.unwrap().digest, known);
}

#[tokio::test]
async fn compares_digests_where_the_registry_ignores_the_known_one() {
    let fake = Fake::start().await;
    fake.on("GET", PATH, manifest());
    let (client, demo) = (client(&fake), repository("demo/app"));
    assert_eq!(client.manifest_if_changed(&demo, &tag("latest"), &sha256(BODY)).await, Ok(None));
    assert!(client.manifest_if_changed(&demo, &tag("latest"), &sha256("old")).await.unwrap().is_some());
}

#[tokio::test]
async fn asks_with_a_head_first_where_pulls_are_counted() {
    let fake = Fake::start().await;
    let counted =
        manifest().header("ratelimit-limit", "100;w=21600").header("ratelimit-remaining", "99;w=21600");
    fake.on("GET", PATH, counted.clone());
    fake.on("HEAD", PATH, counted.header("docker-content-digest", sha256(BODY).as_str()));
    let (client, demo) = (client(&fake), repository("demo/app"));
    assert!(!client.counts_pulls());
    client.manifest(&demo, &tag("latest")).await.unwrap();
    assert!(client.counts_pulls());
    assert_eq!(client.manifest_if_changed(&demo, &tag("latest"), &sha256(BODY)).await, Ok(None));
    assert_eq!((fake.count("GET", PATH), fake.count("HEAD", PATH)), (1, 1));
    assert!(client.manifest_if_changed(&demo, &tag("latest"), &sha256("old")).await.unwrap().is_some());
    assert_eq!((fake.count("GET", PATH), fake.count("HEAD", PATH)), (2, 2));
}

#[tokio::test]
async fn reads_no_manifest_beyond_its_limit() {
    let fake = Fake::start().await;
    let mut config = config(fake.url());
    config.limits.manifest = 1000;
    let (client, demo) = (Client::new(config).unwrap(), repository("demo/app"));
    for answer in [
        Answer::ok(OCI_MANIFEST, vec![b' '; 1001]),
        Answer::ok(OCI_MANIFEST, "").chunked(vec![b' '; 1001]),
        Answer::ok(OCI_MANIFEST, "").endless("    "),
        Answer::ok(OCI_MANIFEST, "").announcing(u64::MAX / 2).broken_after("{"),
    ] {
        fake.on("GET", PATH, answer);
        let error = client.manifest(&demo, &tag("latest")).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: 1000, .. }), "{error:?}");
    }
    fake.on("GET", PATH, Answer::ok(OCI_MANIFEST, vec![b' '; 1000]));
    assert!(client.manifest(&demo, &tag("latest")).await.is_ok());
}

#[tokio::test]
async fn the_same_digest_is_fetched_once_for_all_who_ask_at_once() {
    let fake = Fake::start().await;
    let (gate, digest) = (Arc::new(Semaphore::new(0)), sha256(BODY));
    fake.on("GET", &path(&digest), manifest().gated(&gate));
    let (client, demo) = (client(&fake), repository("demo/app"));
    let reference = by_digest(&digest);
    let all = join_all((0..20).map(|_| client.manifest(&demo, &reference)));
    // All have asked before the first answer can come.
    let (results, ()) = tokio::join!(all, async { gate.add_permits(1) });
    assert!(results.iter().all(|it| it.as_ref().is_ok_and(|it| it.digest == digest)));
    assert_eq!(fake.count("GET", &path(&digest)), 1);

    gate.add_permits(1);
    client.manifest(&demo, &reference).await.unwrap();
    assert_eq!(fake.count("GET", &path(&digest)), 2, "nothing is kept");
}

#[tokio::test]
async fn a_tag_is_asked_for_anew_by_each() {
    let fake = Fake::start().await;
    fake.on("GET", PATH, manifest());
    let (client, demo, latest) = (client(&fake), repository("demo/app"), tag("latest"));
    join_all((0..3).map(|_| client.manifest(&demo, &latest))).await;
    assert_eq!(fake.count("GET", PATH), 3);
}
