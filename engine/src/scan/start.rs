//! Beginning a scan and saying which it is; finding it again, and stopping it.

use std::time::Duration;

use registry::RepositoryName;

use super::{ScanProgress, begin, begin_registry, keep_scanning, list, scan_registry, scan_repository, stop};
use crate::access::Role;
use crate::events::Event;
use crate::place::Place;
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
        let mut events = self.events.own();
        self.begin_scan(registry, repository).await?;
        let began = async {
            loop {
                match events.recv().await {
                    // One that was just ending has kept the new one from beginning, and is the one that did it.
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

    /// Scans a repository, or a whole registry, in the background; one that is being scanned already is left to those
    /// who do. [`events`](Self::events) and [`scans`](Self::scans) tell how far it is. Of a whole registry only its
    /// maintainers may ask that.
    pub async fn begin_scan(&self, registry: &str, repository: Option<&RepositoryName>) -> Result<(), Error> {
        match repository {
            Some(repository) => {
                begin(&Place::note(self.viewed(registry, repository).await?, repository).await?)
            }
            None => begin_registry(self.whole(Role::Maintainer, registry)?),
        }
        Ok(())
    }

    /// Scans a repository, or a whole registry, to its end; false if somebody else is scanning it.
    pub async fn scan(&self, registry: &str, repository: Option<&RepositoryName>) -> Result<bool, Error> {
        Ok(match repository {
            Some(repository) => {
                let upstream = self.viewed(registry, repository).await?;
                scan_repository(&Place::note(upstream, repository).await?).await
            }
            None => scan_registry(self.whole(Role::Maintainer, registry)?).await,
        }?)
    }

    /// The last scans of a registry, the newest first.
    pub async fn scans(&self, registry: &str, limit: usize) -> Result<Vec<ScanProgress>, Error> {
        let upstream = self.shown(registry)?;
        if !self.is_restricted() {
            return list(upstream, limit).await;
        }
        let mut seen = Vec::new();
        for scan in list(upstream, usize::MAX).await? {
            if seen.len() < limit && self.sees_scan(&scan).await? {
                seen.push(scan);
            }
        }
        Ok(seen)
    }

    /// Whether who asks may see how far a scan is: that of a whole registry tells how much there is in it.
    async fn sees_scan(&self, scan: &ScanProgress) -> Result<bool, Error> {
        match &scan.repository {
            Some(repository) => self.sees(self.shown(&scan.registry)?, repository).await,
            None => Ok(self.may_in_whole(Role::Viewer, &scan.registry)),
        }
    }

    /// Scans every registry now and then again after each pause, for as long as the future is polled.
    pub async fn keep_scanning(&self, pause: Duration) {
        keep_scanning(&self.upstreams, pause).await;
    }

    /// One scan by its number; nothing where there is none, or where it was so long ago that it is forgotten.
    pub async fn find_scan(&self, registry: &str, id: i64) -> Result<Option<ScanProgress>, Error> {
        let upstream = self.shown(registry)?;
        let record = upstream.store.scan(upstream.registry_id().await?, ScanId(id)).await?;
        let Some(scan) = record.map(|it| ScanProgress::of(&upstream.info.id, it)) else { return Ok(None) };
        Ok(self.sees_scan(&scan).await?.then_some(scan))
    }

    /// Asks a scan of this registry to stop and tells how far it is; nothing where there is none of this number. One that
    /// has ended stays as it ended.
    pub async fn stop_known_scan(&self, registry: &str, id: i64) -> Result<Option<ScanProgress>, Error> {
        let Some(scan) = self.find_scan(registry, id).await? else { return Ok(None) };
        if scan.repository.is_none() {
            self.whole(Role::Maintainer, registry)?;
        }
        stop(self.shown(registry)?, id).await?;
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
