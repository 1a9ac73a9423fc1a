//! Blobs, and the stores that registries redirect to.

use std::sync::Arc;

use futures::future::join_all;
use registry::Error;
use registry::fake::{Answer, Fake};
use tokio::sync::Semaphore;

use crate::support::{client, repository, sha256, sha512};

const LIMIT: u64 = 4096;

#[tokio::test]
async fn gives_what_its_digest_promises_and_nothing_else() {
    let fake = Fake::start().await;
    let (client, demo) = (client(&fake), repository("demo/app"));
    for digest in [sha256("content"), sha512("content"), "blake3:abc".parse().unwrap()] {
        fake.on(
            "GET",
            &format!("/v2/demo/app/blobs/{digest}"),
            Answer::ok("application/octet-stream", "content"),
        );
        assert_eq!(client.blob(&demo, &digest, LIMIT).await.unwrap(), "content");
    }
    let digest = sha256("content");
    fake.on(
        "GET",
        &format!("/v2/demo/app/blobs/{digest}"),
        Answer::ok("application/octet-stream", "c0ntent"),
    );
    let error = client.blob(&demo, &digest, LIMIT).await.unwrap_err();
    assert!(
        matches!(&error, Error::DigestMismatch { actual, .. } if *actual == sha256("c0ntent")),
        "{error:?}"
    );
}

#[tokio::test]
async fn reads_no_blob_beyond_the_given_limit() {
    let fake = Fake::start().await;
    let (client, demo, digest) = (client(&fake), repository("demo/app"), sha256("content"));
    fake.on(
        "GET",
        &format!("/v2/demo/app/blobs/{digest}"),
        Answer::ok("application/octet-stream", "content"),
    );
    let error = client.blob(&demo, &digest, 6).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 6, .. }), "{error:?}");
    assert_eq!(client.blob(&demo, &digest, 7).await.unwrap(), "content");
}

#[tokio::test]
async fn a_blob_that_is_not_there_is_unknown() {
    let fake = Fake::start().await;
    let (client, demo, digest) = (client(&fake), repository("demo/app"), sha256("content"));
    let unknown = Err(Error::BlobUnknown { repository: demo.clone(), digest: digest.clone() });
    assert_eq!(client.blob(&demo, &digest, LIMIT).await, unknown);
}

#[tokio::test]
async fn reads_a_blob_again_that_broke_off() {
    let fake = Fake::start().await;
    let (client, demo, digest) = (client(&fake), repository("demo/app"), sha256("content"));
    let path = format!("/v2/demo/app/blobs/{digest}");
    let broken = Answer::status(200).announcing(7).broken_after("cont");
    fake.in_turn("GET", &path, [broken, Answer::ok("application/octet-stream", "content")]);
    assert_eq!(client.blob(&demo, &digest, LIMIT).await.unwrap(), "content");
    assert_eq!(fake.count("GET", &path), 2);
}

#[tokio::test]
async fn takes_a_body_that_announces_less_than_it_is_for_damaged() {
    let fake = Fake::start().await;
    let (client, demo, digest) = (client(&fake), repository("demo/app"), sha256("content"));
    let path = format!("/v2/demo/app/blobs/{digest}");
    fake.on("GET", &path, Answer::status(200).announcing(4).chunked("content"));
    let error = client.blob(&demo, &digest, LIMIT).await.unwrap_err();
    assert!(matches!(error, Error::DigestMismatch { .. }), "{error:?}");
}

#[tokio::test]
async fn the_same_blob_is_fetched_once_for_all_who_ask_at_once() {
    let fake = Fake::start().await;
    let (client, demo, digest) = (client(&fake), repository("demo/app"), sha256("content"));
    let path = format!("/v2/demo/app/blobs/{digest}");
    let gate = Arc::new(Semaphore::new(0));
    fake.on("GET", &path, Answer::ok("application/octet-stream", "content").gated(&gate));
    let all = join_all((0..20).map(|_| client.blob(&demo, &digest, LIMIT)));
    let (results, ()) = tokio::join!(all, async { gate.add_permits(1) });
    assert!(results.iter().all(|it| it.as_ref().is_ok_and(|it| it == "content")));
    assert_eq!(fake.count("GET", &path), 1);
}
