//! The scan of a repository: its list of tags, a HEAD for each that is known, and what lies behind new digests.

use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use registry::summary::State;
use registry::{Error as RegistryError, Tag};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::heartbeat::Running;
use super::look::{AT_ONCE, list_tags, look};
use super::orphans;
use super::write::{publish_vanished, write};
use crate::events::Event;
use crate::place::Place;
use crate::store::{Finding, Found, KnownTag, Millis, ScanState, StoreError, now};
use crate::upstream::unique;

/// How many findings are written in one transaction at most.
const BATCH: usize = 512;
/// How long findings are gathered before they are written; so much is lost when the process is killed.
const GATHERING: Duration = Duration::from_millis(50);
/// How many tags in a row may fail before the registry is taken to be in trouble.
const FAILURES: usize = 16;
/// How old a scan may be that broke off, for the next one to go on from there, in milliseconds.
const RESUMABLE: Millis = 10 * 60 * 1000;
/// How old a list of tags may be for a first scan to begin with it, in milliseconds.
const FRESH_LIST: Millis = 10_000;

/// Why a scan ended before it was done.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ScanError {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("it was stopped")]
    Stopped,
}

/// Scans a repository in the background, unless somebody does already.
pub(crate) fn begin(place: &Place) {
    let place = place.clone();
    tokio::spawn(async move {
        if let Err(error) = scan_repository(&place).await {
            tracing::warn!(registry = place.upstream.info.id, repository = %place.name, %error, "a scan broke off");
        }
    });
}

/// Scans a repository to its end; false if somebody else is scanning it.
pub(crate) async fn scan_repository(place: &Place) -> Result<bool, ScanError> {
    scan_until(place, place.upstream.stopping.token()).await
}

/// The same until a token is cancelled.
pub(super) async fn scan_until(place: &Place, stop: CancellationToken) -> Result<bool, ScanError> {
    // Nobody's request lasts as long as it, so it has an id of its own.
    let span = tracing::error_span!(
        parent: None,
        "scan",
        request_id = unique(),
        registry = place.upstream.info.id,
        repository = %place.name,
    );
    scan_in_turn(place, stop).boxed().instrument(span).await
}

async fn scan_in_turn(place: &Place, stop: CancellationToken) -> Result<bool, ScanError> {
    let store = &place.upstream.store;
    let name = orphans::lease_name(&place.upstream, Some(&place.name));
    let Some(lease) = store.take_lease(&name, &unique()).await? else { return Ok(false) };
    orphans::end(&place.upstream, Some(&place.name)).await?;
    let previous = store.last_scan(place.upstream.registry_id().await?, &place.name).await?;
    let resumed = previous.filter(|it| it.state != ScanState::Done && it.started > now() - RESUMABLE);
    let (running, heart) = Running::begin(&place.upstream, Some(&place.name), lease, stop).await?;
    let reading = run(place, &running, resumed.map(|it| it.started)).boxed();
    let outcome = running.unless_stopped(reading).await;
    match &outcome {
        Ok(()) => place.upstream.problems.invalidate(&place.id).await,
        Err(ScanError::Registry(error)) => place.upstream.problems.insert(place.id, error.clone()).await,
        Err(_) => {}
    }
    running.end(heart, &outcome).await?;
    outcome.map(|()| true)
}

async fn run(place: &Place, running: &Arc<Running>, resumed: Option<Millis>) -> Result<(), ScanError> {
    let (store, registry) = (&place.upstream.store, place.upstream.registry_id().await?);
    let known = store.repository(registry, &place.name).await?;
    let is_known = known.as_ref().is_some_and(|it| it.scanned_at.is_some());
    let in_catalog = known.as_ref().is_some_and(|it| it.in_catalog);
    let just_listed = known.and_then(|it| it.listed_at).filter(|it| !is_known && *it > now() - FRESH_LIST);
    let since = resumed.or(just_listed).unwrap_or_else(now);
    if just_listed.is_none() {
        let began = now();
        match list_tags(place, in_catalog).await {
            Ok(tags) => {
                let listed = store.write_listing(place.id, &tags, began).await?;
                publish_vanished(place, &listed.vanished);
            }
            Err(RegistryError::RepositoryUnknown { .. }) => return forget(place).await.map_err(Into::into),
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(known) = store.repository(registry, &place.name).await? {
        running.set_total(known.n_tags + known.n_attached);
    }
    let (sender, mut receiver) = mpsc::channel(BATCH);
    let producer = produce(place.clone(), since, is_known, sender, Arc::clone(running)).boxed();
    let producer = AbortOnDropHandle::new(tokio::spawn(producer.in_current_span()));
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        if batch.len() < BATCH {
            tokio::time::sleep(GATHERING).await;
            while let Some(finding) = (batch.len() < BATCH).then(|| receiver.try_recv().ok()).flatten() {
                batch.push(finding);
            }
        }
        write(place, &batch).await?;
        running.advance(batch.len());
        batch.clear();
    }
    match producer.await {
        Ok(result) => result?,
        Err(error) => {
            tracing::error!(%error, "the reading half of a scan ended early");
            return Err(ScanError::Stopped);
        }
    }
    Ok(store.sum_up(place.id, Some(since)).await?)
}

/// Looks at every tag that nobody has looked at since a time, and passes on what it finds.
async fn produce(
    place: Place,
    since: Millis,
    is_known: bool,
    sender: mpsc::Sender<Finding>,
    running: Arc<Running>,
) -> Result<(), ScanError> {
    let place = &place;
    let pages = stream::try_unfold(String::new(), |after| async move {
        let page = place.upstream.store.tags_after(place.id, &after).await?;
        let last = page.last().map(|it| it.tag.to_string());
        Ok::<_, ScanError>(last.map(|last| (stream::iter(page).map(Ok::<_, ScanError>), last)))
    });
    let mut looks = pages
        .try_flatten()
        .try_filter(|it| {
            let is_due = it.known.seen_at < since;
            if !is_due {
                running.advance(1);
            }
            std::future::ready(is_due)
        })
        .map_ok(|it| async move {
            let seen_at = now();
            let result = look(place, &it.tag, Some(&it.known)).await;
            Ok((it.tag, it.known, seen_at, result))
        })
        .try_buffer_unordered(AT_ONCE)
        .boxed();
    let mut failures = 0;
    while let Some((tag, known, seen_at, result)) = looks.try_next().await? {
        let found = match result {
            Ok(found) => {
                failures = 0;
                found
            }
            Err(error) => {
                failures += 1;
                if failures >= FAILURES || !concerns_one_tag(&error) {
                    return Err(error.into());
                }
                match unreadable(&known, &error) {
                    Some(found) => found,
                    None => {
                        running.advance(1);
                        continue;
                    }
                }
            }
        };
        let finding = Finding { repository: place.id, tag, seen_at, is_known, found };
        if sender.send(finding).await.is_err() {
            // The writing half has failed, and says why.
            return Ok(());
        }
    }
    Ok(())
}

/// Whether the registry may fail for this tag and answer for the next.
fn concerns_one_tag(error: &RegistryError) -> bool {
    matches!(error, RegistryError::Upstream { .. } | RegistryError::Timeout { .. })
}

/// What a tag shows that could not be read: the failure, unless something is known of it that may still be true.
fn unreadable(known: &KnownTag, error: &RegistryError) -> Option<Found> {
    known.digest.is_none().then(|| Found::Broken { state: State::Failed, detail: Some(error.to_string()) })
}

/// Forgets a repository that the registry does not know any more.
pub(crate) async fn forget(place: &Place) -> Result<(), StoreError> {
    place.upstream.store.forget_repository(place.id).await?;
    place.upstream.described.invalidate_all();
    place.upstream.events.publish(Event::RepositoryGone {
        registry: place.upstream.info.id.clone(),
        repository: place.name.clone(),
    });
    Ok(())
}

/// A finding about a tag, for those who look at single ones.
pub(crate) fn finding(place: &Place, tag: &Tag, seen_at: Millis, is_known: bool, found: Found) -> Finding {
    Finding { repository: place.id, tag: tag.clone(), seen_at, is_known, found }
}
