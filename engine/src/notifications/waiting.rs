//! Repositories that were told to have changed, and wait to be compared with the registry.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::{StreamExt, stream};
use registry::{Digest, Reference, RepositoryName, Tag};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument;

use super::{Notification, NotifiedAction, publish};
use crate::Error;
use crate::inventory::tags::revalidate;
use crate::place::Place;
use crate::scan;
use crate::store::{KnownTag, Millis, now};
use crate::upstream::{Upstream, unique};

/// How many repositories are compared at the same time.
const AT_ONCE: usize = 4;
/// How many may wait; a registry that tells of more is better scanned.
const MOST_REPOSITORIES: usize = 1000;
/// How many tags of one repository may wait; beyond that it is scanned.
const MOST_TAGS: usize = 500;
/// How many of its tags are looked at at the same time.
const TAGS_AT_ONCE: usize = 8;
/// How long a repository is left alone after it was compared, and how many times as long as that took.
const PAUSE: (Duration, u32) = (Duration::from_millis(200), 2);
/// How often, and after which pause, a scan is tried again that somebody else is doing.
const ATTEMPTS: (u32, Duration) = (60, Duration::from_secs(1));

/// What waits to be compared with the registry.
#[derive(Debug)]
pub(crate) struct Notified {
    repositories: Mutex<HashMap<RepositoryName, Waiting>>,
    permits: Arc<Semaphore>,
}

impl Default for Notified {
    fn default() -> Self {
        Self { repositories: Mutex::default(), permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Notified {
    fn lock(&self) -> MutexGuard<'_, HashMap<RepositoryName, Waiting>> {
        self.repositories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was told of one repository since it was last compared.
#[derive(Debug, Default)]
struct Waiting {
    is_wanted: bool,
    is_new: bool,
    tags: BTreeSet<Tag>,
    digests: BTreeSet<Digest>,
    pushes: BTreeMap<Tag, Millis>,
}

impl Waiting {
    fn add(&mut self, notification: &Notification) {
        self.is_wanted = true;
        if let Some(tag) = &notification.tag {
            self.tags.insert(tag.clone());
            if notification.action == NotifiedAction::Pushed && self.pushes.len() < MOST_TAGS {
                let at = self.pushes.entry(tag.clone()).or_default();
                *at = notification.millis().max(*at);
            }
        } else if notification.action == NotifiedAction::Deleted {
            self.digests.extend(notification.digest.clone());
        }
    }

    fn is_too_much(&self) -> bool {
        self.tags.len() + self.digests.len() > MOST_TAGS
    }
}

/// Sees to it that a repository is compared with the registry.
pub(super) fn add(
    upstream: &Arc<Upstream>,
    name: &RepositoryName,
    notifications: &[&Notification],
    is_new: bool,
) {
    let mut all = upstream.notified.lock();
    let is_running = all.contains_key(name);
    if !is_running && all.len() >= MOST_REPOSITORIES {
        tracing::warn!(repository = %name, "too many notifications at once; the next scan finds what changed");
        return;
    }
    let waiting = all.entry(name.clone()).or_default();
    waiting.is_new |= is_new;
    for notification in notifications {
        // Beyond the limit it is scanned anyway.
        if !waiting.is_too_much() {
            waiting.add(notification);
        }
    }
    if !is_running {
        let (id, name) = (&upstream.info.id, name.clone());
        let span = tracing::error_span!(
            parent: None, "notification", request_id = unique(), registry = id, repository = %name
        );
        tokio::spawn(run(Arc::clone(upstream), name).instrument(span));
    }
}

/// Compares a repository until nothing more is told of it.
async fn run(upstream: Arc<Upstream>, name: RepositoryName) {
    while let Some(waiting) = next(&upstream, &name) {
        let Ok(permit) = Arc::clone(&upstream.notified.permits).acquire_owned().await else { return };
        let began = Instant::now();
        if let Err(error) = compare(&upstream, &name, waiting).await {
            tracing::warn!(registry = upstream.info.id, repository = %name, %error, "what was told to have changed cannot be read");
        }
        drop(permit);
        let (shortest, times) = PAUSE;
        tokio::time::sleep(shortest.max(began.elapsed() * times)).await;
    }
}

/// What has been told since the last time; the repository is not waited for any more where that is nothing.
fn next(upstream: &Upstream, name: &RepositoryName) -> Option<Waiting> {
    let mut all = upstream.notified.lock();
    let waiting = all.get_mut(name).filter(|it| it.is_wanted && !upstream.stopping.is_asked());
    let taken = waiting.map(std::mem::take);
    if taken.is_none() {
        all.remove(name);
    }
    taken
}

async fn compare(upstream: &Arc<Upstream>, name: &RepositoryName, waiting: Waiting) -> Result<(), Error> {
    let began = now();
    let place = Place::note(upstream, name).await?;
    let known = upstream.store.repository(upstream.registry_id().await?, name).await?;
    let is_scanned = known.is_some_and(|it| it.scanned_at.is_some());
    let compared = if is_scanned && !waiting.is_too_much() {
        look_again(&place, &waiting).await
    } else {
        scan_patiently(&place).await
    };
    let compared = match compared {
        // The last tag, or the whole repository, was deleted.
        Err(Error::Registry(registry::Error::RepositoryUnknown { .. })) => Ok(()),
        other => other,
    };
    let changed = upstream.store.write_pushes(place.id, &waiting.pushes, began).await?;
    publish(upstream, name, changed);
    if waiting.is_new && compared.is_ok() {
        upstream.catalog.read_now(upstream).await?;
    }
    compared
}

/// Looks where the tags are that something was told of. Only what names no tag costs the whole list of them.
async fn look_again(place: &Place, waiting: &Waiting) -> Result<(), Error> {
    let store = &place.upstream.store;
    let mut tags = waiting.tags.clone();
    for digest in &waiting.digests {
        tags.extend(store.tags_leading_to(place.id, digest).await?);
    }
    if tags.is_empty() {
        return revalidate(place, Vec::new()).await;
    }
    let tags: Vec<Tag> = tags.into_iter().collect();
    let known = store.known_tags(place.id, &tags).await?;
    let mut looks = stream::iter(&tags)
        .map(|tag| look(place, tag, known.get(tag)))
        .buffer_unordered(TAGS_AT_ONCE)
        .boxed();
    let mut any_changed = false;
    let mut failure = None;
    while let Some(result) = looks.next().await {
        match result {
            Ok(has_changed) => any_changed |= has_changed,
            Err(error) => failure = Some(error),
        }
    }
    drop(looks);
    if any_changed {
        store.sum_up(place.id, None).await?;
    }
    failure.map_or(Ok(()), Err)
}

/// Looks where one tag is, and removes it if it is gone; returns whether anything has changed.
async fn look(place: &Place, tag: &Tag, known: Option<&KnownTag>) -> Result<bool, Error> {
    let seen_at = now();
    let reference = Reference::Tag(tag.clone());
    match place.upstream.client.head_manifest(&place.name, &reference).await {
        Err(error) if error.is_unknown() => {
            let was_known = place.upstream.store.remove_tag(place.id, tag).await?;
            if was_known {
                scan::publish_vanished(place, [tag]);
            }
            Ok(was_known)
        }
        Err(error) => Err(error.into()),
        Ok(_) => {
            let found = scan::look(place, tag, known).await?;
            Ok(scan::write(place, &[scan::finding(place, tag, seen_at, true, found)]).await?)
        }
    }
}

/// Scans a repository; where somebody is scanning it already, who may have passed what changed, then once more.
async fn scan_patiently(place: &Place) -> Result<(), Error> {
    let (attempts, pause) = ATTEMPTS;
    for _ in 0..attempts {
        if scan::scan_repository(place).await? {
            return Ok(());
        }
        tokio::time::sleep(pause).await;
    }
    Ok(())
}
