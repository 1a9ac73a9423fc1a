//! What is tried again, how often, and what is not.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use registry::Error;
use registry::client::{Client, ClientConfig};
use registry::fake::{Answer, Fake};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Semaphore;

use crate::support::{client, config, repository};

const TAGS: &str = "/v2/demo/app/tags/list";

fn tags() -> Answer {
    Answer::json(&json!({ "tags": ["1"] }))
}

#[tokio::test]
async fn tries_again_what_may_pass() {
    for passing in [
        Answer::status(500),
        Answer::status(502),
        Answer::status(503).header("retry-after", "0"),
        Answer::status(504),
        Answer::status(429),
        Answer::status(429).header("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"),
        Answer::status(200).broken_after("{"),
    ] {
        let fake = Fake::start().await;
        fake.in_turn("GET", TAGS, [passing.clone(), passing.clone(), passing.clone(), tags()]);
        assert!(client(&fake).tags(&repository("demo/app")).await.is_ok(), "{passing:?}");
        assert_eq!(fake.count("GET", TAGS), 4);
    }
}

#[tokio::test]
async fn gives_up_after_a_few_tries_with_the_last_error() {
    let fake = Fake::start().await;
    fake.on("GET", TAGS, Answer::ok("text/html", "<html>nginx").with_status(502));
    let error = client(&fake).tags(&repository("demo/app")).await.unwrap_err();
    let expected =
        Error::Upstream { host: fake.host(), status: 502, code: None, message: "Bad Gateway".to_owned() };
    assert_eq!(error, expected);
    assert!(error.is_temporary());
    assert_eq!(fake.count("GET", TAGS), 4);
}

#[tokio::test]
async fn does_not_repeat_what_will_not_change() {
    for answer in [
        Answer::status(400),
        Answer::status(403),
        Answer::status(404),
        Answer::status(405),
        Answer::status(501),
    ] {
        let fake = Fake::start().await;
        fake.on("GET", TAGS, answer.clone());
        let single = Client::new(ClientConfig { page_size: 1, ..config(fake.url()) }).unwrap();
        single.tags(&repository("demo/app")).await.unwrap_err();
        assert!(fake.seen_at("GET", TAGS).iter().filter(|it| it.query == "n=1").count() == 1, "{answer:?}");
    }
}

#[tokio::test]
async fn says_how_long_a_registry_wants_us_to_wait_instead_of_waiting_that_long() {
    let fake = Fake::start().await;
    fake.on("GET", TAGS, Answer::error(429, "TOOMANYREQUESTS", "slow down").header("retry-after", "3600"));
    let error = client(&fake).tags(&repository("demo/app")).await.unwrap_err();
    assert_eq!(error, Error::RateLimited { host: fake.host(), retry_after: Some(Duration::from_secs(3600)) });
    assert_eq!(fake.count("GET", TAGS), 1);
}

#[tokio::test]
async fn does_not_wait_beyond_the_end_of_the_call() {
    let fake = Fake::start().await;
    fake.on("GET", TAGS, Answer::status(429).header("retry-after", "9"));
    let mut config = config(fake.url());
    config.timeouts.call = Duration::from_secs(5);
    let error = Client::new(config).unwrap().tags(&repository("demo/app")).await.unwrap_err();
    assert_eq!(error, Error::RateLimited { host: fake.host(), retry_after: Some(Duration::from_secs(9)) });
    assert_eq!(fake.count("GET", TAGS), 1);
}

#[tokio::test]
async fn no_more_calls_than_configured_are_under_way_at_once() {
    let fake = Fake::start().await;
    let gate = Arc::new(Semaphore::new(0));
    fake.on("GET", TAGS, tags().gated(&gate));
    let client = Client::new(ClientConfig { concurrency: 2, ..config(fake.url()) }).unwrap();
    let demo = repository("demo/app");
    let mut calls: FuturesUnordered<_> = (0..6).map(|_| client.tags(&demo)).collect();
    for finished in 0..6 {
        let arrived = async {
            while fake.count("GET", TAGS) < (finished + 2).min(6) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = arrived => {}
            _ = calls.next() => panic!("nothing can finish while the gate is shut"),
        }
        assert_eq!(fake.count("GET", TAGS), (finished + 2).min(6));
        gate.add_permits(1);
        calls.next().await.unwrap().unwrap();
    }
}
