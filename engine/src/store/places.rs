//! Where something lies: all repositories there are, or of which something was written down.

use sqlx::Row;

use super::{Result, Store};

/// A table that tells of repositories by their names, because it outlives them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ledger {
    Audit,
    Jobs,
    Trash,
}

impl Ledger {
    fn table(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Jobs => "jobs",
            Self::Trash => "trash",
        }
    }
}

impl Store {
    /// The registry and the repository of everything in a table, each pair once; both may be empty in the audit.
    pub(crate) async fn places_in(&self, ledger: Ledger) -> Result<Vec<(String, String)>> {
        let sql = format!("SELECT DISTINCT registry, repository FROM {}", ledger.table());
        let rows = self.database().await?.all(sqlx::query(&sql)).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// The number, the registry and the name of every repository.
    pub(crate) async fn all_repositories(&self) -> Result<Vec<(i64, String, String)>> {
        let sql = "SELECT r.id, g.name, r.name FROM repositories r JOIN registries g ON g.id = r.registry_id";
        let rows = self.database().await?.all(sqlx::query(sql)).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
    }
}
