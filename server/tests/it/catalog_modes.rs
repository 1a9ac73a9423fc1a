//! Where the list of repositories comes from, through the whole server.

use registry::fake::{Answer, Fake};
use serde_json::json;
use testbed::samples;

use crate::support::{Folders, Server, registry_with};

async fn refusing() -> Fake {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::json(&json!({})));
    fake.on("GET", "/v2/_catalog", Answer::error(403, "DENIED", "not for you"));
    fake
}

#[tokio::test]
async fn the_page_says_where_its_list_comes_from_unless_it_is_the_registry() {
    let registry = registry_with(&[samples::CLI, samples::WEBAPP, samples::NO_DATE]).await;
    let url = registry.url();
    let page = async |variables: &[(&'static str, &str)], language: &str| {
        let url = ("REGISTRY_URL", url.as_str());
        let given: Vec<_> =
            [url, ("REGISTRY_ID", "main")].into_iter().chain(variables.iter().copied()).collect();
        let request = axum::http::Request::get("/main").header("accept-language", language);
        Server::with(&given).send(request.body(axum::body::Body::empty()).unwrap()).await.text().to_owned()
    };
    let listed = [("REGISTRY_CATALOG", "listed"), ("REGISTRY_CATALOG_REPOSITORIES", "team/cli,no/such")];
    let html = page(&listed, "en").await;
    assert!(html.contains("2 repositories") && html.contains("listed by the configuration"), "{html}");
    let below = [("REGISTRY_CATALOG", "prefixes"), ("REGISTRY_CATALOG_PREFIXES", "team")];
    let html = page(&below, "fr").await;
    assert!(html.contains("seulement sous team/") && !html.contains(samples::NO_DATE), "{html}");
    let html = page(&[], "en").await;
    assert!(!html.contains("listed by the configuration") && !html.contains("only below"), "{html}");
}

#[tokio::test]
async fn a_refused_catalog_names_the_setting_that_helps() {
    let fake = refusing().await;
    let page = Server::of(fake.url().as_str()).get(&format!("/{}", fake.host())).await;
    assert_eq!(page.status, 502);
    assert!(page.text().contains("REGISTRY_CATALOG=listed"), "{}", page.text());
    let problem = Server::of(fake.url().as_str()).get("/api/v1/repositories").await.problem();
    let problem = problem.is(502, "catalog-refused");
    assert!(problem.value["command"].as_str().unwrap().starts_with("REGISTRY_CATALOG=listed"));
}

#[tokio::test]
async fn a_vendor_that_refuses_says_what_to_look_at() {
    let fake = refusing().await;
    fake.on("GET", "/api/v2.0/repositories", Answer::json(&json!({ "errors": [] })).with_status(403));
    let url = fake.url();
    let server = Server::with(&[("REGISTRY_URL", url.as_str()), ("REGISTRY_CATALOG", "harbor")]);
    let page = server.get(&format!("/{}", fake.host())).await;
    assert!(page.text().contains("REGISTRY_CATALOG_NAMESPACES="), "{}", page.text());
    fake.on("GET", "/api/v2.0/repositories", Answer::json(&json!([{ "name": "team/api" }])));
    let page = server.get(&format!("/{}", fake.host())).await;
    assert!(
        page.text().contains("as Harbor lists them") && page.text().contains("/team/api"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn credentials_come_from_the_file_that_docker_keeps() {
    let fake = Fake::start().await;
    fake.script("GET", "/v2/_catalog", |seen| match seen.header("authorization") {
        "Basic c29tZW9uZTpzM2NyZXQ=" => Answer::json(&json!({ "repositories": ["team/api"] })),
        _ => Answer::unauthorized("Basic realm=x"),
    });
    let folders = Folders::new();
    let config = json!({ "auths": { fake.host(): { "auth": "c29tZW9uZTpzM2NyZXQ=" } } });
    let file = folders.write("config.json", config.to_string().as_bytes());
    let url = fake.url();
    let given = [("REGISTRY_URL", url.as_str()), ("REGISTRY_DOCKER_CONFIG", file.as_str())];
    let list = Server::with(&given).get("/api/v1/repositories").await.json();
    assert_eq!(list["items"][0]["name"], "team/api");
}
