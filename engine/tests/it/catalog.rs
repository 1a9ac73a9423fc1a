use engine::RepositoryQuery;
use registry::fake::{Answer, Fake};
use testbed::{Distribution, samples, seed};

use crate::support::{Backend, Database, ID, engine_for, engine_with, on_both, registry_with};

fn query(q: &str, namespace: &str) -> RepositoryQuery {
    RepositoryQuery { q: q.to_owned(), namespace: namespace.to_owned() }
}

on_both! {
    async fn lists_every_repository_of_every_page_in_order(kind: Backend) {
        let registry = Distribution::builder().start().await.unwrap();
        seed::repositories(&registry.url(), 230).await.unwrap();
        let mut config = registry::client::ClientConfig::new(registry.url().parse().unwrap());
        config.page_size = 50;
        let database = Database::new(kind);
        let engine = engine_with(config, &database);
        let catalog = engine.repositories(ID, &RepositoryQuery::default()).await.unwrap();
        assert!(catalog.complete);
        assert_eq!((catalog.names.len(), catalog.total), (230, 230));
        assert!(catalog.names.is_sorted());
    }
}

on_both! {
    async fn filters_by_text_expression_and_namespace(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP, samples::CLI, samples::NO_DATE]).await;
        let engine = engine_for(&registry.url(), kind);
        let found = async |q: &str, namespace: &str| {
            let catalog = engine.repositories(ID, &query(q, namespace)).await.unwrap();
            catalog.names.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(found("WEB", "").await, [samples::WEBAPP]);
        assert_eq!(found("/cli$/", "").await, [samples::CLI]);
        assert_eq!(found("", "team").await, [samples::CLI, samples::WEBAPP]);
        assert_eq!(found("", "tea").await, Vec::<String>::new());
    }
}

on_both! {
    async fn an_unknown_registry_is_named(kind: Backend) {
        let registry = Distribution::builder().start().await.unwrap();
        let error = engine_for(&registry.url(), kind).repositories("elsewhere", &query("", "")).await.unwrap_err();
        assert!(matches!(error, engine::Error::UnknownRegistry { id } if id == "elsewhere"));
    }
}

on_both! {
    async fn a_registry_that_only_hides_its_catalog_is_told_from_one_that_keeps_everybody_out(kind: Backend) {
        let fake = Fake::start().await;
        fake.on("GET", "/v2/_catalog", Answer::error(401, "UNAUTHORIZED", "authentication required"));
        fake.on("GET", "/v2/", Answer::json(&serde_json::json!({})));
        let ask = async || engine_for(fake.url().as_str(), kind).repositories(ID, &query("", "")).await.unwrap_err();
        let error = ask().await;
        assert!(matches!(error, engine::Error::Registry(registry::Error::CatalogRefused { .. })), "{error}");
        fake.on("GET", "/v2/", Answer::error(401, "UNAUTHORIZED", "authentication required"));
        let error = ask().await;
        assert!(matches!(error, engine::Error::Registry(registry::Error::CredentialsNeeded { .. })), "{error}");
    }
}

on_both! {
    async fn a_registry_that_comes_back_is_asked_again(kind: Backend) {
        let mut registry = registry_with(&[samples::NO_DATE]).await;
        let engine = engine_for(&registry.url(), kind);
        registry.stop();
        let error = engine.repositories(ID, &query("", "")).await.unwrap_err();
        assert!(matches!(error, engine::Error::Registry(registry::Error::Unreachable { .. })), "{error}");
        registry.restart().await.unwrap();
        assert_eq!(engine.repositories(ID, &query("", "")).await.unwrap().names.len(), 1);
    }
}

on_both! {
    async fn names_are_there_at_once_and_follow_the_registry(kind: Backend) {
        let fake = Fake::start().await;
        let list = |names: &[&str]| {
            fake.on("GET", "/v2/_catalog", Answer::json(&serde_json::json!({ "repositories": names })));
        };
        list(&["a", "b"]);
        let first = engine_for(fake.url().as_str(), kind);
        assert_eq!(first.repositories(ID, &query("", "")).await.unwrap().names.len(), 2);
        list(&["b", "c", "d"]);
        // Started again, so that nothing is remembered but what is stored.
        let again = crate::support::engine_on(fake.url().as_str(), &first.database);
        let mut events = again.events(None).await;
        let catalog = again.repositories(ID, &query("", "")).await.unwrap();
        assert_eq!(catalog.names.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "b"]);
        assert!(catalog.complete && again.catalog_freshness(ID).await.unwrap().seen_at.is_some());
        while !matches!(events.next().await.unwrap().event, engine::Event::CatalogChanged { .. }) {}
        let catalog = again.repositories(ID, &query("", "")).await.unwrap();
        assert_eq!(catalog.names.iter().map(ToString::to_string).collect::<Vec<_>>(), ["b", "c", "d"]);
    }
}

on_both! {
    async fn a_known_catalog_is_shown_while_the_registry_is_down(kind: Backend) {
        let mut registry = registry_with(&[samples::NO_DATE]).await;
        let engine = engine_for(&registry.url(), kind);
        engine.repositories(ID, &query("", "")).await.unwrap();
        registry.stop();
        let again = crate::support::engine_on(&registry.url(), &engine.database);
        for attempt in 0.. {
            let catalog = again.repositories(ID, &query("", "")).await.unwrap();
            assert_eq!(catalog.names.len(), 1);
            let problem = again.catalog_freshness(ID).await.unwrap().problem;
            if matches!(problem, Some(registry::Error::Unreachable { .. })) {
                break;
            }
            assert!(attempt < 100, "{problem:?}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}
