//! One registry with what is remembered of it.

use std::time::Duration;

use moka::future::Cache;
use registry::Digest;
use registry::client::{Client, ClientConfig};
use tokio::sync::OnceCell;

use crate::Error;
use crate::deletion::KnownSupport;
use crate::events::Events;
use crate::inventory::catalog::CatalogReader;
use crate::inventory::describe::Described;
use crate::inventory::tags::Revalidations;
use crate::measures::Measures;
use crate::notifications::{Notified, Soon};
use crate::stopping::Stopping;
use crate::store::{RegistryId, RepositoryId, Store, StoreError};

/// How many bytes are kept of what has just been read and may not be in the inventory yet.
const DESCRIBED_LIMIT: u64 = 4 << 20;
/// How long that is kept.
const DESCRIBED_FOR: Duration = Duration::from_secs(30);
/// How many repositories are remembered with which something is wrong.
const PROBLEMS: u64 = 1000;

/// A registry as the configuration names it.
#[derive(Clone, Debug)]
pub struct RegistryConfig {
    /// The id in addresses: its host, as one writes it in an image reference, unless configured otherwise.
    pub id: String,
    /// The host that `docker pull` is given.
    pub pull_host: String,
    /// How to reach it.
    pub client: ClientConfig,
}

/// What may be told of a registry to everybody.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RegistryInfo {
    /// The id in addresses.
    pub id: String,
    /// Where the server reaches it, without credentials.
    pub url: String,
    /// The host that `docker pull` is given.
    pub pull_host: String,
}

#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) info: RegistryInfo,
    pub(crate) client: Client,
    pub(crate) store: Store,
    pub(crate) events: Events,
    pub(crate) catalog: CatalogReader,
    /// What lies behind digests, between being read and being found in the inventory.
    pub(crate) described: Cache<(RepositoryId, Digest), Described>,
    /// Why the last look at a repository did not succeed; nothing where it did.
    pub(crate) problems: Cache<RepositoryId, registry::Error>,
    pub(crate) revalidations: Revalidations,
    pub(crate) notified: Notified,
    pub(crate) soon: Soon,
    pub(crate) stopping: Stopping,
    /// What it can do of what a deletion needs.
    pub(crate) support: KnownSupport,
    pub(crate) measures: Measures,
    id: OnceCell<RegistryId>,
}

impl Upstream {
    pub(crate) fn new(
        config: RegistryConfig,
        store: Store,
        events: Events,
        stopping: Stopping,
    ) -> Result<Self, Error> {
        let mut url = config.client.url.clone();
        // The setters fail only for addresses that cannot carry credentials, which then have none to hide.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let client = Client::new(ClientConfig { name: config.id.clone(), ..config.client })?;
        let measures = Measures::new(&config.id);
        Ok(Self {
            info: RegistryInfo { id: config.id, url: url.to_string(), pull_host: config.pull_host },
            catalog: CatalogReader::default(),
            client,
            store,
            events,
            described: Cache::builder()
                .max_capacity(DESCRIBED_LIMIT)
                .time_to_live(DESCRIBED_FOR)
                .weigher(|_, it: &Described| {
                    let rows = it.summary.platforms.len() + it.summary.attestations.len();
                    let blobs = it.record.as_ref().map_or(0, |record| record.layers.len());
                    u32::try_from(512 + 320 * rows + 128 * blobs).unwrap_or(u32::MAX)
                })
                .build(),
            problems: Cache::new(PROBLEMS),
            revalidations: Revalidations::default(),
            notified: Notified::default(),
            soon: Soon::default(),
            stopping,
            support: KnownSupport::default(),
            measures,
            id: OnceCell::new(),
        })
    }

    /// The registry's number in the inventory.
    pub(crate) async fn registry_id(&self) -> Result<RegistryId, StoreError> {
        let note = || self.store.registry(&self.info.id, &self.info.url);
        self.id.get_or_try_init(note).await.copied()
    }
}

/// A word that no other process and no other task of this one uses.
pub(crate) fn unique() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    // Every `RandomState` has keys of its own, the first of which come from the system's source of randomness.
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}
