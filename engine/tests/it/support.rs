//! Registries with samples, and engines for them.

use engine::{Engine, RegistryConfig, SortBy, TagPage, TagQuery};
use registry::RepositoryName;
use registry::client::ClientConfig;
use registry::summary::TagRow;
use testbed::Distribution;
use testbed::samples::{self, Clock};

/// The id of the only registry of an engine here.
pub(crate) const ID: &str = "r";

pub(crate) async fn registry_with(names: &[&str]) -> Distribution {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    let chosen = names.iter().map(|name| samples::one(name, Clock::FIXED).unwrap());
    samples::fill(&registry, chosen).await.unwrap();
    registry
}

pub(crate) fn engine_for(url: &str) -> Engine {
    let config = RegistryConfig {
        id: ID.to_owned(),
        pull_host: "registry.example".to_owned(),
        client: ClientConfig::new(url.parse().unwrap()),
    };
    Engine::new(vec![config]).unwrap()
}

pub(crate) fn name(text: &str) -> RepositoryName {
    text.parse().unwrap()
}

/// All tags by name, upwards.
pub(crate) fn query() -> TagQuery {
    TagQuery {
        q: String::new(),
        platform: String::new(),
        sort: SortBy::Name,
        descending: false,
        page: 1,
        per_page: 100,
        attached: false,
    }
}

pub(crate) async fn rows(page: TagPage) -> Vec<TagRow> {
    futures::future::join_all(page.rows.into_iter().map(engine::PendingRow::row)).await
}

pub(crate) fn names(rows: &[TagRow]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}
