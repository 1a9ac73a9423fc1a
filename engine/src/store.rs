//! Where the inventory is kept: SQLite, or PostgreSQL where several replicas share it.
//!
//! This is the only place with SQL. The statements are the same for both databases; where these differ, `dialect` says
//! how.

mod api_tokens;
mod audit;
mod bases;
mod batch;
mod blobs;
mod codec;
mod compact;
mod database;
mod dialect;
mod error;
mod events;
mod finding;
mod grants;
mod holdings;
mod jobs;
pub(crate) mod labels;
mod layer_files;
mod leases;
mod listing;
mod location;
mod manifests;
mod migrate;
mod namespaces;
mod notified;
mod places;
mod plans;
mod platforms;
mod recent;
mod referrers;
mod registries;
mod repositories;
mod scans;
mod search;
mod sessions;
mod sizes;
mod tag_page;
mod tags;
mod trash;
mod untagged;
mod writing;

use std::sync::Arc;

use tokio::sync::OnceCell;

pub use error::StoreError;
pub use location::StoreLocation;
pub use scans::ScanState;
pub use sessions::SessionRecord;
pub use sizes::{PoolState, RegistrySizes, Sizes};

pub(crate) use api_tokens::TokenRecord;
pub(crate) use audit::AuditRecord;
pub(crate) use blobs::BlobRecord;
pub(crate) use codec::{Millis, now};
pub(crate) use finding::{Change, Finding, Found};
pub(crate) use holdings::Gone;
pub(crate) use jobs::{EndedItem, ItemRecord, JobRecord};
pub(crate) use layer_files::KnownLayer;
pub(crate) use leases::Lease;
pub(crate) use manifests::{ChildRecord, ManifestRecord};
pub(crate) use places::Ledger;
pub(crate) use plans::PlanRecord;
pub(crate) use referrers::{Beside, PREDICATE_LABEL};
pub(crate) use registries::RegistryId;
pub(crate) use repositories::{RepositoryId, RepositoryRecord};
pub(crate) use scans::{OrphanedScan, ScanId, ScanRecord};
pub(crate) use search::{FoundRecord, Visible};
pub(crate) use tag_page::{StoredPage, StoredRow};
pub(crate) use tags::KnownTag;
pub(crate) use trash::{Thrown, TrashRecord};

use database::Database;

/// The result of the store's functions.
pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The inventory's database; cheap to clone.
///
/// It is opened when it is first used, or by [`ready`](Self::ready); if that fails, the next use tries again.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    location: StoreLocation,
    database: OnceCell<Database>,
}

impl Store {
    /// The database at a place; nothing is opened yet.
    pub fn new(location: StoreLocation) -> Self {
        Self { inner: Arc::new(Inner { location, database: OnceCell::new() }) }
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be reached, cannot be written to, is damaged, or was written by a newer version.
    pub async fn ready(&self) -> Result<()> {
        self.database().await.map(|_| ())
    }

    /// Waits for what is being written, and closes the database.
    pub async fn close(&self) {
        if let Some(database) = self.inner.database.get() {
            database.close().await;
        }
    }

    async fn database(&self) -> Result<&Database> {
        self.inner.database.get_or_try_init(|| Database::open(&self.inner.location)).await
    }
}

/// A text for `LIKE … ESCAPE '\\'` in which nothing stands for anything else.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_for_itself_only() {
        assert_eq!(escape(r"50%_\x"), r"50\%\_\\x");
    }
}
