//! Knows what lies in the registries, and acts on it.
//!
//! One [`Engine`] serves pages and REST alike; each of its questions is one call.

mod actor;
mod audit;
mod deletion;
mod error;
pub mod events;
pub mod inventory;
mod notifications;
mod place;
mod scan;
mod stopping;
mod store;
mod upstream;

use std::sync::Arc;

use registry::RepositoryName;

pub use actor::Actor;
pub use audit::{AuditEntry, AuditFilter, Deed};
pub use deletion::{
    Advice, Caution, CleanupRule, DeletionPlan, DeletionPolicy, DeletionTarget, InvalidPattern, Job, JobItem,
    JobState, Outcome, PlanState, ProtectedTags, Support, Task, TrashEntry, Why,
};
pub use error::Error;
pub use events::{Event, Numbered, Subscription};
pub use inventory::catalog::{Catalog, CatalogFreshness, NamespaceSums, RepositoryFacts, RepositoryQuery};
pub use inventory::search::{FoundIn, SearchHit};
pub use inventory::tags::{PendingRow, SortBy, TagCursor, TagPage, TagQuery, TagSelection, TagSort};
pub use notifications::{Notification, NotifiedAction};
pub use scan::ScanProgress;
pub use store::{ScanState, Store, StoreError, StoreLocation};
pub use upstream::{RegistryConfig, RegistryInfo};

use deletion::Runners;
use events::Events;
use place::Place;
use stopping::Stopping;
use upstream::Upstream;

/// Everything the server knows; cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    upstreams: Arc<[Arc<Upstream>]>,
    store: Store,
    events: Events,
    stopping: Stopping,
    policy: Arc<DeletionPolicy>,
    runners: Runners,
}

impl Engine {
    /// Makes an engine for the registries, in the order they are shown, that keeps what it knows in the store. Nothing
    /// is asked of them yet.
    pub fn new(registries: Vec<RegistryConfig>, store: Store) -> Result<Self, Error> {
        let events = Events::new();
        let stopping = Stopping::default();
        let upstreams = registries
            .into_iter()
            .map(|it| Upstream::new(it, store.clone(), events.clone(), stopping.clone()).map(Arc::new))
            .collect::<Result<Arc<[_]>, _>>()?;
        let (policy, runners) = (Arc::default(), Runners::default());
        Ok(Self { upstreams, store, events, stopping, policy, runners })
    }

    /// The same with what the configuration says about deleting; without it, nothing is deleted.
    #[must_use]
    pub fn with_deletion(mut self, policy: DeletionPolicy) -> Self {
        self.policy = Arc::new(policy);
        self
    }

    /// What the configuration says about deleting.
    pub fn deletion_policy(&self) -> &DeletionPolicy {
        &self.policy
    }

    /// Where the inventory is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What changes after the event of a number, and how far scans are; from now on, where none is given.
    pub fn events(&self, after: Option<u64>) -> Subscription {
        self.events.subscribe(after)
    }

    /// The number of the last event so far: what a page that is made now knows.
    pub fn last_event(&self) -> u64 {
        self.events.last()
    }

    /// The registries in the order of the configuration.
    pub fn registries(&self) -> impl Iterator<Item = &RegistryInfo> {
        self.upstreams.iter().map(|it| &it.info)
    }

    /// What is known of one registry.
    pub fn registry(&self, id: &str) -> Result<&RegistryInfo, Error> {
        Ok(&self.upstream(id)?.info)
    }

    /// The repositories of a registry that match a query.
    ///
    /// A catalog that was read before is given at once, and read again in the background. The first time one waits for
    /// the whole catalog a moment; of one that takes longer, what has been read so far is given, and the reading goes on.
    pub async fn repositories(&self, registry: &str, query: &RepositoryQuery) -> Result<Catalog, Error> {
        inventory::catalog::repositories(self.upstream(registry)?, query).await
    }

    /// How fresh the names are that [`repositories`](Self::repositories) gives.
    pub async fn catalog_freshness(&self, registry: &str) -> Result<CatalogFreshness, Error> {
        inventory::catalog::freshness(self.upstream(registry)?).await
    }

    /// A page of the tags of a repository; its rows arrive one after the other.
    pub async fn tags(
        &self,
        registry: &str,
        repository: &RepositoryName,
        query: &TagQuery,
    ) -> Result<TagPage, Error> {
        self.select_tags(registry, repository, &query.into()).await
    }

    /// A page of the tags of a repository, with every filter and in every order that there is.
    ///
    /// The rows of a repository that was scanned come from the inventory at once, and are compared with the registry in
    /// the background: see [`events`](Self::events). Of one that was not, the rows that are shown are read first, and
    /// an order or filter that needs all tags waits for its scan, for 20 seconds at most.
    pub async fn select_tags(
        &self,
        registry: &str,
        repository: &RepositoryName,
        selection: &TagSelection,
    ) -> Result<TagPage, Error> {
        // Boxed, for whoever awaits this has futures of their own.
        Box::pin(inventory::tags::page(self.upstream(registry)?, repository, selection)).await
    }

    /// What is known of repositories as a whole, by name; those that are not known are left out.
    pub async fn repository_facts(
        &self,
        registry: &str,
        names: &[RepositoryName],
    ) -> Result<Vec<RepositoryFacts>, Error> {
        inventory::catalog::repository_facts(self.upstream(registry)?, names).await
    }

    /// What is known of all repositories in each of some namespaces; an empty one stands for the whole registry.
    pub async fn namespace_sums(
        &self,
        registry: &str,
        namespaces: &[String],
    ) -> Result<Vec<NamespaceSums>, Error> {
        inventory::catalog::namespace_sums(self.upstream(registry)?, namespaces).await
    }

    /// Manifests of a repository that no tag and no index leads to, as far as a scan has ever met them; those that the
    /// registry does not have any more are left out.
    pub async fn untagged(
        &self,
        registry: &str,
        repository: &RepositoryName,
        limit: usize,
    ) -> Result<Vec<registry::summary::Summary>, Error> {
        let place = Place::note(self.upstream(registry)?, repository).await?;
        deletion::forget_gone(&place).await?;
        Ok(self.store.untagged(place.id, limit).await?)
    }

    /// Everything about one image.
    pub async fn image(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &registry::Reference,
    ) -> Result<registry::image::ImageDetail, Error> {
        Box::pin(inventory::image::detail(self.upstream(registry)?, repository, reference)).await
    }

    /// The manifest of an image, byte for byte as the registry holds it.
    pub async fn manifest(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &registry::Reference,
    ) -> Result<registry::client::ManifestBytes, Error> {
        Ok(self.upstream(registry)?.client.manifest(repository, reference).await?)
    }

    /// Finds repositories, tags, labels, digests and digests of layers in all registries, the best ones first. The first
    /// digits of a digest are enough. Nothing is asked of the registries.
    pub async fn search(&self, text: &str, limit: usize) -> Result<Vec<SearchHit>, Error> {
        let hits = inventory::search::search(&self.store, text, limit).await?;
        Ok(self.configured(hits))
    }

    /// The tags of images, in all registries, that hold a layer.
    pub async fn tags_with_layer(
        &self,
        layer: &registry::Digest,
        limit: usize,
    ) -> Result<Vec<SearchHit>, Error> {
        let hits = inventory::search::with_layer(&self.store, layer, limit).await?;
        Ok(self.configured(hits))
    }

    /// The tags of images, in all registries, that are built on the image with a digest: their first layers are all of
    /// its layers, and they have more.
    pub async fn built_on(&self, base: &registry::Digest, limit: usize) -> Result<Vec<SearchHit>, Error> {
        let hits = inventory::search::built_on(&self.store, base, limit).await?;
        Ok(self.configured(hits))
    }

    /// Compares a repository's list of tags, and where those of a page are, with the registry, and waits for it: what
    /// "refresh" does. Changes are published as well.
    pub async fn refresh(
        &self,
        registry: &str,
        repository: &RepositoryName,
        selection: &TagSelection,
    ) -> Result<(), Error> {
        Box::pin(inventory::tags::refresh(self.upstream(registry)?, repository, selection)).await
    }

    /// Reads the catalog again and waits for it; it is not written down unless it was read to its end.
    pub async fn refresh_catalog(&self, registry: &str) -> Result<(), Error> {
        let upstream = self.upstream(registry)?;
        upstream.catalog.read_now(upstream).await
    }

    /// Scans a repository, or a whole registry, in the background; one that is being scanned already is left to those
    /// who do. [`events`](Self::events) and [`scans`](Self::scans) tell how far it is.
    pub async fn begin_scan(&self, registry: &str, repository: Option<&RepositoryName>) -> Result<(), Error> {
        let upstream = self.upstream(registry)?;
        match repository {
            Some(repository) => scan::begin(&Place::note(upstream, repository).await?),
            None => scan::begin_registry(upstream),
        }
        Ok(())
    }

    /// Scans a repository, or a whole registry, to its end; false if somebody else is scanning it.
    pub async fn scan(&self, registry: &str, repository: Option<&RepositoryName>) -> Result<bool, Error> {
        let upstream = self.upstream(registry)?;
        Ok(match repository {
            Some(repository) => scan::scan_repository(&Place::note(upstream, repository).await?).await,
            None => scan::scan_registry(upstream).await,
        }?)
    }

    /// The last scans of a registry, the newest first.
    pub async fn scans(&self, registry: &str, limit: usize) -> Result<Vec<ScanProgress>, Error> {
        scan::list(self.upstream(registry)?, limit).await
    }

    /// Asks a scan to stop, in whichever replica it runs; false if none of this number runs. What it has read is kept.
    pub async fn stop_scan(&self, registry: &str, id: i64) -> Result<bool, Error> {
        scan::stop(self.upstream(registry)?, id).await
    }

    /// Scans every registry now and then again after each pause, for as long as the future is polled.
    pub async fn keep_scanning(&self, pause: std::time::Duration) {
        scan::keep_scanning(&self.upstreams, pause).await;
    }

    /// Whether a registry answers, and takes our credentials.
    pub async fn ping(&self, registry: &str) -> Result<(), Error> {
        Ok(self.upstream(registry)?.client.ping().await?)
    }

    /// Without what is known of registries that are not configured any more.
    fn configured(&self, mut hits: Vec<SearchHit>) -> Vec<SearchHit> {
        hits.retain(|hit| self.upstreams.iter().any(|it| it.info.id == hit.registry));
        hits
    }

    fn upstream(&self, id: &str) -> Result<&Arc<Upstream>, Error> {
        self.upstreams
            .iter()
            .find(|it| it.info.id == id)
            .ok_or_else(|| Error::UnknownRegistry { id: id.to_owned() })
    }
}
