//! Registries with samples, databases of both kinds, and engines for them.

mod database;
mod fake;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, Event, RegistryConfig, SortBy, TagPage, TagQuery};
use registry::RepositoryName;
use registry::client::ClientConfig;
use registry::summary::TagRow;
use testbed::Distribution;
use testbed::samples::{self, Clock};

pub(crate) use database::{Backend, Database, on_both};
pub(crate) use fake::{FakeImages, digest_of};

/// The id of the only registry of an engine here.
pub(crate) const ID: &str = "r";

/// An engine with a database of its own.
pub(crate) struct TestEngine {
    engine: Engine,
    pub(crate) database: Database,
}

impl Deref for TestEngine {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

pub(crate) async fn registry_with(names: &[&str]) -> Distribution {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    let chosen = names.iter().map(|name| samples::one(name, Clock::FIXED).unwrap());
    samples::fill(&registry, chosen).await.unwrap();
    registry
}

/// An engine with an empty database.
pub(crate) fn engine_for(url: &str, kind: Backend) -> TestEngine {
    let database = Database::new(kind);
    TestEngine { engine: engine_on(url, &database), database }
}

/// Another engine on a database that may be used already, as another replica, or the same one started again.
pub(crate) fn engine_on(url: &str, database: &Database) -> Engine {
    let mut client = ClientConfig::new(url.parse().unwrap());
    client.retry_pause = Duration::from_millis(10);
    engine_with(client, database)
}

pub(crate) fn engine_with(client: ClientConfig, database: &Database) -> Engine {
    let config = RegistryConfig { id: ID.to_owned(), pull_host: "registry.example".to_owned(), client };
    Engine::new(vec![config], database.store()).unwrap()
}

/// Does something, and waits until what was shown has been compared with the registry; returns all events until then.
pub(crate) async fn until_revalidated<T>(engine: &Engine, act: impl Future<Output = T>) -> (T, Vec<Event>) {
    let mut events = engine.events(None).await;
    let result = act.await;
    let mut seen = Vec::new();
    loop {
        let event =
            tokio::time::timeout(Duration::from_secs(20), events.next()).await.unwrap().unwrap().event;
        let is_last = matches!(event, Event::Revalidated { .. });
        seen.push(event);
        if is_last {
            return (result, seen);
        }
    }
}

/// Waits until a repository has been scanned.
pub(crate) async fn scanned(engine: &Engine, repository: &str) {
    for _ in 0..400 {
        let facts = engine.repository_facts(ID, &[name(repository)]).await.unwrap();
        if facts.first().is_some_and(|it| it.scanned_at.is_some()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{repository} was not scanned");
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
    kept_rows(page).await.into_iter().map(Arc::unwrap_or_clone).collect()
}

/// The same rows as they lie in memory.
pub(crate) async fn kept_rows(page: TagPage) -> Vec<Arc<TagRow>> {
    futures::future::join_all(page.rows.into_iter().map(engine::PendingRow::row)).await
}

pub(crate) fn names(rows: &[TagRow]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}
