//! Knows what lies in the registries, and acts on it.
//!
//! One [`Engine`] serves pages and REST alike; each of its questions is one call.

mod access;
mod actor;
mod audit;
mod cosign;
mod deletion;
mod error;
pub mod events;
mod files;
pub mod inventory;
mod measures;
mod notifications;
mod pass_through;
mod place;
mod scan;
mod stopping;
mod store;
mod upstream;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;

use std::sync::Arc;

pub use access::{
    ApiToken, Caller, Grant, Identity, InvalidGrant, InvalidIdentity, InvalidScope, NewToken,
    RegistryCredentials, Rights, Role, Scope, SessionInfo, StoredGrant, TokenOwner, UnknownRole, Way, Who,
};
pub use actor::Actor;
pub use audit::{AuditEntry, AuditFilter, Deed};
pub use cosign::{CosignKey, InvalidKey};
pub use deletion::{
    Advice, Caution, CleanupRule, DeletionPlan, DeletionPolicy, DeletionTarget, InvalidPattern, Job, JobItem,
    JobState, Outcome, PlanState, ProtectedTags, Support, Task, TrashEntry, Why,
};
pub use error::{Error, NoContent};
pub use events::{Event, Numbered, Subscription};
pub use files::{FileContent, FilesLayer, ImageFiles, LayerProgress, LayerState, PlatformImage};
pub use inventory::bases::{BaseImage, ImageBases, KnownBase};
pub use inventory::catalog::{
    Catalog, CatalogFreshness, CatalogSource, NamespaceSums, RepositoryFacts, RepositoryQuery,
};
pub use inventory::search::{FoundIn, SearchHit};
pub use inventory::tags::{PendingRow, SortBy, TagCursor, TagPage, TagQuery, TagSelection, TagSort};
pub use measures::describe_metrics;
pub use notifications::{Notification, NotifiedAction};
pub use pass_through::PassedOn;
pub use scan::ScanProgress;
pub use store::{
    PoolState, RegistrySizes, ScanState, SessionRecord, Sizes, Store, StoreError, StoreLocation,
};
pub use upstream::{RegistryConfig, RegistryInfo};

use access::People;
use deletion::Runners;
use events::Events;
use files::{Readings, Trees};
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
    readings: Readings,
    trees: Trees,
    /// The roles of the configuration.
    grants: Arc<[Grant]>,
    /// The public keys of the configuration.
    cosign_keys: Arc<[CosignKey]>,
    /// Who asks.
    caller: Arc<Caller>,
    /// Those who signed in at a registry.
    people: People,
}

impl Engine {
    /// Makes an engine for the registries, in the order they are shown, that keeps what it knows in the store. Nothing
    /// is asked of them yet. It is the server's own, which may see and do everything: see
    /// [`on_behalf_of`](Self::on_behalf_of).
    pub fn new(registries: Vec<RegistryConfig>, store: Store) -> Result<Self, Error> {
        let events = Events::new();
        let stopping = Stopping::default();
        let upstreams = registries
            .into_iter()
            .map(|it| Upstream::new(it, store.clone(), events.clone(), stopping.clone()).map(Arc::new))
            .collect::<Result<Arc<[_]>, _>>()?;
        Ok(Self {
            upstreams,
            store,
            events,
            stopping,
            policy: Arc::default(),
            runners: Runners::default(),
            readings: Readings::default(),
            trees: Trees::default(),
            grants: Arc::default(),
            cosign_keys: Arc::default(),
            caller: Arc::new(Caller::server()),
            people: People::default(),
        })
    }

    /// The same with what the configuration says about deleting; without it, nothing is deleted.
    #[must_use]
    pub fn with_deletion(mut self, policy: DeletionPolicy) -> Self {
        self.policy = Arc::new(policy);
        self
    }

    /// The same with the roles that the configuration gives.
    #[must_use]
    pub fn with_grants(mut self, grants: Vec<Grant>) -> Self {
        self.grants = grants.into();
        self
    }

    /// The same with public keys that signatures are checked with.
    #[must_use]
    pub fn with_cosign_keys(mut self, keys: Vec<CosignKey>) -> Self {
        self.cosign_keys = keys.into();
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

    /// The registries of which who asks may see something, in the order of the configuration.
    pub fn registries(&self) -> impl Iterator<Item = &RegistryInfo> {
        self.upstreams.iter().map(|it| &it.info).filter(|it| self.caller.rights.touches(&it.id))
    }

    /// The ids of all registries, for what has to be known before somebody signs in.
    pub fn registry_ids(&self) -> impl Iterator<Item = &str> {
        self.upstreams.iter().map(|it| it.info.id.as_str())
    }

    /// What is known of one registry.
    pub fn registry(&self, id: &str) -> Result<&RegistryInfo, Error> {
        Ok(&self.shown(id)?.info)
    }

    /// Whether a registry answers, and takes our credentials.
    pub async fn ping(&self, registry: &str) -> Result<(), Error> {
        Ok(self.shown(registry)?.client.ping().await?)
    }

    /// A registry, whoever asks; see [`shown`](Self::shown) for what people may know.
    fn upstream(&self, id: &str) -> Result<&Arc<Upstream>, Error> {
        self.upstreams
            .iter()
            .find(|it| it.info.id == id)
            .ok_or_else(|| Error::UnknownRegistry { id: id.to_owned() })
    }
}
