//! `/api/v1/repositories`

use serde_json::json;
use testbed::samples;

use crate::support::{Server, each, registry_with};

const NAMES: [&str; 4] = [samples::NO_DATE, samples::NO_HISTORY, samples::WASM, samples::CLI];

#[tokio::test]
async fn lists_all_in_the_order_of_their_names() {
    let registry = registry_with(&NAMES).await;
    let list = Server::of(&registry.url()).get("/api/v1/repositories").await.json();
    assert_eq!(each(&list, "name"), ["broken/no-date", "demo/no-history", "demo/wasm", "team/tools/cli"]);
    assert_eq!(list["items"][0], json!({"registry": registry.host(), "name": "broken/no-date"}));
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
async fn q_filters_by_text_and_by_expression() {
    let registry = registry_with(&NAMES).await;
    let server = Server::of(&registry.url());
    let list = server.get("/api/v1/repositories?q=NO-").await.json();
    assert_eq!(each(&list, "name"), ["broken/no-date", "demo/no-history"]);
    assert_eq!(list["total"], 2);
    let list = server.get("/api/v1/repositories?q=/%5Edemo.*m$/&after=demo/no").await.json();
    assert_eq!(each(&list, "name"), ["demo/wasm"]);
}
