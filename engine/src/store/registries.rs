//! The configured registries.

use sqlx::Row;

use super::{Millis, Result, Store};

/// The number of a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RegistryId(pub(super) i64);

impl Store {
    /// The number of a registry, which is written down if it is new.
    ///
    /// Where its address has changed, another registry may stand behind its name, and nothing that is known of its
    /// manifests is believed without being read again.
    pub(crate) async fn registry(&self, name: &str, url: &str) -> Result<RegistryId> {
        let database = self.database().await?;
        let sql = "SELECT id, url FROM registries WHERE name = $1";
        if let Some(row) = database.optional(sqlx::query(sql).bind(name)).await? {
            let (id, known): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            if known == url {
                return Ok(RegistryId(id));
            }
        }
        let mut transaction = database.write().await?;
        let sql = "INSERT INTO registries (name, url) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET url = excluded.url RETURNING id";
        let id: i64 = transaction.one(sqlx::query(sql).bind(name).bind(url)).await?.try_get(0)?;
        let sql = "UPDATE manifests SET settled = 0 \
                   WHERE repository_id IN (SELECT id FROM repositories WHERE registry_id = $1)";
        transaction.run(sqlx::query(sql).bind(id)).await?;
        transaction.commit().await?;
        Ok(RegistryId(id))
    }

    /// When the registry's catalog was last read to its end.
    pub(crate) async fn catalog_read_at(&self, registry: RegistryId) -> Result<Option<Millis>> {
        let query = sqlx::query("SELECT catalog_at FROM registries WHERE id = $1").bind(registry.0);
        let row = self.database().await?.optional(query).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.flatten())
    }
}
