//! Passing on what somebody else asks.

use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use registry::Error;
use registry::client::{Client, ClientConfig, RelayBody, RelayLocation, RelayRequest, Relayed, Timeouts};
use registry::fake::{Answer, Fake};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;

use crate::support::{SOMEONE, client, config, someone};

const UPLOAD: &str = "/v2/a/blobs/uploads/1";

fn asked(method: Method, path: &str, body: RelayBody) -> RelayRequest {
    let path = path.strip_prefix("/v2/").unwrap().parse().unwrap();
    RelayRequest { method, path, query: None, elsewhere: None, headers: HeaderMap::new(), body }
}

fn nothing() -> RelayBody {
    RelayBody::Whole(Bytes::new())
}

/// What comes in two bits.
fn bits() -> RelayBody {
    let chunks = stream::iter(["one", "two"]).map(|it| Ok(Bytes::from(it))).boxed();
    RelayBody::Stream { chunks, length: Some(6) }
}

async fn read(relayed: Relayed) -> Result<Vec<u8>, Error> {
    relayed.body.try_fold(Vec::new(), async |all, chunk| Ok([&all[..], &chunk[..]].concat())).await
}

fn hasty(fake: &Fake) -> Client {
    let config = config(fake.url());
    let stalled = Duration::from_millis(100);
    let timeouts = Timeouts { stalled, written: stalled, catalog: stalled, ..config.timeouts };
    Client::new(ClientConfig { timeouts, ..config }).unwrap()
}

#[tokio::test]
async fn a_body_is_sent_on_with_its_length_and_after_it_is_known_who_we_are() {
    let fake = Fake::start().await;
    fake.script("GET", "/v2/", |seen| match seen.header("authorization") {
        SOMEONE => Answer::json(&json!({})),
        _ => Answer::unauthorized("Basic realm=\"x\""),
    });
    fake.on(
        "PATCH",
        UPLOAD,
        Answer::status(202).header("location", "http://wrong.example/v2/a/blobs/uploads/2?s=%2f"),
    );
    let relayed = someone(&fake).relay(asked(Method::PATCH, UPLOAD, bits())).await.unwrap();
    assert_eq!(relayed.status, 202);
    let path = "a/blobs/uploads/2".parse().unwrap();
    assert_eq!(relayed.location, Some(RelayLocation::Api { path, query: Some("s=%2f".to_owned()) }));
    let seen = fake.seen_at("PATCH", UPLOAD).remove(0);
    assert_eq!((seen.header("content-length"), seen.header("authorization")), ("6", SOMEONE));
    assert_eq!(seen.body, "onetwo");
}

#[tokio::test]
async fn what_was_sent_once_is_not_sent_again_but_the_next_is_not_refused() {
    let fake = Fake::start().await;
    let demand = format!("Bearer realm=\"{}token\",scope=\"repository:a:pull,push\"", fake.url());
    fake.on("GET", "/token", Answer::json(&json!({ "token": "new" })));
    fake.on("GET", "/v2/", Answer::json(&json!({})));
    fake.script("PATCH", UPLOAD, move |seen| match seen.header("authorization") {
        "Bearer new" => Answer::status(202),
        _ => Answer::unauthorized(&demand),
    });
    let client = client(&fake);
    let refused = client.relay(asked(Method::PATCH, UPLOAD, bits())).await;
    assert!(matches!(refused, Err(Error::Upstream { status: 401, .. })), "{refused:?}");
    assert_eq!(fake.count("PATCH", UPLOAD), 1);
    assert_eq!(client.relay(asked(Method::PATCH, UPLOAD, bits())).await.unwrap().status, 202);
    assert_eq!(fake.count("PATCH", UPLOAD), 2);
    // What is at hand is sent again at once.
    let other = super::support::client(&fake);
    assert_eq!(other.relay(asked(Method::PATCH, UPLOAD, nothing())).await.unwrap().status, 202);
}

#[tokio::test]
async fn what_stands_still_is_given_up() {
    let fake = Fake::start().await;
    let client = hasty(&fake);
    fake.on("GET", "/v2/", Answer::json(&json!({})));
    // Whoever sends it stops.
    let chunks = stream::iter([Ok(Bytes::from("one"))]).chain(stream::pending()).boxed();
    let stopped =
        client.relay(asked(Method::PATCH, UPLOAD, RelayBody::Stream { chunks, length: Some(6) })).await;
    assert!(
        matches!(&stopped, Err(Error::Unreadable { why, .. }) if why.contains("nothing more")),
        "{stopped:?}"
    );
    // The registry does not answer, before or after something was sent.
    let late = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let answer = Answer::status(202).gated(&late);
    fake.on("PATCH", UPLOAD, answer.clone());
    fake.on("GET", "/v2/a/tags/list", answer);
    for request in [asked(Method::PATCH, UPLOAD, bits()), asked(Method::GET, "/v2/a/tags/list", nothing())] {
        let late = client.relay(request).await;
        assert!(matches!(late, Err(Error::Timeout { .. })), "{late:?}");
    }
    // Whoever sends it hangs up.
    let chunks = stream::iter([Ok(Bytes::from("one")), Err("gone".into())]).boxed();
    let broken =
        client.relay(asked(Method::PATCH, UPLOAD, RelayBody::Stream { chunks, length: Some(6) })).await;
    assert!(matches!(&broken, Err(Error::Unreadable { why, .. }) if why.contains("hung up")), "{broken:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error() {
    let fake = Fake::start().await;
    let digest = crate::support::sha256("x");
    let path = format!("/v2/a/blobs/{digest}");
    fake.on("GET", &path, Answer::ok("application/octet-stream", "whole"));
    let client = client(&fake);
    assert_eq!(
        read(client.relay(asked(Method::GET, &path, nothing())).await.unwrap()).await.unwrap(),
        b"whole"
    );
    fake.on("GET", &path, Answer::ok("application/octet-stream", "").broken_after("part"));
    let relayed = client.relay(asked(Method::GET, &path, nothing())).await.unwrap();
    assert!(matches!(read(relayed).await, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn a_registry_may_take_its_time_once_all_was_sent() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::json(&json!({})));
    fake.on("PATCH", UPLOAD, Answer::status(202).after(Duration::from_millis(500)));
    let config = config(fake.url());
    let timeouts = Timeouts { stalled: Duration::from_millis(50), ..config.timeouts };
    let client = Client::new(ClientConfig { timeouts, ..config }).unwrap();
    assert_eq!(client.relay(asked(Method::PATCH, UPLOAD, bits())).await.unwrap().status, 202);
}
