//! `/healthz` and `/readyz`

use axum::body::Body;
use axum::http::{Method, Request};
use futures::future::join_all;
use registry::fake::{Answer, Fake};
use serde_json::{Value, json};
use testbed::Distribution;

use crate::support::Server;

fn body(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn the_process_is_alive_whatever_the_registry_does() {
    assert_eq!(Server::of("http://127.0.0.1:9").get("/healthz").await.json(), json!({"status": "ok"}));
}

#[tokio::test]
async fn it_is_ready_while_the_inventory_and_a_registry_answer() {
    let mut registry = Distribution::builder().start().await.unwrap();
    let server = Server::of(&registry.url());
    let id = registry.host();
    let ready = json!({
        "status": "ready",
        "store": { "answers": true },
        "registries": [{ "id": id, "answers": true }],
    });
    assert_eq!(server.get("/readyz").await.json(), ready);
    registry.stop();
    let answer = Server::of(&registry.url()).get("/readyz").await;
    assert_eq!(answer.status, 503);
    let body = body(answer.text());
    assert_eq!((&body["status"], &body["store"]["answers"]), (&json!("no registry answers"), &json!(true)));
    let why = body["registries"][0]["why"].as_str().unwrap();
    assert!(why.contains("cannot be reached"), "{why}");
}

#[tokio::test]
async fn one_registry_of_several_is_enough() {
    let registry = Distribution::builder().start().await.unwrap();
    let both = format!("http://127.0.0.1:9,{}", registry.url());
    let server = Server::with(&[("DEFAULT_REGISTRIES", &both)]);
    let body = server.get("/readyz").await.json();
    assert_eq!(body["registries"][0]["answers"], false);
    assert_eq!(body["registries"][1]["answers"], true);
}

#[tokio::test]
async fn without_its_inventory_it_is_not_ready_and_says_why() {
    let registry = Distribution::builder().start().await.unwrap();
    let url = registry.url();
    let database = ("STOWAGE_DATABASE_URL", "postgres://me:hunter2@127.0.0.1:9/stowage");
    let answer = Server::with(&[("REGISTRY_URL", &url), database]).get("/readyz").await;
    assert_eq!(answer.status, 503);
    let body = body(answer.text());
    assert_eq!(body["status"], "the inventory cannot be read");
    assert!(body["store"]["why"].is_string() && !answer.text().contains("hunter2"), "{body}");
}

#[tokio::test]
async fn strangers_are_told_neither_which_registries_there_are_nor_why() {
    let folder = tempfile::tempdir().unwrap();
    let users = folder.path().join("users");
    std::fs::write(&users, format!("a:{}\n", bcrypt::hash("a", 4).unwrap())).unwrap();
    let file = users.to_str().unwrap();
    let server = Server::with(&[("REGISTRY_URL", "http://127.0.0.1:9"), ("STOWAGE_AUTH_HTPASSWD", file)]);
    let answer = server.get("/readyz").await;
    assert_eq!(answer.status, 503);
    let told = json!({ "status": "no registry answers", "store": { "answers": true } });
    assert_eq!(body(answer.text()), told);
}

#[tokio::test]
async fn many_probes_are_one_question_to_the_registry() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::json(&json!({})));
    let server = Server::of(fake.url().as_str());
    let answers = join_all((0..20).map(|_| server.get("/readyz"))).await;
    assert!(answers.iter().all(|it| it.status == 200));
    assert_eq!(fake.count("GET", "/v2/"), 1);
}

#[tokio::test]
async fn a_probe_may_ask_for_the_head_alone() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::json(&json!({})));
    let server = Server::of(fake.url().as_str());
    for path in ["/healthz", "/readyz"] {
        let request = Request::builder().method(Method::HEAD).uri(path).body(Body::empty()).unwrap();
        let answer = server.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, ""), "{path}");
    }
}

#[tokio::test]
async fn a_registry_that_refuses_us_answers() {
    let registry = Distribution::builder().htpasswd("a", "b").start().await.unwrap();
    assert_eq!(Server::of(&registry.url()).get("/readyz").await.status, 200);
}
