//! Comparing what is shown with the registry, while it is shown.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use registry::{Error as RegistryError, Tag};
use tokio::time::Instant;
use tracing::Instrument;

use crate::Error;
use crate::events::Event;
use crate::place::Place;
use crate::scan::{self, AT_ONCE, publish_vanished, timestamp};
use crate::store::{RepositoryId, now};
use crate::upstream::unique;

/// How long a repository is left alone after it was compared, and how many times as long as that took.
const PAUSE: (Duration, u32) = (Duration::from_secs(2), 10);
/// How long a page has to arrive, with its scripts, before its tags are compared: whoever waits for it goes first.
const LEAD: Duration = Duration::from_millis(250);
/// How many tags are compared at most; there are more only when many look at different pages.
const MOST_TAGS: usize = 1000;
/// With more tags than a page has, many look at different pages: whoever waits for one goes before what nobody waits for.
const ONE_PAGE: usize = 128;
/// How many are compared at the same time then.
const FEW_AT_ONCE: usize = 4;
/// With more new tags than this, a scan reads them.
const MOST_NEW: usize = 256;
/// How many repositories are remembered that may not be compared again yet.
const REMEMBERED: usize = 1000;

/// What is being compared, and what waits for it.
#[derive(Debug, Default)]
pub(crate) struct Revalidations(Mutex<HashMap<RepositoryId, Waiting>>);

#[derive(Debug)]
struct Waiting {
    /// Tags that somebody looks at; empty where nothing is wanted.
    tags: BTreeSet<Tag>,
    is_wanted: bool,
    is_running: bool,
    /// When the registry may be asked again.
    not_before: Instant,
}

impl Revalidations {
    fn lock(&self) -> MutexGuard<'_, HashMap<RepositoryId, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares a repository's list of tags, and where these tags are, with the registry: in a moment, or when the last
/// comparison is long enough ago. What changed is published, and then that it was compared.
pub(crate) fn request(place: &Place, visible: impl Iterator<Item = Tag>) {
    let mut all = place.upstream.revalidations.lock();
    if all.len() > REMEMBERED {
        let now = Instant::now();
        all.retain(|_, it| it.is_running || it.not_before > now);
    }
    let waiting = all.entry(place.id).or_insert_with(|| Waiting {
        tags: BTreeSet::new(),
        is_wanted: false,
        is_running: false,
        not_before: Instant::now(),
    });
    waiting.is_wanted = true;
    let room = MOST_TAGS.saturating_sub(waiting.tags.len());
    waiting.tags.extend(visible.take(room));
    if !std::mem::replace(&mut waiting.is_running, true) {
        waiting.not_before = waiting.not_before.max(Instant::now() + LEAD);
        let (id, name) = (&place.upstream.info.id, &place.name);
        let span = tracing::error_span!(
            parent: None, "revalidation", request_id = unique(), registry = id, repository = %name
        );
        tokio::spawn(run(place.clone()).instrument(span));
    }
}

async fn run(place: Place) {
    loop {
        let not_before = match place.upstream.revalidations.lock().get_mut(&place.id) {
            Some(waiting) if waiting.is_wanted => waiting.not_before,
            Some(waiting) => {
                waiting.is_running = false;
                return;
            }
            None => return,
        };
        tokio::time::sleep_until(not_before).await;
        let tags = match place.upstream.revalidations.lock().get_mut(&place.id) {
            Some(waiting) => {
                waiting.is_wanted = false;
                std::mem::take(&mut waiting.tags)
            }
            None => return,
        };
        let began = Instant::now();
        let at_once = if tags.len() > ONE_PAGE { FEW_AT_ONCE } else { AT_ONCE };
        if let Err(error) = revalidate_few(&place, tags.into_iter().collect(), at_once).await {
            tracing::debug!(%error, repository = %place.name, "could not be compared with the registry");
        }
        let (shortest, times) = PAUSE;
        if let Some(waiting) = place.upstream.revalidations.lock().get_mut(&place.id) {
            waiting.not_before = Instant::now() + shortest.max(began.elapsed() * times);
        }
    }
}

/// Compares a repository's list of tags, and where some tags are, with the registry.
pub(crate) async fn revalidate(place: &Place, visible: Vec<Tag>) -> Result<(), Error> {
    revalidate_few(place, visible, AT_ONCE).await
}

/// The same with so many tags at the same time.
async fn revalidate_few(place: &Place, visible: Vec<Tag>, at_once: usize) -> Result<(), Error> {
    let result = compare(place, visible, at_once).await;
    match &result {
        Ok(()) => place.upstream.problems.invalidate(&place.id).await,
        Err(Error::Registry(error)) => place.upstream.problems.insert(place.id, error.clone()).await,
        Err(_) => {}
    }
    place.upstream.events.publish(Event::Revalidated {
        registry: place.upstream.info.id.clone(),
        repository: place.name.clone(),
        at: timestamp(now()),
        problem: result.as_ref().err().map(ToString::to_string),
    });
    result
}

async fn compare(place: &Place, visible: Vec<Tag>, at_once: usize) -> Result<(), Error> {
    let store = &place.upstream.store;
    let record = store.repository(place.upstream.registry_id().await?, &place.name).await?;
    let is_known = record.as_ref().is_some_and(|it| it.scanned_at.is_some());
    let in_catalog = record.is_some_and(|it| it.in_catalog);
    let began = now();
    let listed = match scan::list_tags(place, in_catalog).await {
        Ok(tags) => store.write_listing(place.id, &tags, began).await?,
        Err(error @ RegistryError::RepositoryUnknown { .. }) => {
            scan::forget(place).await?;
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    publish_vanished(place, &listed.vanished);
    let mut tags: BTreeSet<Tag> = visible.into_iter().collect();
    let many_are_new = listed.appeared.len() > MOST_NEW;
    if many_are_new {
        scan::begin(place);
    } else {
        tags.extend(listed.appeared.iter().cloned());
    }
    for tag in &listed.vanished {
        tags.remove(tag);
    }
    let mut tags: Vec<Tag> = tags.into_iter().collect();
    let known = store.known_tags(place.id, &tags).await?;
    // What the registry does not list and nobody knows is no tag, whoever asked for it.
    tags.retain(|it| known.contains_key(it));
    let mut findings = Vec::with_capacity(tags.len());
    let mut failure = None;
    let known = &known;
    let mut looks = stream::iter(&tags)
        .map(|tag| async move {
            let seen_at = now();
            (tag, seen_at, scan::look(place, tag, known.get(tag)).await)
        })
        .buffer_unordered(at_once)
        .boxed();
    while let Some((tag, seen_at, result)) = looks.next().await {
        match result {
            Ok(found) => {
                findings.push(scan::finding(place, tag, seen_at, is_known, found));
            }
            Err(error) => failure = Some(error),
        }
    }
    drop(looks);
    let any_changed = scan::write(place, &findings).await?;
    if (any_changed || !listed.vanished.is_empty()) && !many_are_new {
        store.sum_up(place.id, None).await?;
    }
    failure.map_or(Ok(()), |error| Err(error.into()))
}
