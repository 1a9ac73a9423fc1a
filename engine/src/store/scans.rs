//! Scans: which run, how far they are, and how they ended.

use registry::RepositoryName;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::writing::Shown;
use super::{Millis, RegistryId, Result, Store, codec, now};

/// How many scans of a registry are kept in the list of those that have ended.
const KEPT: i64 = 200;

/// The number of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScanId(pub(crate) i64);

/// What has become of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanState {
    /// It is going on.
    Running,
    /// It has read everything.
    Done,
    /// It gave up; what it read until then is kept.
    Failed,
    /// Somebody stopped it.
    Stopped,
}

impl ScanState {
    /// One word for it: that under `state` in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// A scan as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct ScanRecord {
    pub(crate) id: ScanId,
    pub(crate) repository: Option<RepositoryName>,
    pub(crate) state: ScanState,
    pub(crate) n_done: usize,
    pub(crate) n_total: usize,
    pub(crate) started: Millis,
    pub(crate) heartbeat: Millis,
    pub(crate) finished: Option<Millis>,
    pub(crate) error: Option<String>,
}

/// What was being scanned by a process that has died.
#[derive(Clone, Debug)]
pub(crate) struct OrphanedScan {
    /// The repository; absent for the registry as a whole.
    pub(crate) repository: Option<RepositoryName>,
    /// Whether somebody had asked it to stop.
    pub(crate) is_to_stop: bool,
}

const COLUMNS: &str = "id, repository, state, n_done, n_total, started, heartbeat, finished, error";
const RUNNING: i64 = 1;
/// It runs, and was asked to stop.
const STOPPING: i64 = 5;

impl Store {
    /// Writes down that a scan begins.
    pub(crate) async fn begin_scan(
        &self,
        registry: RegistryId,
        repository: Option<&RepositoryName>,
    ) -> Result<ScanId> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM scans WHERE registry_id = $1 AND finished IS NOT NULL AND id NOT IN \
                   (SELECT id FROM scans WHERE registry_id = $1 ORDER BY started DESC, id DESC LIMIT $2)";
        transaction.run(sqlx::query(sql).bind(registry.0).bind(KEPT)).await?;
        let sql = "INSERT INTO scans (registry_id, repository, state, started, heartbeat) \
                   VALUES ($1, $2, $3, $4, $4) RETURNING id";
        let query = sqlx::query(sql)
            .bind(registry.0)
            .bind(repository.map(RepositoryName::as_str))
            .bind(RUNNING)
            .bind(now());
        let id = transaction.one(query).await?.try_get(0)?;
        transaction.commit_as(Shown::Nothing).await?;
        Ok(ScanId(id))
    }

    /// Writes down how far a scan is; false if it was asked to stop.
    pub(crate) async fn advance_scan(&self, scan: ScanId, n_done: usize, n_total: usize) -> Result<bool> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "UPDATE scans SET n_done = $1, n_total = $2, heartbeat = $3 WHERE id = $4 RETURNING state";
        let query = sqlx::query(sql)
            .bind(i64::try_from(n_done).unwrap_or(i64::MAX))
            .bind(i64::try_from(n_total).unwrap_or(i64::MAX))
            .bind(now())
            .bind(scan.0);
        let row = transaction.optional(query).await?;
        transaction.commit_as(Shown::Nothing).await?;
        let state: Option<i64> = row.map(|row| row.try_get(0)).transpose()?;
        Ok(state != Some(STOPPING))
    }

    /// Writes down how a scan ended.
    pub(crate) async fn end_scan(&self, scan: ScanId, state: ScanState, error: Option<&str>) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "UPDATE scans SET state = $1, error = $2, finished = $3, heartbeat = $3 WHERE id = $4";
        let query = sqlx::query(sql).bind(number(state)).bind(error).bind(now()).bind(scan.0);
        transaction.run(query).await?;
        transaction.commit_as(Shown::Nothing).await
    }

    /// Asks a running scan to stop, whichever replica it runs in; false if there is none of this number.
    pub(crate) async fn ask_scan_to_stop(&self, scan: ScanId) -> Result<bool> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "UPDATE scans SET state = $1 WHERE id = $2 AND finished IS NULL";
        let query = sqlx::query(sql).bind(STOPPING).bind(scan.0);
        let asked = transaction.run(query).await? == 1;
        transaction.commit_as(Shown::Nothing).await?;
        Ok(asked)
    }

    /// The last scans of a registry, the newest first.
    pub(crate) async fn scans(&self, registry: RegistryId, limit: usize) -> Result<Vec<ScanRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM scans WHERE registry_id = $1 ORDER BY started DESC, id DESC LIMIT $2"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = sqlx::query(&sql).bind(registry.0).bind(limit);
        let rows = self.database().await?.all(query).await?;
        rows.iter().map(record).collect()
    }

    /// One scan of a registry.
    pub(crate) async fn scan(&self, registry: RegistryId, scan: ScanId) -> Result<Option<ScanRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM scans WHERE registry_id = $1 AND id = $2");
        let query = sqlx::query(&sql).bind(registry.0).bind(scan.0);
        let row = self.database().await?.optional(query).await?;
        row.as_ref().map(record).transpose()
    }

    /// The last scan of one repository.
    pub(crate) async fn last_scan(
        &self,
        registry: RegistryId,
        repository: &RepositoryName,
    ) -> Result<Option<ScanRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM scans WHERE registry_id = $1 AND repository = $2 \
             ORDER BY started DESC, id DESC LIMIT 1"
        );
        let query = sqlx::query(&sql).bind(registry.0).bind(repository.as_str());
        let row = self.database().await?.optional(query).await?;
        row.as_ref().map(record).transpose()
    }

    /// The last scan of each repository, or of the registry as a whole, that has not ended although nobody holds the
    /// lease on it: their processes have died. `lease` is the name of the lease on the registry.
    pub(crate) async fn orphaned_scans(
        &self,
        registry: RegistryId,
        lease: &str,
    ) -> Result<Vec<OrphanedScan>> {
        let database = self.database().await?;
        let sql = format!(
            "SELECT repository, MAX(state) FROM scans WHERE registry_id = $1 AND finished IS NULL \
             AND NOT EXISTS (SELECT 1 FROM leases WHERE until >= {} \
                             AND name = CAST($2 AS TEXT) || COALESCE('/' || repository, '')) \
             GROUP BY repository ORDER BY repository",
            database.dialect.now()
        );
        let rows = database.all(sqlx::query(&sql).bind(registry.0).bind(lease)).await?;
        let orphans = rows.iter().map(|row| {
            let repository: Option<String> = row.try_get(0)?;
            let is_to_stop = row.try_get::<i64, _>(1)? == STOPPING;
            // None has a name that no repository can have.
            let repository = repository.map(|it| it.parse()).transpose().ok();
            Ok(repository.map(|repository| OrphanedScan { repository, is_to_stop }))
        });
        orphans.filter_map(Result::transpose).collect()
    }

    /// Ends the scans of a repository, or of the registry as a whole, that have not ended. Only who holds the lease on
    /// it may do so: it proves that their processes have died.
    pub(crate) async fn end_orphaned_scans(
        &self,
        registry: RegistryId,
        repository: Option<&RepositoryName>,
    ) -> Result<Vec<ScanRecord>> {
        let mut transaction = self.database().await?.write().await?;
        let sql = format!(
            "UPDATE scans SET finished = heartbeat, state = CASE WHEN state = {STOPPING} THEN $1 ELSE $2 END, \
             error = CASE WHEN state = {STOPPING} THEN NULL ELSE 'its process ended' END \
             WHERE registry_id = $3 AND COALESCE(repository, '') = $4 AND finished IS NULL RETURNING {COLUMNS}"
        );
        let query = sqlx::query(&sql)
            .bind(number(ScanState::Stopped))
            .bind(number(ScanState::Failed))
            .bind(registry.0)
            .bind(repository.map_or("", RepositoryName::as_str));
        let rows = transaction.all(query).await?;
        let records = rows.iter().map(record).collect::<Result<Vec<_>>>()?;
        transaction.commit_as(Shown::Nothing).await?;
        Ok(records)
    }
}

fn number(state: ScanState) -> i64 {
    match state {
        ScanState::Running => RUNNING,
        ScanState::Done => 2,
        ScanState::Failed => 3,
        ScanState::Stopped => 4,
    }
}

fn record(row: &AnyRow) -> Result<ScanRecord> {
    let repository: Option<String> = row.try_get(1)?;
    Ok(ScanRecord {
        id: ScanId(row.try_get(0)?),
        repository: repository.and_then(|it| it.parse().ok()),
        state: match row.try_get::<i64, _>(2)? {
            2 => ScanState::Done,
            3 => ScanState::Failed,
            4 => ScanState::Stopped,
            _ => ScanState::Running,
        },
        n_done: codec::count(row.try_get(3)?),
        n_total: codec::count(row.try_get(4)?),
        started: row.try_get(5)?,
        heartbeat: row.try_get(6)?,
        finished: row.try_get(7)?,
        error: row.try_get(8)?,
    })
}
