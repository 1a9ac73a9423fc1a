//! Scans whose process has died: whoever is left goes on with them.

use std::sync::Arc;
use std::time::Duration;

use registry::RepositoryName;

use super::progress::ScanProgress;
use super::{begin, begin_registry};
use crate::events::Event;
use crate::place::Place;
use crate::store::{OrphanedScan, StoreError};
use crate::upstream::{Upstream, unique};
use crate::{Engine, Error};

/// How often it is looked for scans whose process has died.
const SEARCHING: Duration = Duration::from_secs(10);

impl Engine {
    /// Goes on with scans whose process has died, in whichever replica that was, for as long as the future is polled.
    pub async fn keep_adopting_scans(&self) {
        loop {
            for upstream in &*self.upstreams {
                if let Err(error) = adopt(upstream).await {
                    let registry = &upstream.info.id;
                    tracing::warn!(registry, %error, "it cannot be seen whether scans were interrupted");
                }
            }
            tokio::time::sleep(SEARCHING).await;
        }
    }
}

async fn adopt(upstream: &Arc<Upstream>) -> Result<(), Error> {
    let registry = upstream.registry_id().await?;
    let orphans = upstream.store.orphaned_scans(registry, &lease_name(upstream, None)).await?;
    let (to_stop, orphans): (Vec<_>, Vec<_>) = orphans.into_iter().partition(|it| it.is_to_stop);
    for OrphanedScan { repository, .. } in to_stop {
        let name = lease_name(upstream, repository.as_ref());
        if let Some(lease) = upstream.store.take_lease(&name, &unique()).await? {
            end(upstream, repository.as_ref()).await?;
            upstream.store.return_lease(&lease).await?;
        }
    }
    // It begins those of its repositories again by itself.
    if orphans.iter().any(|it| it.repository.is_none()) {
        tracing::info!(registry = upstream.info.id, "going on with a scan whose process has died");
        begin_registry(upstream);
        return Ok(());
    }
    for repository in orphans.iter().filter_map(|it| it.repository.as_ref()) {
        tracing::info!(registry = upstream.info.id, %repository, "going on with a scan whose process has died");
        begin(&Place::note(upstream, repository).await?);
    }
    Ok(())
}

/// The name of the lease that whoever scans a repository, or the registry as a whole, has to hold.
pub(super) fn lease_name(upstream: &Upstream, repository: Option<&RepositoryName>) -> String {
    match repository {
        Some(repository) => format!("scan {}/{repository}", upstream.info.id),
        None => format!("scan {}", upstream.info.id),
    }
}

/// Writes down, and tells, that those have died who scanned something before; whoever calls this holds the lease.
pub(super) async fn end(upstream: &Upstream, repository: Option<&RepositoryName>) -> Result<(), StoreError> {
    let registry = upstream.registry_id().await?;
    for record in upstream.store.end_orphaned_scans(registry, repository).await? {
        upstream.events.publish(Event::Scan(ScanProgress::of(&upstream.info.id, record)));
    }
    Ok(())
}
