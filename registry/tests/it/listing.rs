//! Catalogs and tags, as registries list them.

use std::time::Duration;

use registry::Error;
use registry::client::{Client, ClientConfig};
use registry::fake::{Answer, Fake};
use serde_json::{Value, json};

use crate::support::{catalog, client, config, names, repository};

const CATALOG: &str = "/v2/_catalog";
const TAGS: &str = "/v2/demo/app/tags/list";

fn page(repositories: Value, next: Option<&str>) -> Answer {
    linked(Answer::json(&json!({ "repositories": repositories })), next)
}

fn tags(tags: Value, next: Option<&str>) -> Answer {
    linked(Answer::json(&json!({ "name": "demo/app", "tags": tags })), next)
}

fn linked(answer: Answer, next: Option<&str>) -> Answer {
    match next {
        Some(target) => answer.header("link", &format!("<{target}>; rel=\"next\"")),
        None => answer,
    }
}

fn queries(fake: &Fake, path: &str) -> Vec<String> {
    fake.seen_at("GET", path).into_iter().map(|it| it.query).collect()
}

#[tokio::test]
async fn follows_the_links_through_short_pages_to_an_empty_last_one() {
    let fake = Fake::start().await;
    fake.in_turn(
        "GET",
        CATALOG,
        [
            page(json!(["a", "b/c"]), Some("/v2/_catalog?last=b%2Fc&n=1000")),
            page(json!(["d"]), Some("/v2/_catalog?n=1000&last=d")),
            page(json!(null), None),
        ],
    );
    let pages = catalog(&client(&fake)).await.unwrap();
    assert_eq!(pages, [vec!["a", "b/c"], vec!["d"], vec![]]);
    assert_eq!(queries(&fake, CATALOG), ["n=1000", "last=b%2Fc&n=1000", "n=1000&last=d"]);
}

#[tokio::test]
async fn never_rebuilds_a_cursor() {
    let fake = Fake::start().await;
    fake.in_turn(
        "GET",
        TAGS,
        [
            tags(json!(["1"]), Some("/v2/demo/app/tags/list?next_page=gAAAA%3D%3D&n=50")),
            tags(json!(["2"]), Some("/v2/demo/app/tags/list?last=10000")),
            tags(json!(["3"]), None),
        ],
    );
    let listed = client(&fake).tags(&repository("demo/app")).await.unwrap();
    assert_eq!(names(listed), ["1", "2", "3"]);
    assert_eq!(queries(&fake, TAGS), ["n=1000", "next_page=gAAAA%3D%3D&n=50", "last=10000"]);
}

#[tokio::test]
async fn keeps_its_own_path_when_a_link_loses_the_prefix_of_the_proxy() {
    let fake = Fake::start().await;
    let path = "/docker/hosted/v2/demo/app/tags/list";
    fake.in_turn("GET", path, [tags(json!(["1"]), Some("/v2/tags/list?last=1")), tags(json!(["2"]), None)]);
    let url = fake.url().join("docker/hosted/").unwrap();
    let listed = Client::new(config(url)).unwrap().tags(&repository("demo/app")).await.unwrap();
    assert_eq!(names(listed), ["1", "2"]);
    assert_eq!(fake.seen().len(), fake.count("GET", path));
}

#[tokio::test]
async fn never_follows_a_link_to_another_host() {
    let (fake, other) = (Fake::start().await, Fake::start().await);
    let elsewhere = format!("{}v2/_catalog?last=a", other.url());
    fake.in_turn("GET", CATALOG, [page(json!(["a"]), Some(&elsewhere)), page(json!(["b"]), None)]);
    assert_eq!(catalog(&client(&fake)).await.unwrap(), [["a"], ["b"]]);
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn ends_a_listing_whose_links_form_a_circle() {
    let fake = Fake::start().await;
    fake.on("GET", TAGS, tags(json!(["1", "2"]), Some("/v2/demo/app/tags/list?last=2")));
    let listed = client(&fake).tags(&repository("demo/app")).await.unwrap();
    assert_eq!(names(listed), ["1", "2"]);
    assert_eq!(fake.count("GET", TAGS), 2);
}

#[tokio::test]
async fn gives_up_on_a_listing_without_an_end() {
    let fake = Fake::start().await;
    let next = std::sync::atomic::AtomicU64::new(0);
    fake.script("GET", CATALOG, move |_| {
        let number = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        page(json!([format!("r{number}")]), Some(&format!("/v2/_catalog?last={number}")))
    });
    let mut config = config(fake.url());
    config.limits.pages = 5;
    let error = catalog(&Client::new(config).unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 5, .. }), "{error:?}");
    assert_eq!(fake.count("GET", CATALOG), 5);
}

#[tokio::test]
async fn asks_for_smaller_pages_and_then_for_none_when_a_size_is_refused() {
    let fake = Fake::start().await;
    for (path, listing) in [(CATALOG, page(json!(["demo/app"]), None)), (TAGS, tags(json!(["demo"]), None))] {
        fake.script("GET", path, move |seen| {
            if seen.query.is_empty() {
                listing.clone()
            } else {
                Answer::error(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested")
            }
        });
    }
    let client = client(&fake);
    assert_eq!(catalog(&client).await.unwrap(), [["demo/app"]]);
    assert_eq!(queries(&fake, CATALOG), ["n=1000", "n=100", ""]);
    assert_eq!(names(client.tags(&repository("demo/app")).await.unwrap()), ["demo"]);
    assert_eq!(queries(&fake, TAGS), ["n=1000", "n=100", ""]);
}

#[tokio::test]
async fn never_asks_for_more_than_the_configured_page() {
    let fake = Fake::start().await;
    fake.on("GET", CATALOG, Answer::error(400, "UNSUPPORTED", "no"));
    let small = Client::new(ClientConfig { page_size: 50, ..config(fake.url()) }).unwrap();
    let error = catalog(&small).await.unwrap_err();
    assert!(matches!(error, Error::CatalogRefused { status: 400, .. }), "{error:?}");
    assert_eq!(queries(&fake, CATALOG), ["n=50", ""]);
}

#[tokio::test]
async fn an_emptied_repository_is_empty_in_all_its_forms() {
    let fake = Fake::start().await;
    for answer in
        [json!({ "name": "demo/app", "tags": null }), json!({ "tags": [] }), json!({ "name": "demo/app" })]
    {
        fake.on("GET", TAGS, Answer::json(&answer));
        assert_eq!(client(&fake).tags(&repository("demo/app")).await, Ok(vec![]), "{answer}");
    }
    fake.on("GET", TAGS, Answer::error(404, "NAME_UNKNOWN", "repository name not known to registry"));
    let unknown = Err(Error::RepositoryUnknown { repository: repository("demo/app") });
    assert_eq!(client(&fake).tags(&repository("demo/app")).await, unknown);
}

#[tokio::test]
async fn leaves_out_names_that_no_registry_can_have() {
    let fake = Fake::start().await;
    fake.on("GET", CATALOG, page(json!(["a", null, "../etc", "b"]), None));
    fake.on("GET", TAGS, tags(json!(["null", null, "sha256-00.sig", "a/b", "", "latest", "latest"]), None));
    let client = client(&fake);
    assert_eq!(catalog(&client).await.unwrap(), [["a", "b"]]);
    let listed = client.tags(&repository("demo/app")).await.unwrap();
    assert_eq!(names(listed), ["null", "sha256-00.sig", "latest"]);
}

#[tokio::test]
async fn starts_a_listing_again_when_the_place_it_stood_at_was_deleted() {
    let fake = Fake::start().await;
    let gone = Answer::error(404, "NAME_UNKNOWN", "repository name not known to registry");
    let first = |tag: &str| tags(json!([tag]), Some("/v2/demo/app/tags/list?last=1"));
    fake.in_turn("GET", TAGS, [first("1"), gone.clone(), first("2"), tags(json!(["3"]), None)]);
    let listed = client(&fake).tags(&repository("demo/app")).await.unwrap();
    assert_eq!(names(listed), ["2", "3"]);

    fake.in_turn("GET", TAGS, [first("1"), gone.clone(), first("2"), gone]);
    let error = client(&fake).tags(&repository("demo/app")).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_registry_that_lists_nothing_refuses_the_catalog_and_nothing_else() {
    for (status, code) in [(401, "UNAUTHORIZED"), (403, "DENIED"), (404, "NOT_FOUND"), (405, "UNSUPPORTED")] {
        let fake = Fake::start().await;
        fake.on(
            "GET",
            CATALOG,
            Answer::error(status, code, "not for you").header("www-authenticate", "Negotiate"),
        );
        let error = catalog(&crate::support::someone(&fake)).await.unwrap_err();
        if status == 401 {
            assert!(matches!(error, Error::WrongCredentials { .. }), "{error:?}");
        } else {
            let refused =
                Error::CatalogRefused { host: fake.host(), status, message: "not for you".to_owned() };
            assert_eq!(error, refused);
        }
    }
}

#[tokio::test]
async fn waits_longer_for_the_catalog_than_for_the_rest() {
    let fake = Fake::start().await;
    let slowly = Duration::from_millis(400);
    fake.on("GET", CATALOG, page(json!(["a"]), None).after(slowly));
    fake.on("GET", TAGS, tags(json!(["1"]), None).after(slowly));
    let mut config = config(fake.url());
    config.timeouts.call = Duration::from_millis(50);
    let client = Client::new(config).unwrap();
    assert_eq!(catalog(&client).await.unwrap(), [["a"]]);
    let error = client.tags(&repository("demo/app")).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn knows_that_something_else_answers() {
    let fake = Fake::start().await;
    for answer in [
        Answer::ok("text/html; charset=utf-8", "<html>Please log in</html>"),
        Answer::ok("application/json", "<html>"),
        Answer::json(&json!({ "tags": "many" })),
        Answer::json(&json!(["1"])),
        Answer::status(200),
    ] {
        fake.on("GET", TAGS, answer.clone());
        let error = client(&fake).tags(&repository("demo/app")).await.unwrap_err();
        assert!(matches!(error, Error::NotARegistry { .. }), "{answer:?}: {error:?}");
    }
    fake.on("GET", "/v2/", Answer::ok("text/html", "<html>"));
    assert!(matches!(client(&fake).ping().await, Err(Error::NotARegistry { .. })));
    fake.on("GET", "/v2/", Answer::ok("text/plain", "welcome to my site"));
    assert!(matches!(client(&fake).ping().await, Err(Error::NotARegistry { .. })));
    fake.on("GET", "/v2/", Answer::status(404));
    assert!(matches!(client(&fake).ping().await, Err(Error::NotARegistry { .. })));
}

#[tokio::test]
async fn knows_a_registry_by_any_of_its_greetings() {
    let fake = Fake::start().await;
    for answer in [
        Answer::json(&json!({})),
        Answer::status(200),
        Answer::ok("text/plain", "true"),
        Answer::ok("text/plain", "hello").header("docker-distribution-api-version", "registry/2.0"),
    ] {
        fake.on("GET", "/v2/", answer.clone());
        assert_eq!(client(&fake).ping().await, Ok(()), "{answer:?}");
    }
}

#[tokio::test]
async fn reads_no_page_beyond_its_limit() {
    let fake = Fake::start().await;
    fake.on("GET", TAGS, Answer::ok("application/json", "").endless(vec![b' '; 4096]));
    let mut config = config(fake.url());
    config.limits.page = 100_000;
    let error = Client::new(config).unwrap().tags(&repository("demo/app")).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 100_000, .. }), "{error:?}");
}
