//! `/api/v1/registries`

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn lists_what_is_configured_without_asking_or_telling_secrets() {
    let server = Server::with(&[
        ("REGISTRY_URL", "http://127.0.0.1:9/prefix"),
        ("REGISTRY_USERNAME", "me"),
        ("REGISTRY_PASSWORD", "hunter2"),
        ("PULL_URL", "registry.example"),
    ]);
    let list = server.get("/api/v1/registries").await.json();
    let item = json!({"id": "registry.example", "url": "http://127.0.0.1:9/prefix/", "pull_host": "registry.example"});
    assert_eq!(list, json!({"items": [item], "total": 1, "next": null}));
}
