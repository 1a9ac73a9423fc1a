//! A page of tags: from the inventory where the repository is known, and from the registry where it is new.

use std::sync::Arc;

use registry::RepositoryName;
use registry::summary::State;

use super::{PendingRow, TagPage, TagSelection, first_look, revalidation};
use crate::Error;
use crate::inventory::filter::Filter;
use crate::place::Place;
use crate::scan::timestamp;
use crate::store::{RepositoryRecord, StoredPage};
use crate::upstream::Upstream;

pub(crate) async fn page(
    upstream: &Arc<Upstream>,
    name: &RepositoryName,
    selection: &TagSelection,
) -> Result<TagPage, Error> {
    let filter = Filter::parse(&selection.q)?;
    let registry = upstream.registry_id().await?;
    let known = upstream.store.repository(registry, name).await?;
    if let Some(record) = known.clone().filter(|it| it.listed_at.is_some()) {
        let place = Place { upstream: Arc::clone(upstream), name: name.clone(), id: record.id };
        if record.scanned_at.is_some() {
            let stored = upstream.store.tag_page(&record, selection, &filter).await?;
            revalidation::request(&place, stored.rows.iter().map(|it| it.row.name.clone()));
            return finish(&place, record, stored, selection).await;
        }
        return first_look::go_on(&place, selection, &filter).await;
    }
    first_look::begin(upstream, name, known, selection, &filter).await
}

/// Compares with the registry what a page shows, and waits for it.
///
/// What is stored is read without asking for it as [`page`] does: a comparison beside this one could find the new tags
/// first, and this one would end before they are read.
pub(crate) async fn refresh(
    upstream: &Arc<Upstream>,
    name: &RepositoryName,
    selection: &TagSelection,
) -> Result<(), Error> {
    let filter = Filter::parse(&selection.q)?;
    let known = upstream.store.repository(upstream.registry_id().await?, name).await?;
    let tags = match known.filter(|it| it.scanned_at.is_some()) {
        Some(record) => {
            let stored = upstream.store.tag_page(&record, selection, &filter).await?;
            stored.rows.iter().map(|it| it.row.name.clone()).collect()
        }
        None => page(upstream, name, selection).await?.rows.iter().map(|it| it.tag().clone()).collect(),
    };
    revalidation::revalidate(&Place::note(upstream, name).await?, tags).await
}

/// Makes a page of what is stored; rows that nobody has looked at are looked at now.
pub(super) async fn finish(
    place: &Place,
    record: RepositoryRecord,
    stored: StoredPage,
    selection: &TagSelection,
) -> Result<TagPage, Error> {
    let (rows, _) = first_look::complete(place, &record, stored.rows);
    sum_up(place, record, stored.matched, stored.page, rows, selection).await
}

pub(super) async fn sum_up(
    place: &Place,
    record: RepositoryRecord,
    matched: usize,
    page: usize,
    rows: Vec<PendingRow>,
    selection: &TagSelection,
) -> Result<TagPage, Error> {
    let seen: Option<Vec<_>> = rows.iter().map(PendingRow::seen_at).collect();
    Ok(TagPage {
        total: record.n_tags,
        matched,
        n_attached: record.n_attached,
        n_unread: match selection.needs_all() {
            true => place.upstream.store.count_unread(&record).await?,
            false => 0,
        },
        page,
        per_page: selection.per_page.max(1),
        rows,
        seen_at: seen.and_then(|seen| seen.into_iter().min()),
        scanned_at: record.scanned_at.map(timestamp),
        problem: place.upstream.problems.get(&record.id).await,
    })
}

/// Whether nobody has looked at a row yet.
pub(super) fn is_unread(row: &crate::store::StoredRow) -> bool {
    row.seen_at == 0 && row.row.summary.state == State::Unread
}
