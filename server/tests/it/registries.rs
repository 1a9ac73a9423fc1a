//! `/api/v1/registries`

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use registry::fake::{Answer, Fake};
use serde_json::json;

use crate::support::{Folders, Server};

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

/// A registry that takes `me:old`, and from some moment on `me:new` instead.
async fn that_changes_its_password() -> (Fake, Arc<AtomicBool>) {
    let (fake, is_changed) = (Fake::start().await, Arc::new(AtomicBool::new(false)));
    let changed = Arc::clone(&is_changed);
    fake.script("GET", "/v2/_catalog", move |seen| {
        let right = if changed.load(Ordering::Relaxed) { "Basic bWU6bmV3" } else { "Basic bWU6b2xk" };
        match seen.header("authorization") == right {
            true => Answer::json(&json!({ "repositories": ["app"] })),
            false => Answer::unauthorized(r#"Basic realm="r""#),
        }
    });
    (fake, is_changed)
}

#[tokio::test]
async fn a_password_in_a_file_is_read_again_when_the_registry_refuses_it() {
    for (variable, of) in [
        ("REGISTRY_PASSWORD_FILE", (|password, _| format!("{password}\n")) as fn(&str, &str) -> String),
        ("REGISTRY_DOCKER_CONFIG", |password, host| {
            format!(r#"{{"auths":{{"{host}":{{"username":"me","password":"{password}"}}}}}}"#)
        }),
    ] {
        let (fake, is_changed) = that_changes_its_password().await;
        let folders = Folders::new();
        let file = folders.write("secret", of("old", &fake.host()).as_bytes());
        let url = fake.url();
        let mut variables = vec![("REGISTRY_URL", url.as_str()), (variable, file.as_str())];
        if variable == "REGISTRY_PASSWORD_FILE" {
            variables.push(("REGISTRY_USERNAME", "me"));
        }
        let server = Server::with(&variables);
        let list = format!("/api/v1/repositories?registry={}", fake.host());
        assert_eq!(server.get(&list).await.json()["total"], 1, "{variable}");
        folders.write("secret", of("new", &fake.host()).as_bytes());
        is_changed.store(true, Ordering::Relaxed);
        let refreshed = server.post("/refresh", &format!("here=/{}", fake.host()), &[]).await;
        assert!(refreshed.status.is_redirection(), "{variable}: {}", refreshed.text());
        let last = fake.seen_at("GET", "/v2/_catalog").pop().unwrap();
        assert_eq!(last.header("authorization"), "Basic bWU6bmV3", "{variable}");
    }
}
