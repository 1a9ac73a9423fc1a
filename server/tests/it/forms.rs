//! `/refresh` and `/scans`: what people without scripts can ask for.

use serde_json::json;
use testbed::samples;

use crate::support::{Server, each, put_tag, registry_with};

#[tokio::test]
async fn a_refresh_waits_and_leads_back_to_what_is_new() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    server.scan().await;
    put_tag(&registry, "team/tools/cli", "new", "1.1.0").await;
    let here = format!("/{}/team/tools/cli?page=2", registry.host());
    let answer = server.post("/refresh", &format!("here={here}"), &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, here.as_str()));
    let list = server.get("/api/v1/tags?repository=team/tools/cli&q=new").await.json();
    assert_eq!(each(&list, "name"), ["new"]);
    assert!(list["items"][0]["pushed_at"].is_string(), "{list}");
}

#[tokio::test]
async fn a_refresh_of_the_front_page_reads_the_catalog_again() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    server.get("/api/v1/repositories").await;
    samples::fill(&registry, [samples::one(samples::NO_DATE, samples::Clock::FIXED).unwrap()]).await.unwrap();
    let answer = server.post("/refresh", "here=/", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"));
    let list = server.get("/api/v1/repositories").await.json();
    assert_eq!(each(&list, "name"), ["broken/no-date", "team/tools/cli"]);
}

#[tokio::test]
async fn a_scan_is_begun_and_stopped() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let answer = server.post("/scans", "repository=team/tools/cli&here=%2Fa", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/a"));
    let list = server.get_until("/api/v1/scans", |it| it["items"][0]["state"] == "done").await;
    let form = format!("id={}&here=%2Fb", list["items"][0]["id"]);
    let answer = server.post("/scans/stop", &form, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/b"));
    assert_eq!(server.get("/api/v1/scans").await.json()["items"][0]["state"], json!("done"));
}

#[tokio::test]
async fn a_registry_that_is_down_is_told_by_the_page_that_one_comes_back_to() {
    let server = Server::of("http://127.0.0.1:9");
    for here in ["/", "/127.0.0.1:9", "/127.0.0.1:9/team/api?q=x"] {
        let answer = server.post("/refresh", &format!("here={here}"), &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, here));
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_a_page_that_says_why_and_nobody_is_led_away() {
    let server = Server::of("http://127.0.0.1:9");
    for (path, form, status) in [
        ("/refresh", "here=%2Fother", 404),
        ("/scans", "registry=other", 404),
        ("/scans", "repository=UPPER", 400),
        ("/scans/stop", "registry=other&id=1", 404),
        ("/scans/stop", "id=x", 400),
    ] {
        let answer = server.post(path, form, &[]).await;
        assert_eq!(answer.status, status, "{path} {form}");
        assert!(answer.text().contains("<h1>"), "{}", answer.text());
        let other = [("origin", "https://evil.example")];
        assert_eq!(server.post(path, form, &other).await.status, 403, "{path}");
    }
    for here in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example"] {
        let answer = server.post("/refresh", &format!("here={here}"), &[]).await;
        assert_eq!(answer.header("location"), "/", "{here}");
    }
}
