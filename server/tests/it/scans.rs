//! `/api/v1/scans`

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use registry::fake::{Answer, Fake};
use serde_json::json;
use testbed::samples;
use tokio::sync::Semaphore;

use crate::support::{Server, registry_with};

/// A registry whose list of tags does not come before the gate opens.
async fn slow_registry() -> (Fake, Arc<Semaphore>) {
    let fake = Fake::start().await;
    let gate = Arc::new(Semaphore::new(0));
    let tags = Answer::json(&json!({ "name": "demo/a", "tags": [] })).gated(&gate);
    fake.script("GET", "/v2/demo/a/tags/list", move |_| tags.clone());
    (fake, gate)
}

#[tokio::test]
async fn a_scan_is_begun_followed_and_listed() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let body = json!({ "registry": registry.host(), "repository": "team/tools/cli" });
    let begun = server.post_json("/api/v1/scans", &body, &[]).await;
    assert_eq!(begun.status, 202, "{}", begun.text());
    let location = begun.header("location");
    let ended = server.get_until(location, |it| it["state"] != "running").await;
    assert_eq!((&ended["state"], &ended["repository"]), (&json!("done"), &json!("team/tools/cli")));
    assert_eq!(ended["n_done"], ended["n_total"]);
    assert!(ended["n_done"].as_u64().unwrap() > 0 && ended["finished"].is_string(), "{ended}");
    server.scan().await;
    let list = server.get("/api/v1/scans?limit=2").await.json();
    assert_eq!(list["total"], 2);
    assert!(list["items"].as_array().unwrap().iter().any(|it| it["repository"].is_null()), "{list}");
}

#[tokio::test]
async fn what_is_being_scanned_is_not_scanned_twice_and_can_be_stopped() {
    let (fake, gate) = slow_registry().await;
    let server = Server::of(fake.url().as_str());
    let body = json!({ "repository": "demo/a" });
    let first = server.post_json("/api/v1/scans", &body, &[]).await;
    let second = server.post_json("/api/v1/scans", &body, &[]).await;
    assert_eq!(first.header("location"), second.header("location"));
    let stop = Request::delete(first.header("location")).body(Body::empty()).unwrap();
    assert_eq!(server.send(stop).await.status, 202);
    let ended = server.get_until(first.header("location"), |it| it["state"] != "running").await;
    assert_eq!(ended["state"], "stopped");
    gate.add_permits(1);
}

#[tokio::test]
async fn stopping_the_scan_of_a_registry_ends_those_of_its_repositories() {
    let (fake, gate) = slow_registry().await;
    let catalog = Answer::json(&json!({ "repositories": ["demo/a"] }));
    fake.script("GET", "/v2/_catalog", move |_| catalog.clone());
    let server = Server::of(fake.url().as_str());
    let begun = server.post_json("/api/v1/scans", &json!({}), &[]).await;
    let both = |state: &'static str| {
        move |list: &serde_json::Value| {
            let items = list["items"].as_array().unwrap();
            items.len() == 2 && items.iter().all(|it| it["state"] == state)
        }
    };
    server.get_until("/api/v1/scans", both("running")).await;
    let stop = Request::delete(begun.header("location")).body(Body::empty()).unwrap();
    assert_eq!(server.send(stop).await.status, 202);
    server.get_until("/api/v1/scans", both("stopped")).await;
    // Nobody holds it any more, so it can be begun again at once.
    gate.add_permits(10);
    let again = server.post_json("/api/v1/scans", &json!({ "repository": "demo/a" }), &[]).await;
    server.get_until(again.header("location"), |it| it["state"] == "done").await;
}

#[tokio::test]
async fn what_is_no_scan_is_not_found_and_what_is_no_request_is_told() {
    let server = Server::of("http://127.0.0.1:9");
    for path in ["/api/v1/scans/4711", "/api/v1/scans/x"] {
        server.get(path).await.problem().is(404, "scan-unknown");
        let stop = Request::delete(path).body(Body::empty()).unwrap();
        server.send(stop).await.problem().is(404, "scan-unknown");
    }
    for body in
        [json!([]), json!({ "repository": "UPPER" }), json!({ "repo": "a" }), json!({ "registry": 7 })]
    {
        server.post_json("/api/v1/scans", &body, &[]).await.problem().is(400, "body-invalid");
    }
    let body = json!({ "registry": "other" });
    server.post_json("/api/v1/scans", &body, &[]).await.problem().is(404, "registry-unknown");
    // A page of another site cannot send this type, nor be let in with another.
    server.post("/api/v1/scans", "{}", &[]).await.problem().is(400, "body-invalid");
}
