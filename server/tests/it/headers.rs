//! What protects readers and the server.

use axum::body::Body;
use axum::http::Request;

use crate::support::Server;

const NOWHERE: &str = "http://127.0.0.1:9";

#[tokio::test]
async fn every_answer_tells_browsers_what_they_may_do_with_it() {
    let server = Server::of(NOWHERE);
    for path in ["/", "/api/v1/registries", "/api/none", "/pkg/stowage.js", "/healthz", "/preferences"] {
        let answer = server.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.headers.get_all("content-security-policy").iter().count(), 1, "{path}");
        assert!(!answer.header("x-request-id").is_empty());
        assert!(!answer.header("cache-control").is_empty());
    }
}

#[tokio::test]
async fn a_page_runs_only_scripts_that_bear_its_nonce() {
    let server = Server::of(NOWHERE);
    let page = server.get("/").await;
    let policy = page.header("content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").unwrap();
    let nonce = rest.split('\'').next().unwrap();
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    let html = page.text();
    let n_scripts = html.matches("<script").count();
    assert!(n_scripts > 0);
    assert_eq!(
        html.matches(&format!("nonce=\"{nonce}\"")).count(),
        n_scripts + html.matches("<style").count(),
        "{html}"
    );
    assert!(!server.get("/").await.text().contains(nonce), "a nonce is used once");
}

#[tokio::test]
async fn another_site_can_change_nothing() {
    let server = Server::of(NOWHERE);
    for headers in [
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        [("sec-fetch-site", "same-site"), ("origin", "https://other.stowage")],
        [("x-nothing", ""), ("origin", "https://evil.example")],
        [("x-nothing", ""), ("origin", "null")],
    ] {
        let answer = server.post("/preferences", "theme=dark", &headers).await;
        assert_eq!(answer.status, 403, "{headers:?}");
        assert_eq!(answer.header("set-cookie"), "");
    }
    let own = [("sec-fetch-site", "same-origin"), ("origin", "http://stowage")];
    assert_eq!(server.post("/preferences", "theme=dark", &own).await.status, 303);
    let request = Request::post("/api/v1/tags").header("sec-fetch-site", "cross-site").body(Body::empty());
    server.send(request.unwrap()).await.problem().is(403, "cross-site-request");
}

#[tokio::test]
async fn a_request_that_is_too_long_is_refused() {
    let server = Server::of(NOWHERE);
    let long = "x".repeat(100_000);
    let form = |body| {
        Request::post("/preferences")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .unwrap()
    };
    let answer = server.send(form(Body::from(format!("theme={long}")))).await;
    assert_eq!(answer.status, 413);
    // One that does not say how long it is, is cut off.
    let stream = futures::stream::iter([long.clone(), long].map(Ok::<_, std::io::Error>));
    assert!(server.send(form(Body::from_stream(stream))).await.status.is_client_error());
}

#[tokio::test]
async fn an_id_from_outside_cannot_fill_the_log() {
    let server = Server::of(NOWHERE);
    for id in ["a b", &"a".repeat(65), "<script>"] {
        let request = Request::get("/healthz").header("x-request-id", id).body(Body::empty()).unwrap();
        let given = server.send(request).await;
        assert_ne!(given.header("x-request-id"), id);
        assert_eq!(given.header("x-request-id").len(), 36);
    }
}

#[tokio::test]
async fn whoever_came_over_https_comes_over_https_again() {
    let server =
        Server::with(&[("REGISTRY_URL", NOWHERE), ("STOWAGE_PUBLIC_URL", "https://stowage.example")]);
    assert_eq!(
        server.get("/api/v1/registries").await.header("strict-transport-security"),
        "max-age=31536000"
    );
    assert_eq!(Server::of(NOWHERE).get("/api/v1/registries").await.header("strict-transport-security"), "");
}
