use engine::RepositoryQuery;
use registry::fake::{Answer, Fake};
use testbed::{Distribution, samples, seed};

use crate::support::{ID, engine_for, registry_with};

fn query(q: &str, namespace: &str) -> RepositoryQuery {
    RepositoryQuery { q: q.to_owned(), namespace: namespace.to_owned() }
}

#[tokio::test]
async fn lists_every_repository_of_every_page_in_order() {
    let registry = Distribution::builder().start().await.unwrap();
    seed::repositories(&registry.url(), 230).await.unwrap();
    let mut config = registry::client::ClientConfig::new(registry.url().parse().unwrap());
    config.page_size = 50;
    let config = engine::RegistryConfig { id: ID.into(), pull_host: "r".into(), client: config };
    let catalog = engine::Engine::new(vec![config])
        .unwrap()
        .repositories(ID, &RepositoryQuery::default())
        .await
        .unwrap();
    assert!(catalog.complete);
    assert_eq!((catalog.names.len(), catalog.total), (230, 230));
    assert!(catalog.names.is_sorted());
}

#[tokio::test]
async fn filters_by_text_expression_and_namespace() {
    let registry = registry_with(&[samples::WEBAPP, samples::CLI, samples::NO_DATE]).await;
    let engine = engine_for(&registry.url());
    let found = async |q: &str, namespace: &str| {
        let catalog = engine.repositories(ID, &query(q, namespace)).await.unwrap();
        catalog.names.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(found("WEB", "").await, [samples::WEBAPP]);
    assert_eq!(found("/cli$/", "").await, [samples::CLI]);
    assert_eq!(found("", "team").await, [samples::CLI, samples::WEBAPP]);
    assert_eq!(found("", "tea").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_unknown_registry_is_named() {
    let registry = Distribution::builder().start().await.unwrap();
    let error = engine_for(&registry.url()).repositories("elsewhere", &query("", "")).await.unwrap_err();
    assert!(matches!(error, engine::Error::UnknownRegistry { id } if id == "elsewhere"));
}

#[tokio::test]
async fn a_registry_that_only_hides_its_catalog_is_told_from_one_that_keeps_everybody_out() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/_catalog", Answer::error(401, "UNAUTHORIZED", "authentication required"));
    fake.on("GET", "/v2/", Answer::json(&serde_json::json!({})));
    let ask = async || engine_for(fake.url().as_str()).repositories(ID, &query("", "")).await.unwrap_err();
    let error = ask().await;
    assert!(matches!(error, engine::Error::Registry(registry::Error::CatalogRefused { .. })), "{error}");
    fake.on("GET", "/v2/", Answer::error(401, "UNAUTHORIZED", "authentication required"));
    let error = ask().await;
    assert!(matches!(error, engine::Error::Registry(registry::Error::CredentialsNeeded { .. })), "{error}");
}

#[tokio::test]
async fn a_registry_that_comes_back_is_asked_again() {
    let mut registry = registry_with(&[samples::NO_DATE]).await;
    let engine = engine_for(&registry.url());
    registry.stop();
    let error = engine.repositories(ID, &query("", "")).await.unwrap_err();
    assert!(matches!(error, engine::Error::Registry(registry::Error::Unreachable { .. })), "{error}");
    registry.restart().await.unwrap();
    assert_eq!(engine.repositories(ID, &query("", "")).await.unwrap().names.len(), 1);
}
