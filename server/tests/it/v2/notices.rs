//! What is pushed and pulled through it is known without notifications, and what is pushed stands in the audit.

use serde_json::Value;
use testbed::samples::{self, Clock};
use testbed::{Distribution, Pusher};

use super::{ask, get, server};

const REPOSITORY: &str = samples::CLI;

#[tokio::test]
async fn what_is_pushed_and_pulled_is_taken_notice_of() {
    let registry = Distribution::builder().start().await.unwrap();
    samples::fill(&registry, [samples::one(REPOSITORY, Clock::FIXED).unwrap()]).await.unwrap();
    let server = server(&registry.url(), &[]);
    server.scan().await;
    let row = async |tag: &str, is_reached: fn(&Value) -> bool| {
        let path = format!("/api/v1/tags?repository={REPOSITORY}&q=/^{tag}$/");
        server.get_until(&path, |it| it["items"].get(0).is_some_and(is_reached)).await["items"][0].clone()
    };
    let accept = ("accept", "application/vnd.oci.image.index.v1+json");
    let manifest = format!("/v2/{REPOSITORY}/manifests");
    // A look is no pull, and neither is what the registry does not have.
    ask(&server, "HEAD", &format!("{manifest}/1.0.0"), &[accept], Vec::new()).await;
    assert_eq!(get(&server, &format!("{manifest}/none"), &[accept]).await.status, 404);
    let pulled = get(&server, &format!("{manifest}/0.9.0"), &[accept]).await;
    assert_eq!(pulled.status, 200);
    row("0.9.0", |it| it["pulled_at"].is_string()).await;
    assert!(row("1.0.0", |_| true).await["pulled_at"].is_null());

    let kind = [("content-type", pulled.header("content-type"))];
    let put = ask(&server, "PUT", &format!("{manifest}/new"), &kind, pulled.body.clone()).await;
    assert_eq!(put.status, 201, "{}", put.text());
    let new = row("new", |it| it["pushed_at"].is_string()).await;
    let digest = Pusher::to(&registry).resolve(REPOSITORY, "new").await.unwrap().unwrap();
    assert_eq!(new["digest"], digest.as_str());

    let refused = ask(&server, "PUT", &format!("{manifest}/broken"), &kind, b"{".to_vec()).await;
    assert_eq!(refused.status, 400);
    let audit = get(&server, "/api/v1/audit?action=push", &[]).await.json();
    assert_eq!(audit["total"], 1, "{audit}");
    let line = &audit["items"][0];
    assert_eq!((line["subject"].as_str(), line["outcome"].as_str()), (Some("new"), Some("done")));
    assert_eq!(
        (line["repository"].as_str(), line["detail"].as_str()),
        (Some(REPOSITORY), Some(digest.as_str()))
    );
}

#[tokio::test]
async fn a_repository_that_nobody_has_looked_at_is_known_once_something_is_pushed_to_it() {
    let registry = Distribution::builder().start().await.unwrap();
    let running = super::Running::start(&registry.url(), &[]).await;
    samples::one(REPOSITORY, Clock::FIXED).unwrap().push(&running.pusher()).await.unwrap();
    let client = testbed::http::client().build().unwrap();
    let url = format!("http://{}/api/v1/repositories", running.address);
    let mut list = String::new();
    for _ in 0..400 {
        list = client.get(&url).send().await.unwrap().text().await.unwrap();
        let value: Value = serde_json::from_str(&list).unwrap();
        if value["items"][0]["n_tags"].as_u64() == Some(5) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the push was not noticed: {list}");
}
