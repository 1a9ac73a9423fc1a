//! Sessions in memory, as many as there is room for.

use std::time::Duration;

use async_trait::async_trait;
use moka::future::Cache;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::Result;

/// Nobody can fill the memory with sessions: beyond this, those least used are forgotten.
const MOST: u64 = 10_000;

/// Sessions in memory, each until it was not used for its lifetime.
#[derive(Clone, Debug)]
pub(crate) struct BoundedStore(Cache<Id, Record>);

impl BoundedStore {
    pub(super) fn new(lifetime: Duration) -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_idle(lifetime).build())
    }
}

#[async_trait]
impl SessionStore for BoundedStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // An id has 128 random bits, so this never happens; but if it did, somebody would get another's session.
        while self.0.contains_key(&record.id) {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.0.insert(record.id, record.clone()).await;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        Ok(self.0.get(id).await)
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.invalidate(id).await;
        Ok(())
    }
}
