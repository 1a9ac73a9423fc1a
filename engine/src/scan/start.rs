//! Beginning a scan and saying which it is; finding it again, and stopping it.

use std::time::Duration;

use registry::RepositoryName;

use super::ScanProgress;
use crate::events::Event;
use crate::store::{ScanId, ScanState, now};
use crate::{Engine, Error};

/// How long one waits for a scan to begin; all it has to do is to write that down.
const PATIENCE: Duration = Duration::from_secs(5);
/// Scans beat every second; one that was silent for longer has died, in milliseconds.
const ALIVE: i64 = 10_000;
/// Among how many of the last scans one that runs is looked for.
const LOOKED_AT: usize = 200;

impl Engine {
    /// Scans a repository, or a whole registry, in the background, and tells which scan does that: a new one, or the one
    /// that runs already. Nothing where somebody else does it and has not said so.
    pub async fn start_scan(
        &self,
        registry: &str,
        repository: Option<&RepositoryName>,
    ) -> Result<Option<ScanProgress>, Error> {
        if let Some(running) = self.running_scan(registry, repository).await? {
            return Ok(Some(running));
        }
        let mut events = self.events(None).next;
        self.begin_scan(registry, repository).await?;
        let began = async {
            loop {
                match events.recv().await.map(|it| it.event) {
                    Ok(Event::Scan(scan))
                        if scan.registry == registry && scan.repository.as_ref() == repository =>
                    {
                        return Some(scan);
                    }
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return None,
                    // Others, or so many that some were missed: more will come.
                    Ok(_) | Err(_) => {}
                }
            }
        };
        match tokio::time::timeout(PATIENCE, began).await {
            Ok(Some(scan)) => Ok(Some(scan)),
            Ok(None) | Err(_) => self.running_scan(registry, repository).await,
        }
    }

    /// One scan by its number; nothing where there is none, or where it was so long ago that it is forgotten.
    pub async fn find_scan(&self, registry: &str, id: i64) -> Result<Option<ScanProgress>, Error> {
        let upstream = self.upstream(registry)?;
        let record = upstream.store.scan(upstream.registry_id().await?, ScanId(id)).await?;
        Ok(record.map(|it| ScanProgress::of(&upstream.info.id, it)))
    }

    /// Asks a scan of this registry to stop and tells how far it is; nothing where there is none of this number. One that
    /// has ended stays as it ended.
    pub async fn stop_known_scan(&self, registry: &str, id: i64) -> Result<Option<ScanProgress>, Error> {
        if self.find_scan(registry, id).await?.is_none() {
            return Ok(None);
        }
        self.stop_scan(registry, id).await?;
        self.find_scan(registry, id).await
    }

    /// Whether a scan or a job is going on, as far as that can be told.
    pub async fn is_busy(&self) -> bool {
        self.store.is_busy(now() - ALIVE).await.unwrap_or(false)
    }

    async fn running_scan(
        &self,
        registry: &str,
        repository: Option<&RepositoryName>,
    ) -> Result<Option<ScanProgress>, Error> {
        let scans = self.scans(registry, LOOKED_AT).await?;
        let mut running = scans.into_iter().filter(|it| it.state == ScanState::Running);
        Ok(running.find(|it| it.repository.as_ref() == repository))
    }
}
