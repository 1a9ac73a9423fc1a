//! Sessions in the engine's database, which all replicas share.

use std::fmt::Write;

use async_trait::async_trait;
use engine::{SessionRecord, Store, StoreError};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::{ACCOUNT, Account};

/// Sessions in the database.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseStore(Store);

impl DatabaseStore {
    pub(super) fn new(store: Store) -> Self {
        Self(store)
    }

    async fn write(&self, record: &Record, is_new: bool) -> Result<()> {
        let content =
            serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let expires = record.expiry_date.unix_timestamp().saturating_mul(1000);
        let about = about(record);
        self.0.write_session(&about, &content, expires, is_new).await.map_err(backend)
    }
}

fn backend(error: StoreError) -> Error {
    Error::Backend(error.to_string())
}

/// Under what a session is kept: the hash of its id, so that whoever reads the database cannot use what they find.
pub(crate) fn key(id: &str) -> String {
    Sha256::digest(id.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What its owner may know of a session.
fn about(record: &Record) -> SessionRecord {
    let account = record.data.get(ACCOUNT).and_then(|it| Account::deserialize(it).ok());
    let key = key(&record.id.to_string());
    let Some(account) = account else { return SessionRecord { key, ..SessionRecord::default() } };
    SessionRecord {
        key,
        who: Some(account.identity.to_string()),
        began: account.began.as_millisecond(),
        seen: account.seen.as_millisecond(),
        address: account.address,
        agent: account.agent,
    }
}

#[async_trait]
impl SessionStore for DatabaseStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // An id has 128 random bits, so this never happens; but if it did, somebody would get another's session.
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.write(record, true).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // One that was ended meanwhile stays ended.
        self.write(record, false).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((content, expires)) = self.0.session(&key(&id.to_string())).await.map_err(backend)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&content).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires / 1000)
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.delete_session(&key(&id.to_string())).await.map_err(backend)
    }
}
