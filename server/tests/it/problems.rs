//! What the API answers when it has no answer.

use axum::body::Body;
use axum::http::Request;
use testbed::{Distribution, samples};

use crate::support::{Server, registry_with};

const NOWHERE: &str = "http://127.0.0.1:9";

#[tokio::test]
async fn an_unknown_registry_is_not_found() {
    let answer = Server::of(NOWHERE).get("/api/v1/repositories?registry=other").await;
    let problem = answer.problem();
    assert!(problem.is(404, "registry-unknown").detail().contains("other"));
    assert_eq!(problem.value["instance"], "/api/v1/repositories");
}

#[tokio::test]
async fn an_unknown_repository_and_an_unknown_tag_are_not_found() {
    let registry = registry_with(&[samples::NO_DATE]).await;
    let server = Server::of(&registry.url());
    server.get("/api/v1/tags?repository=no/such").await.problem().is(404, "repository-unknown");
    let path = "/api/v1/image?repository=broken/no-date&reference=nothing";
    server.get(path).await.problem().is(404, "manifest-unknown");
}

#[tokio::test]
async fn a_registry_that_is_down_is_a_bad_gateway_with_a_remedy() {
    let mut registry = Distribution::builder().start().await.unwrap();
    let server = Server::of(&registry.url());
    registry.stop();
    for path in
        ["/api/v1/repositories", "/api/v1/tags?repository=a", "/api/v1/image?repository=a&reference=b"]
    {
        let problem = server.get(path).await.problem();
        assert!(problem.is(502, "registry-unreachable").detail().contains(&registry.host()), "{problem:?}");
        assert!(!problem.remedy().is_empty());
    }
}

#[tokio::test]
async fn wrong_and_missing_credentials_are_told_apart_and_never_repeated() {
    let registry = Distribution::builder().htpasswd("reader", "right").start().await.unwrap();
    let url = registry.url();
    Server::of(&url).get("/api/v1/repositories").await.problem().is(502, "registry-credentials-needed");
    let server = Server::with(&[
        ("REGISTRY_URL", &url),
        ("REGISTRY_USERNAME", "reader"),
        ("REGISTRY_PASSWORD", "hunter2"),
    ]);
    let answer = server.get("/api/v1/tags?repository=a").await;
    let problem = answer.problem();
    assert!(
        problem.is(502, "registry-credentials-refused").remedy().contains("REGISTRY_PASSWORD")
            || problem.value["command"].as_str().unwrap().contains("REGISTRY_PASSWORD")
    );
    assert!(!answer.text().contains("hunter2"));
}

#[tokio::test]
async fn a_certificate_nobody_knows_is_told_with_the_setting_that_helps() {
    let authority = testbed::Authority::new().unwrap();
    let registry = Distribution::builder().tls(&authority).start().await.unwrap();
    let problem = Server::of(&registry.url()).get("/api/v1/repositories").await.problem();
    assert!(problem.is(502, "registry-tls").value["command"].as_str().unwrap().contains("REGISTRY_CA_FILE"));
}

#[tokio::test]
async fn parameters_are_read_strictly() {
    let server = Server::of(NOWHERE);
    for (path, said) in [
        ("/api/v1/tags", "repository"),
        ("/api/v1/tags?repository=UPPER", "not a repository name"),
        ("/api/v1/tags?repository=a&page=0", "page: expected a whole number from 1 to"),
        ("/api/v1/tags?repository=a&page=x", "not \"x\""),
        ("/api/v1/tags?repository=a&per_page=1001", "from 1 to 1000"),
        ("/api/v1/tags?repository=a&sort=colour", "colour"),
        ("/api/v1/tags?repository=a&dir=up", "up"),
        ("/api/v1/tags?repository=a&sorting=name", "sorting"),
        ("/api/v1/tags?repository=a&repository=b", "duplicate"),
        ("/api/v1/tags?repository=a&attached=perhaps", "attached: "),
        ("/api/v1/tags?repository=a&kind=cat", "cat"),
        ("/api/v1/tags?repository=a&broken=perhaps", "broken: "),
        ("/api/v1/tags?repository=a&created_from=yesterday", "created_from: "),
        ("/api/v1/tags?repository=a&older_than=30", "such as 30d or 12h, not \"30\""),
        ("/api/v1/tags?repository=a&newer_than=-2h", "not \"-2h\""),
        ("/api/v1/tags?repository=a&size_from=-1", "size_from: "),
        ("/api/v1/tags?repository=a&after=somewhere", "no place that Stowage has named"),
        ("/api/v1/tags?repository=a&after=cd.1.x", "sorted otherwise"),
        ("/api/v1/tags?repository=a&after=&page=2", "either by page or by after"),
        ("/api/v1/scans?limit=0", "from 1 to 1000"),
        ("/api/v1/events?repository=UPPER", "not a repository name"),
        ("/api/v1/image?repository=a", "reference"),
        ("/api/v1/image?repository=a&reference=sha256:xyz", "sha256:xyz"),
        ("/api/v1/image?repository=a&reference=.hidden", "not a tag"),
        ("/api/v1/repositories?limit=-1", "from 1 to 1000"),
        ("/api/v1/registries?page=1", "page"),
    ] {
        let problem = server.get(path).await.problem();
        assert!(
            problem.is(400, "parameters-invalid").detail().contains(said),
            "{path}: {}",
            problem.detail()
        );
    }
}

#[tokio::test]
async fn a_filter_that_is_no_expression_is_a_bad_request() {
    let registry = registry_with(&[samples::NO_DATE]).await;
    let server = Server::of(&registry.url());
    server.get("/api/v1/repositories?q=/(/").await.problem().is(400, "filter-invalid");
    server.get("/api/v1/tags?repository=broken/no-date&q=/(/").await.problem().is(400, "filter-invalid");
}

#[tokio::test]
async fn addresses_that_are_none_are_problems_too() {
    let server = Server::of(NOWHERE);
    for path in ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/tags?repository=a"] {
        server.get(path).await.problem().is(404, "address-unknown");
    }
}

#[tokio::test]
async fn other_methods_are_refused_and_the_right_one_is_named() {
    let server = Server::of(NOWHERE);
    for path in ["/api/v1/tags?repository=a", "/api/openapi.json"] {
        let answer = server.send(Request::delete(path).body(Body::empty()).unwrap()).await;
        answer.problem().is(405, "method-not-allowed");
        assert!(answer.header("allow").contains("GET"), "{:?}", answer.headers);
    }
}
