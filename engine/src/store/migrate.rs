//! Brings the schema up to date, one replica at a time.

use sqlx::Row;

use super::database::Database;
use super::dialect::MIGRATIONS;
use super::{Result, StoreError, now};

/// Takes the steps that have not been taken yet, all in one transaction.
pub(super) async fn up(database: &Database) -> Result<()> {
    let mut transaction = database.write().await?;
    if let Some(lock) = database.dialect.lock_schema() {
        transaction.script(lock).await?;
    }
    transaction
        .script(
            "CREATE TABLE IF NOT EXISTS stowage_migrations \
             (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)",
        )
        .await?;
    let sql = "SELECT COALESCE(MAX(version), 0) FROM stowage_migrations";
    let found: i64 = transaction.one(sqlx::query(sql)).await?.try_get(0)?;
    let known = MIGRATIONS.last().map_or(0, |it| it.version);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for migration in MIGRATIONS.iter().filter(|it| it.version > found) {
        tracing::info!(version = migration.version, "bringing the schema of the inventory up to date");
        transaction.script(&database.dialect.migration(migration)).await?;
        let sql = "INSERT INTO stowage_migrations (version, applied_at) VALUES ($1, $2)";
        transaction.run(sqlx::query(sql).bind(migration.version).bind(now())).await?;
    }
    transaction.commit().await
}
