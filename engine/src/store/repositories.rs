//! Repositories: which there are, and what is summed up of them.

use std::collections::HashSet;

use registry::RepositoryName;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::writing::Writing;
use super::{Millis, RegistryId, Result, Store, batch, codec, now};

/// The number of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RepositoryId(pub(super) i64);

/// What is known of a repository as a whole.
#[derive(Clone, Debug)]
pub(crate) struct RepositoryRecord {
    pub(crate) id: RepositoryId,
    pub(crate) name: RepositoryName,
    /// Whether the catalog names it; else somebody opened it by its name.
    pub(crate) in_catalog: bool,
    /// Tags without those that only carry signatures and the like.
    pub(crate) n_tags: usize,
    /// Tags that only carry signatures and the like.
    pub(crate) n_attached: usize,
    /// Bytes of all that its tags lead to, each blob once; absent before the first complete scan.
    pub(crate) size: Option<u64>,
    /// When something was last pushed, or else the newest date of its tags.
    pub(crate) last_pushed: Option<Millis>,
    /// When its tags were last listed to the end.
    pub(crate) listed_at: Option<Millis>,
    /// When the last complete scan began.
    pub(crate) scanned_at: Option<Millis>,
}

const COLUMNS: &str = "id, name, n_tags, n_attached, size, last_pushed, listed_at, scanned_at, in_catalog";

/// What appeared in a catalog and what vanished from it.
#[derive(Debug, Default)]
pub(crate) struct CatalogChange {
    pub(crate) appeared: Vec<RepositoryName>,
    pub(crate) vanished: Vec<RepositoryName>,
    /// When it was written down.
    pub(crate) written: Millis,
}

impl Store {
    /// What is known of a repository.
    pub(crate) async fn repository(
        &self,
        registry: RegistryId,
        name: &RepositoryName,
    ) -> Result<Option<RepositoryRecord>> {
        let database = self.database().await?;
        let read = async {
            let sql = format!("SELECT {COLUMNS} FROM repositories WHERE registry_id = $1 AND name = $2");
            let query = sqlx::query(&sql).bind(registry.0).bind(name.as_str());
            let row = database.optional(query).await?;
            row.as_ref().map(record).transpose().map(Option::flatten)
        };
        match &database.recent {
            Some(recent) => recent.repositories.get_or(database, (registry, name.clone()), read).await,
            None => read.await,
        }
    }

    /// The number of a repository, which is written down if it is new.
    pub(crate) async fn note_repository(
        &self,
        registry: RegistryId,
        name: &RepositoryName,
    ) -> Result<RepositoryId> {
        if let Some(known) = self.repository(registry, name).await? {
            return Ok(known.id);
        }
        let mut transaction = self.database().await?.write().await?;
        let sql = "INSERT INTO repositories (registry_id, name) VALUES ($1, $2) \
                   ON CONFLICT (registry_id, name) DO UPDATE SET name = excluded.name RETURNING id";
        let query = sqlx::query(sql).bind(registry.0).bind(name.as_str());
        let id = transaction.one(query).await?.try_get(0)?;
        transaction.commit().await?;
        Ok(RepositoryId(id))
    }

    /// The names that the catalog gave, in order.
    pub(crate) async fn catalog(&self, registry: RegistryId) -> Result<Vec<RepositoryName>> {
        let sql = "SELECT string_agg(name, ' ') FROM (SELECT name FROM repositories \
                   WHERE registry_id = $1 AND in_catalog = 1 ORDER BY name) r";
        self.database().await?.names(sqlx::query(sql).bind(registry.0)).await
    }

    /// What is known of repositories by their names; those that are not known are left out.
    pub(crate) async fn repositories_named(
        &self,
        registry: RegistryId,
        names: &[RepositoryName],
    ) -> Result<Vec<RepositoryRecord>> {
        let database = self.database().await?;
        let mut records = Vec::with_capacity(names.len());
        for piece in batch::padded(names) {
            let sql = format!(
                "SELECT {COLUMNS} FROM repositories WHERE registry_id = $1 AND name IN ({})",
                batch::list(2, piece.len())
            );
            let query = piece
                .iter()
                .fold(sqlx::query(&sql).bind(registry.0), |query, name| query.bind(name.as_str()));
            for row in database.all(query).await? {
                records.extend(record(&row)?);
            }
        }
        Ok(records)
    }

    /// Repositories that the catalog names and whose last scan began before a time, the longest ago first.
    pub(crate) async fn repositories_to_scan(
        &self,
        registry: RegistryId,
        before: Millis,
    ) -> Result<Vec<RepositoryName>> {
        let sql = "SELECT string_agg(name, ' ') FROM (SELECT name FROM repositories \
                   WHERE registry_id = $1 AND in_catalog = 1 AND COALESCE(scanned_at, 0) < $2 \
                   ORDER BY COALESCE(scanned_at, 0), name) r";
        self.database().await?.names(sqlx::query(sql).bind(registry.0).bind(before)).await
    }

    /// Takes over a catalog that was read to its end; `names` are sorted.
    pub(crate) async fn write_catalog(
        &self,
        registry: RegistryId,
        names: &[RepositoryName],
    ) -> Result<CatalogChange> {
        let known: HashSet<RepositoryName> = self.catalog(registry).await?.into_iter().collect();
        let listed: HashSet<&RepositoryName> = names.iter().collect();
        let appeared: Vec<_> = names.iter().filter(|name| !known.contains(*name)).cloned().collect();
        let vanished: Vec<_> = known.into_iter().filter(|name| !listed.contains(name)).collect();
        let database = self.database().await?;
        // A large catalog is written in parts, so that others can write in between.
        for part in appeared.chunks(512) {
            let mut transaction = database.write().await?;
            for piece in batch::pieces(part) {
                let sql = format!(
                    "INSERT INTO repositories (registry_id, name, in_catalog) VALUES {} \
                     ON CONFLICT (registry_id, name) DO UPDATE SET in_catalog = 1",
                    batch::rows(piece.len(), 3)
                );
                let query = piece.iter().fold(sqlx::query(&sql), |query, name| {
                    query.bind(registry.0).bind(name.as_str()).bind(1_i64)
                });
                transaction.run(query).await?;
            }
            transaction.commit().await?;
        }
        for part in vanished.chunks(64) {
            let mut transaction = database.write().await?;
            for piece in batch::padded(part) {
                let sql = format!(
                    "DELETE FROM repositories WHERE registry_id = $1 AND name IN ({})",
                    batch::list(2, piece.len())
                );
                let query = piece
                    .iter()
                    .fold(sqlx::query(&sql).bind(registry.0), |query, name| query.bind(name.as_str()));
                transaction.run(query).await?;
            }
            transaction.commit().await?;
        }
        let written = now();
        let mut transaction = database.write().await?;
        let sql = "UPDATE registries SET catalog_at = $1 WHERE id = $2";
        transaction.run(sqlx::query(sql).bind(written).bind(registry.0)).await?;
        transaction.commit().await?;
        Ok(CatalogChange { appeared, vanished, written })
    }

    /// Forgets what lies in a repository that the registry does not know any more. What the catalog names stays named.
    pub(crate) async fn forget_repository(&self, repository: RepositoryId) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        for sql in [
            "DELETE FROM tags WHERE repository_id = $1",
            "DELETE FROM manifests WHERE repository_id = $1",
            "UPDATE repositories SET n_tags = 0, n_attached = 0, size = NULL, last_pushed = NULL, \
             listed_at = NULL, scanned_at = NULL WHERE id = $1",
            "DELETE FROM repositories WHERE id = $1 AND in_catalog = 0",
        ] {
            transaction.run(sqlx::query(sql).bind(repository.0)).await?;
        }
        transaction.commit().await
    }

    /// Sums up a repository anew; `scanned_at` is when the scan began that has just been completed.
    pub(crate) async fn sum_up(&self, repository: RepositoryId, scanned_at: Option<Millis>) -> Result<()> {
        let database = self.database().await?;
        // Reading takes a while in a large repository, so it is done before anything is locked.
        let sql = "WITH RECURSIVE live (id) AS ( \
                     SELECT manifest_id FROM tags WHERE repository_id = $1 AND manifest_id IS NOT NULL \
                     UNION \
                     SELECT m.id FROM live \
                     JOIN manifest_children c ON c.manifest_id = live.id \
                     JOIN manifests m ON m.repository_id = $1 AND m.digest = c.child) \
                   SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM blobs WHERE id IN ( \
                     SELECT blob_id FROM manifest_blobs WHERE manifest_id IN (SELECT id FROM live))";
        let size: i64 = database.one(sqlx::query(sql).bind(repository.0)).await?.try_get(0)?;
        let mut transaction = database.write().await?;
        count_tags(&mut transaction, repository).await?;
        let sql = "UPDATE repositories SET size = $2, scanned_at = COALESCE($3, scanned_at), \
                   last_pushed = (SELECT COALESCE(MAX(pushed_at), MAX(created) / 1000) FROM tags \
                                  WHERE repository_id = $1 AND attached_to IS NULL) \
                   WHERE id = $1";
        let query = sqlx::query(sql).bind(repository.0).bind(size).bind(scanned_at);
        transaction.run(query).await?;
        transaction.commit().await
    }
}

/// Counts the tags of a repository anew.
pub(super) async fn count_tags(transaction: &mut Writing, repository: RepositoryId) -> Result<()> {
    let sql = "UPDATE repositories SET \
               n_tags = (SELECT COUNT(*) FROM tags WHERE repository_id = $1 AND attached_to IS NULL), \
               n_attached = (SELECT COUNT(*) FROM tags WHERE repository_id = $1 AND attached_to IS NOT NULL) \
               WHERE id = $1";
    transaction.run(sqlx::query(sql).bind(repository.0)).await?;
    Ok(())
}

/// Reads a row; `None` for a name that no repository can have.
fn record(row: &AnyRow) -> Result<Option<RepositoryRecord>> {
    let name: String = row.try_get(1)?;
    let Ok(name) = name.parse() else { return Ok(None) };
    Ok(Some(RepositoryRecord {
        id: RepositoryId(row.try_get(0)?),
        name,
        n_tags: codec::count(row.try_get(2)?),
        n_attached: codec::count(row.try_get(3)?),
        size: row.try_get::<Option<i64>, _>(4)?.map(codec::unsigned),
        last_pushed: row.try_get(5)?,
        listed_at: row.try_get(6)?,
        scanned_at: row.try_get(7)?,
        in_catalog: row.try_get::<i64, _>(8)? == 1,
    }))
}
