//! `/healthz` and `/readyz`

use serde_json::json;
use testbed::Distribution;

use crate::support::Server;

#[tokio::test]
async fn the_process_is_alive_whatever_the_registry_does() {
    assert_eq!(Server::of("http://127.0.0.1:9").get("/healthz").await.json(), json!({"status": "ok"}));
}

#[tokio::test]
async fn it_is_ready_while_a_registry_answers() {
    let mut registry = Distribution::builder().start().await.unwrap();
    let server = Server::of(&registry.url());
    let id = registry.host();
    let ready = json!({"status": "ready", "registries": [{"id": id, "answers": true}]});
    assert_eq!(server.get("/readyz").await.json(), ready);
    registry.stop();
    let answer = Server::of(&registry.url()).get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("\"answers\":false"), "{}", answer.text());
}

#[tokio::test]
async fn a_registry_that_refuses_us_answers() {
    let registry = Distribution::builder().htpasswd("a", "b").start().await.unwrap();
    assert_eq!(Server::of(&registry.url()).get("/readyz").await.status, 200);
}
