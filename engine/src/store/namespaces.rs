//! Sums over all repositories of a namespace.

use sqlx::Row;

use super::{Millis, RegistryId, Result, Store, codec};

/// What is known of all repositories in a namespace together.
#[derive(Clone, Debug)]
pub(crate) struct NamespaceRecord {
    pub(crate) n_repositories: usize,
    pub(crate) n_scanned: usize,
    pub(crate) n_tags: usize,
    /// The sum of the repositories' sizes.
    pub(crate) size: u64,
    pub(crate) last_pushed: Option<Millis>,
}

impl Store {
    /// Sums up the repositories of a namespace, however deep; an empty one stands for the whole registry. Only those
    /// of some numbers, where those are given.
    pub(crate) async fn namespace_sums(
        &self,
        registry: RegistryId,
        namespace: &str,
        visible: Option<&str>,
    ) -> Result<NamespaceRecord> {
        // All names that begin with the namespace and a slash lie between it and the character after the slash.
        let (from, to) = match namespace {
            "" => (String::new(), "\u{7f}".to_owned()),
            namespace => (format!("{namespace}/"), format!("{namespace}0")),
        };
        let database = self.database().await?;
        let within = visible.map(|_| format!("AND {}", database.dialect.is_number_among("id", 4)));
        let sql = format!(
            "SELECT COUNT(*), COUNT(scanned_at), CAST(COALESCE(SUM(n_tags), 0) AS BIGINT), \
                   CAST(COALESCE(SUM(size), 0) AS BIGINT), MAX(last_pushed) FROM repositories \
                   WHERE registry_id = $1 AND in_catalog = 1 AND name >= $2 AND name < $3 {}",
            within.unwrap_or_default()
        );
        let query = sqlx::query(&sql).bind(registry.0).bind(from).bind(to);
        let query = visible.into_iter().fold(query, |query, visible| query.bind(visible));
        let row = database.one(query).await?;
        Ok(NamespaceRecord {
            n_repositories: codec::count(row.try_get(0)?),
            n_scanned: codec::count(row.try_get(1)?),
            n_tags: codec::count(row.try_get(2)?),
            size: codec::unsigned(row.try_get(3)?),
            last_pushed: row.try_get(4)?,
        })
    }
}
