//! Who did what. Rows are only ever added; the database refuses anything else.

use sqlx::Row;

use super::dialect::Dialect;
use super::writing::Writing;
use super::{Millis, Result, Store, batch, codec, now};
use crate::actor::Actor;
use crate::audit::{AuditFilter, Deed};

/// A row of the audit.
#[derive(Clone, Debug)]
pub(crate) struct AuditRecord {
    pub(crate) id: i64,
    pub(crate) at: Millis,
    pub(crate) actor: Actor,
    pub(crate) deed: Deed,
}

impl Store {
    /// Adds what somebody did.
    pub(crate) async fn write_audit(&self, actor: &Actor, deeds: &[Deed]) -> Result<()> {
        if deeds.is_empty() {
            return Ok(());
        }
        let mut transaction = self.database().await?.write().await?;
        add_deeds(&mut transaction, actor, &deeds.iter().collect::<Vec<_>>()).await?;
        transaction.commit().await
    }

    /// What somebody did, the newest first, from before the row of a number; in some places, where those are given.
    pub(crate) async fn audit(
        &self,
        filter: &AuditFilter,
        places: Option<&str>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditRecord>> {
        let database = self.database().await?;
        let sql = format!(
            "SELECT id, at, actor, address, action, registry, repository, subject, outcome, detail FROM audit \
                   WHERE id < $1 AND ($2 = '' OR action = $2) AND ($3 = '' OR registry = $3) \
                   AND ($4 = '' OR repository = $4) AND ($5 = '' OR outcome = $5) \
                   AND ($6 = '' OR actor = $6) AND ($7 = '' OR {}) \
                   AND at >= $8 AND at < $9 {} ORDER BY id DESC LIMIT $10",
            database.dialect.is_like("subject", 7),
            within(database.dialect, places, 11)
        );
        let pattern = match filter.q.trim() {
            "" => String::new(),
            text => format!("%{}%", super::escape(&text.to_lowercase())),
        };
        let query = sqlx::query(&sql)
            .bind(before.unwrap_or(i64::MAX))
            .bind(filter.action.as_str())
            .bind(filter.registry.as_str())
            .bind(filter.repository.as_str())
            .bind(filter.outcome.as_str())
            .bind(filter.actor.as_str())
            .bind(pattern.as_str())
            .bind(filter.from.map_or(0, jiff::Timestamp::as_millisecond))
            .bind(filter.until.map_or(i64::MAX, jiff::Timestamp::as_millisecond))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let query = places.into_iter().fold(query, |query, places| query.bind(places));
        let rows = database.all(query).await?;
        let records = rows.iter().map(|row| {
            Ok(AuditRecord {
                id: row.try_get(0)?,
                at: row.try_get(1)?,
                actor: Actor { name: row.try_get(2)?, address: row.try_get(3)? },
                deed: Deed {
                    action: row.try_get(4)?,
                    registry: row.try_get(5)?,
                    repository: row.try_get(6)?,
                    subject: row.try_get(7)?,
                    outcome: row.try_get(8)?,
                    detail: row.try_get(9)?,
                },
            })
        });
        records.collect()
    }

    /// How many rows the audit has; in some places, where those are given.
    pub(crate) async fn count_audit(&self, places: Option<&str>) -> Result<usize> {
        let database = self.database().await?;
        let sql = format!("SELECT COUNT(*) FROM audit WHERE 1 = 1 {}", within(database.dialect, places, 1));
        let query = places.into_iter().fold(sqlx::query(&sql), |query, places| query.bind(places));
        let row = database.one(query).await?;
        Ok(codec::count(row.try_get(0)?))
    }
}

/// The condition that something lies in one of the places that a parameter lists; none where all are meant.
pub(super) fn within(dialect: Dialect, places: Option<&str>, parameter: usize) -> String {
    match places {
        Some(_) => format!("AND {}", dialect.is_among("registry || ' ' || repository", parameter)),
        None => String::new(),
    }
}

/// Adds a row within a transaction that does what it tells of.
pub(super) async fn add_deed(transaction: &mut Writing, actor: &Actor, deed: &Deed) -> Result<()> {
    add_deeds(transaction, actor, &[deed]).await
}

/// The same for several, in their order.
pub(super) async fn add_deeds(transaction: &mut Writing, actor: &Actor, deeds: &[&Deed]) -> Result<()> {
    let at = now();
    for piece in batch::pieces(deeds) {
        let sql = format!(
            "INSERT INTO audit (at, actor, address, action, registry, repository, subject, outcome, detail) \
             VALUES {}",
            batch::rows(piece.len(), 9)
        );
        let query = piece.iter().fold(sqlx::query(&sql), |query, deed| {
            query
                .bind(at)
                .bind(actor.name.as_str())
                .bind(actor.address.as_str())
                .bind(deed.action.as_str())
                .bind(deed.registry.as_str())
                .bind(deed.repository.as_str())
                .bind(deed.subject.as_str())
                .bind(deed.outcome.as_str())
                .bind(deed.detail.as_str())
        });
        transaction.run(query).await?;
    }
    Ok(())
}
