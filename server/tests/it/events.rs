//! `/api/v1/events`

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request};
use futures::StreamExt;
use registry::fake::{Answer, Fake};
use serde_json::{Value, json};
use testbed::samples;

use crate::support::{LISTENERS, Server, put_tag, registry_with};

/// Somebody who listens.
struct Listener {
    headers: HeaderMap,
    body: BodyDataStream,
    text: String,
}

impl Listener {
    async fn to(server: &Server, query: &str) -> Self {
        let request = Request::get(format!("/api/v1/events{query}")).header("accept-encoding", "gzip, br");
        let response = server.respond(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        let (parts, body) = response.into_parts();
        Self { headers: parts.headers, body: body.into_data_stream(), text: String::new() }
    }

    /// The next event that is complete: its name and its data.
    async fn next(&mut self) -> (String, Value) {
        // What keeps the connection open comes for ever, and is no event.
        tokio::time::timeout(Duration::from_secs(20), self.read_event()).await.unwrap()
    }

    async fn read_event(&mut self) -> (String, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    event.lines().find_map(|line| line.strip_prefix(name)).map(|it| it.trim().to_owned())
                };
                let found = field("event:").zip(field("data:"));
                self.text = rest.to_owned();
                match found {
                    Some((name, data)) => return (name, serde_json::from_str(&data).unwrap()),
                    None => continue,
                }
            }
            let frame = self.body.next().await.unwrap().unwrap();
            self.text.push_str(std::str::from_utf8(&frame).unwrap());
        }
    }

    async fn until(&mut self, name: &str) -> Value {
        loop {
            let (event, data) = self.next().await;
            assert_eq!(data["type"], event);
            if event == name {
                return data;
            }
        }
    }
}

#[tokio::test]
async fn tells_what_changes_in_one_repository_and_nothing_of_others() {
    let registry = registry_with(&[samples::CLI, samples::NO_DATE]).await;
    let server = Server::of(&registry.url());
    server.scan().await;
    let mut listener = Listener::to(&server, "?repository=team/tools/cli").await;
    put_tag(&registry, "team/tools/cli", "new", "1.1.0").await;
    for repository in ["broken/no-date", "team/tools/cli"] {
        let form = format!("here=/{}/{repository}", registry.host());
        server.post("/refresh", &form, &[]).await;
    }
    assert_eq!(
        listener.until("tag_changed").await,
        json!({ "type": "tag_changed", "registry": registry.host(), "repository": "team/tools/cli", "tag": "new" })
    );
    assert_eq!(listener.until("revalidated").await["problem"], json!(null));
}

#[tokio::test]
async fn tells_of_all_repositories_how_far_scans_are() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let mut listener = Listener::to(&server, &format!("?registry={}", registry.host())).await;
    server.scan().await;
    let scan = listener.until("scan").await;
    assert!(scan["id"].is_i64() && scan["state"] == "running", "{scan}");
    listener.until("catalog_changed").await;
}

#[tokio::test]
async fn is_neither_compressed_nor_kept_by_anybody() {
    let server = Server::of("http://127.0.0.1:9");
    let listener = Listener::to(&server, "").await;
    let headers = &listener.headers;
    let header = |name: &str| headers.get(name).map(|it| it.to_str().unwrap()).unwrap_or_default();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("content-encoding"), "");
    assert_eq!(header("x-accel-buffering"), "no");
    assert!(header("cache-control").contains("no-cache"), "{headers:?}");
}

#[tokio::test]
async fn only_so_many_may_listen_and_who_leaves_makes_room() {
    let server = Server::of("http://127.0.0.1:9");
    let mut listeners = Vec::new();
    for _ in 0..LISTENERS {
        listeners.push(Listener::to(&server, "").await);
    }
    let refused = server.get("/api/v1/events").await;
    refused.problem().is(503, "events-busy");
    assert!(!refused.header("retry-after").is_empty());
    listeners.pop();
    Listener::to(&server, "").await;
}

#[tokio::test]
async fn who_falls_behind_is_told_to_read_again() {
    let fake = Fake::start().await;
    let tags = Answer::json(&json!({ "name": "demo/a", "tags": [] }));
    fake.script("GET", "/v2/demo/a/tags/list", move |_| tags.clone());
    let server = Server::of(fake.url().as_str());
    let mut listener = Listener::to(&server, "?repository=demo/a").await;
    let form = format!("here=/{}/demo/a", fake.host());
    for _ in 0..1100 {
        server.post("/refresh", &form, &[]).await;
    }
    listener.until("lagged").await;
    listener.until("revalidated").await;
}

#[tokio::test]
async fn a_registry_that_there_is_not_is_not_found() {
    let server = Server::of("http://127.0.0.1:9");
    server.get("/api/v1/events?registry=other").await.problem().is(404, "registry-unknown");
}
