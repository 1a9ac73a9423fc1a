//! The first look at a repository: its list is read, then what is shown, then everything else in the background.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use registry::{RepositoryName, Tag};
use tokio::sync::mpsc;

use super::page::{is_unread, sum_up};
use super::{PendingRow, TagPage, TagSelection, rows};
use crate::Error;
use crate::inventory::filter::Filter;
use crate::place::Place;
use crate::scan::{self, publish_vanished};
use crate::store::{RepositoryRecord, StoredRow, now};
use crate::upstream::Upstream;

/// How long a page waits for all tags when it must know all of them to sort or filter; the others are shown unread.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is asked meanwhile whether they are known.
const INTERVAL: Duration = Duration::from_millis(50);

/// The page of a repository that was never listed.
pub(super) async fn begin(
    upstream: &Arc<Upstream>,
    name: &RepositoryName,
    known: Option<RepositoryRecord>,
    selection: &TagSelection,
    filter: &Filter,
) -> Result<TagPage, Error> {
    let began = now();
    // Nothing is written down of a repository that does not exist.
    let tags = match upstream.client.tags(name).await {
        // Named by the catalog and unknown: it has no tags left.
        Err(registry::Error::RepositoryUnknown { .. }) if known.is_some_and(|it| it.in_catalog) => Vec::new(),
        result => result?,
    };
    let place = Place::note(upstream, name).await?;
    let listed = upstream.store.write_listing(place.id, &tags, began).await?;
    publish_vanished(&place, &listed.vanished);
    go_on(&place, selection, filter).await
}

/// The page of a repository that was listed and not yet scanned.
pub(super) async fn go_on(
    place: &Place,
    selection: &TagSelection,
    filter: &Filter,
) -> Result<TagPage, Error> {
    if selection.needs_all() {
        scan::begin(place);
        wait_for_scan(place).await?;
    }
    let record = record(place).await?;
    let stored = place.upstream.store.tag_page(&record, selection, filter).await?;
    let (matched, page) = (stored.matched, stored.page);
    let (rows, mut read) = complete(place, &record, stored.rows);
    if !selection.needs_all() {
        let place = place.clone();
        tokio::spawn(async move {
            // When the rows that somebody waits for have been read, or nobody waits for them any more.
            while read.recv().await.is_some() {}
            scan::begin(&place);
        });
    }
    sum_up(place, record, matched, page, rows, selection).await
}

async fn record(place: &Place) -> Result<RepositoryRecord, Error> {
    let registry = place.upstream.registry_id().await?;
    let record = place.upstream.store.repository(registry, &place.name).await?;
    // It was there a moment ago; that it is gone is what the registry says by now.
    record.ok_or_else(|| registry::Error::RepositoryUnknown { repository: place.name.clone() }.into())
}

/// Waits until a scan has ended, in whichever replica, or patience has.
async fn wait_for_scan(place: &Place) -> Result<(), Error> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < deadline {
        tokio::time::sleep(INTERVAL).await;
        if record(place).await?.scanned_at.is_some() {
            break;
        }
        if let Some(error) = place.upstream.problems.get(&place.id).await {
            // What has been read so far is shown, with the problem.
            tracing::debug!(%error, repository = %place.name, "not waiting for a scan that broke off");
            break;
        }
    }
    Ok(())
}

/// Makes rows of what is stored. Those that nobody has looked at are looked at now, each by itself; the receiver ends
/// when the last of them has been read.
pub(super) fn complete(
    place: &Place,
    record: &RepositoryRecord,
    stored: Vec<StoredRow>,
) -> (Vec<PendingRow>, mpsc::Receiver<Infallible>) {
    let (reading, read) = mpsc::channel(1);
    let unread: Vec<Tag> = stored.iter().filter(|it| is_unread(it)).map(|it| it.row.name.clone()).collect();
    let mut started = rows::start(place, record, unread, &reading).into_iter();
    let rows = stored.into_iter().map(|row| match is_unread(&row) {
        false => PendingRow::ready(row),
        true => started.next().unwrap_or_else(|| PendingRow::ready(row)),
    });
    (rows.collect(), read)
}
