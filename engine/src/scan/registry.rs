//! The scan of a whole registry: its catalog, then each repository.

use std::sync::Arc;

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use registry::RepositoryName;
use tracing::Instrument;

use super::heartbeat::Running;
use super::orphans;
use super::progress::ScanProgress;
use super::repository::{ScanError, scan_until};
use crate::Error;
use crate::events::Event;
use crate::place::Place;
use crate::store::{ScanId, ScanState, now};
use crate::upstream::{Upstream, unique};

/// How many repositories are scanned at the same time; the client bounds the requests they make.
const AT_ONCE: usize = 4;
/// How old a scan may be that broke off, for the next one to leave out what it has done, in milliseconds.
const RESUMABLE: i64 = 60 * 60 * 1000;

/// Scans a registry to its end; false if somebody else is scanning it.
pub(crate) async fn scan_registry(upstream: &Arc<Upstream>) -> Result<bool, ScanError> {
    let id = &upstream.info.id;
    let span = tracing::error_span!(parent: None, "registry_scan", request_id = unique(), registry = id);
    scan_in_turn(upstream).boxed().instrument(span).await
}

async fn scan_in_turn(upstream: &Arc<Upstream>) -> Result<bool, ScanError> {
    let store = &upstream.store;
    let Some(lease) = store.take_lease(&orphans::lease_name(upstream, None), &unique()).await? else {
        return Ok(false);
    };
    orphans::end(upstream, None).await?;
    let last = store.scans(upstream.registry_id().await?, 50).await?;
    let previous = last.into_iter().find(|it| it.repository.is_none());
    let resumed = previous.filter(|it| it.state == ScanState::Failed && it.started > now() - RESUMABLE);
    let (running, heart) = Running::begin(upstream, None, lease, upstream.stopping.token()).await?;
    let since = resumed.map_or_else(now, |it| it.started);
    let outcome = run(upstream, &running, since).boxed().await;
    running.end(heart, &outcome).await?;
    outcome.map(|()| true)
}

async fn run(upstream: &Arc<Upstream>, running: &Running, since: i64) -> Result<(), ScanError> {
    let registry = upstream.registry_id().await?;
    let catalog =
        async { Ok::<Vec<RepositoryName>, ScanError>(upstream.client.catalog().try_concat().await?) };
    let mut names = running.unless_stopped(catalog).await?;
    names.sort_unstable();
    names.dedup();
    upstream.catalog.take_over(upstream, names).await?;
    let names = upstream.store.repositories_to_scan(registry, since).await?;
    running.set_total(names.len());
    // Those that have begun end by themselves when this one has to, and write that down.
    let mut scans = stream::iter(names)
        .take_until(running.stop().cancelled())
        .map(|name| async move {
            let id = upstream.store.note_repository(registry, &name).await?;
            let place = Place { upstream: Arc::clone(upstream), name, id };
            scan_until(&place, running.stop().child_token()).await
        })
        .buffer_unordered(AT_ONCE)
        .boxed();
    while let Some(result) = scans.next().await {
        match result {
            Ok(_) => {}
            // One repository that cannot be read leaves the others readable.
            Err(ScanError::Registry(error)) if !ends_all(&error) => {
                tracing::warn!(registry = upstream.info.id, %error, "a repository could not be scanned");
            }
            Err(ScanError::Stopped) => {}
            Err(error) => return Err(error),
        }
        running.advance(1);
    }
    if running.stop().is_cancelled() { Err(ScanError::Stopped) } else { Ok(()) }
}

/// Whether no other repository can be read either.
fn ends_all(error: &registry::Error) -> bool {
    use registry::Error::{CredentialsNeeded, NotARegistry, RateLimited, Tls, Unreachable, WrongCredentials};
    matches!(
        error,
        Unreachable { .. }
            | Tls { .. }
            | WrongCredentials { .. }
            | CredentialsNeeded { .. }
            | RateLimited { .. }
            | NotARegistry { .. }
    )
}

/// The last scans of a registry, the newest first.
pub(crate) async fn list(upstream: &Upstream, limit: usize) -> Result<Vec<ScanProgress>, Error> {
    let records = upstream.store.scans(upstream.registry_id().await?, limit).await?;
    Ok(records.into_iter().map(|it| ScanProgress::of(&upstream.info.id, it)).collect())
}

/// Asks a scan to stop; false if there is none of this number that runs.
pub(crate) async fn stop(upstream: &Upstream, id: i64) -> Result<bool, Error> {
    Ok(upstream.store.ask_scan_to_stop(ScanId(id)).await?)
}

/// Tells that the catalog has changed.
pub(crate) fn publish_catalog(upstream: &Upstream) {
    upstream.events.publish(Event::CatalogChanged { registry: upstream.info.id.clone() });
}
