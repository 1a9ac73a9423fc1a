//! What has happened, as replicas tell each other.
//!
//! An event's number is the time of the database in microseconds, or the next number where that was given already. So
//! numbers grow also where the database was put back to how it was once, or a server kept its events to itself before.

use sqlx::Row;

use super::{Result, Store, StoreLocation, batch, codec};

/// How many events are kept: as many as each process remembers, and some more for those that are just looking.
const KEPT: i64 = 2048;

/// An event as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct EventRecord {
    pub(crate) id: u64,
    /// The number of the event before it, which need not be kept any more; 0 for the first.
    pub(crate) previous: u64,
    /// JSON.
    pub(crate) content: String,
}

impl Store {
    /// Whether several servers can share it.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.inner.location, StoreLocation::Postgres(_))
    }

    /// The number after which all events are kept.
    pub(crate) async fn events_known_after(&self) -> Result<u64> {
        let database = self.database().await?;
        let oldest =
            "SELECT CASE WHEN previous = 0 THEN id - 1 ELSE previous END FROM events ORDER BY id LIMIT 1";
        let sql = format!("SELECT COALESCE(({oldest}), {} * 1000)", database.dialect.now());
        Ok(codec::unsigned(database.one(sqlx::query(&sql)).await?.try_get(0)?))
    }

    /// Writes events down, each after all that were written down before, and forgets the oldest.
    pub(crate) async fn add_events(&self, contents: &[String]) -> Result<()> {
        let database = self.database().await?;
        let mut transaction = database.write().await?;
        // Without it, somebody could read an event before one with a smaller number, and would never read that.
        if let Some(lock) = database.dialect.lock_events() {
            transaction.script(lock).await?;
        }
        let sql = format!("SELECT COALESCE(MAX(id), 0), {} * 1000 FROM events", database.dialect.now());
        let row = transaction.one(sqlx::query(&sql)).await?;
        let (mut previous, time): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let mut rows = Vec::with_capacity(contents.len());
        for content in contents {
            let id = time.max(previous + 1);
            rows.push((id, previous, content));
            previous = id;
        }
        for piece in batch::pieces(&rows) {
            let sql =
                format!("INSERT INTO events (id, previous, content) VALUES {}", batch::rows(piece.len(), 3));
            let query = piece.iter().fold(sqlx::query(&sql), |query, (id, previous, content)| {
                query.bind(*id).bind(*previous).bind(content.as_str())
            });
            transaction.run(query).await?;
        }
        let sql = "DELETE FROM events WHERE id <= (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET $1)";
        transaction.run(sqlx::query(sql).bind(KEPT)).await?;
        transaction.commit().await
    }

    /// The events after a number, in order.
    pub(crate) async fn events_after(&self, after: u64, limit: usize) -> Result<Vec<EventRecord>> {
        let sql = "SELECT id, previous, content FROM events WHERE id > $1 ORDER BY id LIMIT $2";
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let query = sqlx::query(sql).bind(after).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = self.database().await?.all(query).await?;
        let records = rows.iter().map(|row| {
            Ok(EventRecord {
                id: codec::unsigned(row.try_get(0)?),
                previous: codec::unsigned(row.try_get(1)?),
                content: row.try_get(2)?,
            })
        });
        records.collect()
    }
}
