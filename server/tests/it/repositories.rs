//! `/api/v1/repositories`

use std::sync::Arc;

use registry::fake::{Answer, Fake};
use serde_json::json;
use testbed::samples;
use tokio::sync::Semaphore;

use crate::support::{Server, each, registry_with};

const NAMES: [&str; 4] = [samples::NO_DATE, samples::NO_HISTORY, samples::WASM, samples::CLI];

#[tokio::test]
async fn lists_all_in_the_order_of_their_names() {
    let registry = registry_with(&NAMES).await;
    let list = Server::of(&registry.url()).get("/api/v1/repositories").await.json();
    assert_eq!(each(&list, "name"), ["broken/no-date", "demo/no-history", "demo/wasm", "team/tools/cli"]);
    assert_eq!(list["items"][0]["registry"], registry.host());
    assert_eq!((&list["total"], &list["next"], &list["complete"]), (&json!(4), &json!(null), &json!(true)));
}

#[tokio::test]
async fn next_leads_through_every_page_exactly_once() {
    let registry = registry_with(&NAMES).await;
    let server = Server::of(&registry.url());
    let mut path = format!("/api/v1/repositories?registry={}&limit=3", registry.host());
    let mut names = Vec::new();
    let mut n_pages = 0;
    loop {
        let list = server.get(&path).await.json();
        assert_eq!(list["total"], 4);
        names.extend(each(&list, "name").into_iter().map(str::to_owned));
        n_pages += 1;
        match list["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => break,
        }
    }
    assert_eq!(names, ["broken/no-date", "demo/no-history", "demo/wasm", "team/tools/cli"]);
    assert_eq!(n_pages, 2);
}

#[tokio::test]
async fn a_row_tells_what_a_scan_has_summed_up() {
    let registry = registry_with(&NAMES).await;
    let server = Server::of(&registry.url());
    let before = server.get("/api/v1/repositories").await.json();
    for key in ["n_tags", "size", "last_pushed", "scanned_at"] {
        assert_eq!(before["items"][3].get(key), Some(&json!(null)), "{key}");
    }
    server.scan().await;
    let list = server.get("/api/v1/repositories?after=team").await.json();
    let row = &list["items"][0];
    let tags = server.get("/api/v1/tags?repository=team/tools/cli").await.json();
    assert_eq!((&row["name"], &row["n_tags"]), (&json!("team/tools/cli"), &tags["total"]));
    assert!(row["size"].as_u64().unwrap() > 1000, "{row}");
    for key in ["last_pushed", "scanned_at"] {
        assert!(row[key].as_str().unwrap().ends_with('Z'), "{row}");
    }
    assert_eq!(tags["scanned_at"], row["scanned_at"]);
}

#[tokio::test]
async fn q_filters_by_text_and_by_expression() {
    let registry = registry_with(&NAMES).await;
    let server = Server::of(&registry.url());
    let list = server.get("/api/v1/repositories?q=NO-").await.json();
    assert_eq!(each(&list, "name"), ["broken/no-date", "demo/no-history"]);
    assert_eq!(list["total"], 2);
    let list = server.get("/api/v1/repositories?q=/%5Edemo.*m$/&after=demo/no").await.json();
    assert_eq!(each(&list, "name"), ["demo/wasm"]);
}

#[tokio::test]
async fn a_catalog_that_takes_long_is_shown_as_far_as_it_was_read() {
    let fake = Fake::start().await;
    let gate = Arc::new(Semaphore::new(0));
    let first = Answer::json(&json!({ "repositories": ["demo/a", "demo/b"] }))
        .header("link", "</v2/_catalog?last=demo%2Fb&n=2>; rel=\"next\"");
    let last = Answer::json(&json!({ "repositories": ["demo/c"] })).gated(&gate);
    fake.script("GET", "/v2/_catalog", move |seen| {
        if seen.query.contains("last=") { last.clone() } else { first.clone() }
    });
    let server = Server::of(fake.url().as_str());

    let path = format!("/{}", fake.host());
    let page = server.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("demo/b") || page.text().contains(">b<"), "{}", page.text());
    assert!(page.text().contains("still being read"), "{}", page.text());
    let list = server.get("/api/v1/repositories").await.json();
    assert_eq!((&list["total"], &list["complete"]), (&json!(2), &json!(false)));
    let next = list["next"].as_str().unwrap().to_owned();

    gate.add_permits(1);
    // The rest of the list waits for what is still being read.
    let rest = server.get(&next).await.json();
    assert_eq!((each(&rest, "name"), &rest["complete"]), (vec!["demo/c"], &json!(true)));
    assert!(!server.get(&path).await.text().contains("still being read"));
    assert_eq!(fake.count("GET", "/v2/_catalog"), 2, "all who asked shared one reading");
}
