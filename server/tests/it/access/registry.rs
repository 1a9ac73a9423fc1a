//! Signing in with the credentials of a registry.

use axum::body::Body;
use axum::http::Request;
use testbed::Distribution;

use super::cookie;
use crate::support::{Answer, Server};

async fn sign_in(server: &Server, password: &str) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("way", "registry"), ("username", "admin"), ("password", password), ("next", "/")])
        .finish();
    server.post("/login", &form, &[]).await
}

#[tokio::test]
async fn the_registry_says_who_comes_in_and_the_password_is_kept_sealed() {
    let registry = Distribution::builder().htpasswd("admin", "s3cret of the registry").start().await.unwrap();
    let url = registry.url();
    let variables = [
        ("REGISTRY_URL", url.as_str()),
        ("REGISTRY_USERNAME", "admin"),
        ("REGISTRY_PASSWORD", "s3cret of the registry"),
        ("STOWAGE_AUTH", "registry"),
    ];
    let server = Server::with(&variables);
    let wrong = sign_in(&server, "wrong").await;
    assert_eq!((wrong.status.as_u16(), cookie(&wrong)), (401, String::new()));
    let right = sign_in(&server, "s3cret of the registry").await;
    assert_eq!((right.status.as_u16(), right.header("location")), (303, "/"), "{}", right.text());
    let request = Request::get("/api/v1/repositories").header("cookie", cookie(&right));
    let list = server.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(list.json()["total"], 0);
    let request = Request::get("/settings").header("cookie", cookie(&right));
    let page = server.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("admin") && !page.text().contains("s3cret"));
    assert!(!server.holds(b"s3cret of the registry"), "nothing on the disk shows the password");
}

#[tokio::test]
async fn a_registry_that_is_down_is_told_and_counts_as_no_wrong_password() {
    let server = Server::with(&[("REGISTRY_URL", "http://127.0.0.1:9"), ("STOWAGE_AUTH", "registry")]);
    for _ in 0..10 {
        let answer = sign_in(&server, "any").await;
        assert_eq!((answer.status.as_u16(), cookie(&answer)), (502, String::new()));
    }
}
