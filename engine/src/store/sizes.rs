//! How much there is, for whoever watches over the server.

use std::collections::HashMap;

use sqlx::Row;

use super::{Result, Store, codec};

/// How much is known of a registry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegistrySizes {
    /// Repositories of its catalog, and those that somebody opened by name.
    pub repositories: u64,
    /// Tags, those of signatures and the like left out.
    pub tags: u64,
    /// Manifests, counted in each repository that has them.
    pub manifests: u64,
    /// The sum of the repositories' sizes: what several of them share is counted in each.
    pub bytes: u64,
}

/// How much is known altogether.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    /// By the id of the registry; also of those that the configuration does not name any more.
    pub registries: HashMap<String, RegistrySizes>,
    /// Configurations and layers, each once.
    pub blobs: u64,
    /// Their bytes.
    pub blob_bytes: u64,
}

/// The connections of a pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolState {
    /// `write`, `read`, or `all` where there is but one.
    pub name: &'static str,
    /// How many somebody uses.
    pub used: u32,
    /// How many are kept for whoever comes.
    pub idle: u32,
}

impl Store {
    /// Counts everything, with one query for each kind.
    pub async fn sizes(&self) -> Result<Sizes> {
        let database = self.database().await?;
        let mut registries: HashMap<String, RegistrySizes> = HashMap::new();
        let sql = "SELECT g.name, COUNT(r.id), CAST(COALESCE(SUM(r.n_tags), 0) AS BIGINT), \
                   CAST(COALESCE(SUM(r.size), 0) AS BIGINT) \
                   FROM registries g LEFT JOIN repositories r ON r.registry_id = g.id GROUP BY g.name";
        for row in database.all(sqlx::query(sql)).await? {
            let it = registries.entry(row.try_get(0)?).or_default();
            it.repositories = codec::unsigned(row.try_get(1)?);
            it.tags = codec::unsigned(row.try_get(2)?);
            it.bytes = codec::unsigned(row.try_get(3)?);
        }
        let sql = "SELECT g.name, COUNT(*) FROM manifests m JOIN repositories r ON r.id = m.repository_id \
                   JOIN registries g ON g.id = r.registry_id GROUP BY g.name";
        for row in database.all(sqlx::query(sql)).await? {
            registries.entry(row.try_get(0)?).or_default().manifests = codec::unsigned(row.try_get(1)?);
        }
        let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM blobs";
        let row = database.one(sqlx::query(sql)).await?;
        let (blobs, blob_bytes) = (codec::unsigned(row.try_get(0)?), codec::unsigned(row.try_get(1)?));
        Ok(Sizes { registries, blobs, blob_bytes })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.database().await?.one(sqlx::query("SELECT 1")).await.map(|_| ())
    }

    /// How many connections there are; none before the database is opened.
    pub fn pools(&self) -> Vec<PoolState> {
        self.inner.database.get().map(|it| it.pools()).unwrap_or_default()
    }
}
