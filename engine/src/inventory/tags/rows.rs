//! Rows that become ready one after the other.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use jiff::Timestamp;
use registry::attached::Attached;
use registry::summary::{State, Summary, TagRow};
use registry::{Digest, Tag, tag_order};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::{TagCursor, TagSelection, TagSort};
use crate::inventory::describe;
use crate::place::Place;
use crate::scan::{self, Resolved, timestamp};
use crate::store::{Beside, Found, Millis, RepositoryRecord, StoredRow, now};

/// A row that is still being read, or ready.
#[derive(Debug)]
pub struct PendingRow {
    inner: Inner,
    seen_at: Option<Timestamp>,
    pushed_at: Option<Timestamp>,
    pulled_at: Option<Timestamp>,
    /// What it is sorted by, where it was read.
    position: Option<i64>,
}

#[derive(Debug)]
enum Inner {
    Ready(Arc<TagRow>),
    Reading(Tag, AbortOnDropHandle<TagRow>),
}

impl PendingRow {
    pub(super) fn ready(stored: StoredRow) -> Self {
        Self {
            inner: Inner::Ready(stored.row),
            seen_at: Some(stored.seen_at).filter(|it| *it > 0).map(timestamp),
            pushed_at: stored.pushed_at.map(timestamp),
            pulled_at: stored.pulled_at.map(timestamp),
            position: stored.position,
        }
    }

    /// The place of this row in the order of a selection, for the rows that come after it.
    pub fn cursor(&self, selection: &TagSelection) -> TagCursor {
        let name = match &self.inner {
            Inner::Ready(row) => row.name.clone(),
            Inner::Reading(name, _) => name.clone(),
        };
        TagCursor {
            sort: selection.sort,
            descending: selection.descending,
            position: self.position.filter(|_| selection.sort != TagSort::Name),
            name,
        }
    }

    /// The tag.
    pub fn tag(&self) -> &Tag {
        match &self.inner {
            Inner::Ready(row) => &row.name,
            Inner::Reading(tag, _) => tag,
        }
    }

    /// When the registry last said where the tag is; absent for one that is being asked for.
    pub fn seen_at(&self) -> Option<Timestamp> {
        self.seen_at
    }

    /// When it was last pushed, as far as that was noticed.
    pub fn pushed_at(&self) -> Option<Timestamp> {
        self.pushed_at
    }

    /// When it was last pulled, as far as the registry tells.
    pub fn pulled_at(&self) -> Option<Timestamp> {
        self.pulled_at
    }

    /// Whether nobody has to wait for the row.
    pub fn is_ready(&self) -> bool {
        matches!(self.inner, Inner::Ready(_))
    }

    /// Waits until the row is complete. The same row may be given again, as long as nothing of it has changed.
    pub async fn row(self) -> Arc<TagRow> {
        match self.inner {
            Inner::Ready(row) => row,
            Inner::Reading(tag, task) => Arc::new(task.await.unwrap_or_else(|error| {
                tracing::error!(%error, tag = %tag, "reading a tag ended early");
                let state = State::Failed;
                let summary =
                    Summary::broken(state, Some("reading it ended early; see the server's log".to_owned()));
                TagRow { name: tag, summary, aliases: Vec::new(), attached: Vec::new() }
            })),
        }
    }
}

/// Begins to read the rows of these tags, all at once; the client bounds the requests they make. What is read is written
/// down, and `reading` is held until then.
///
/// Each row goes on to its configuration as soon as it has its manifest, and waits for the digests of the others only
/// at its end, to know its aliases.
pub(super) fn start(
    place: &Place,
    record: &RepositoryRecord,
    tags: Vec<Tag>,
    reading: &mpsc::Sender<Infallible>,
) -> Vec<PendingRow> {
    let looks: Vec<Look> = tags.iter().map(|tag| look(place, tag)).collect();
    let aliases = aliases(tags.clone(), looks.clone()).boxed().shared();
    let is_known = record.scanned_at.is_some();
    let rows = tags.into_iter().zip(looks).map(|(tag, look)| {
        let (place, name, aliases, reading) = (place.clone(), tag.clone(), aliases.clone(), reading.clone());
        let reading = async move {
            let seen_at = now();
            let summary = read(&place, &name, look.await, seen_at, is_known).await;
            drop(reading);
            let aliases = match &summary.digest {
                Some(digest) => aliases.await.get(digest).cloned().unwrap_or_default(),
                None => Vec::new(),
            };
            let attached = attached(&place, &summary).await;
            let aliases = aliases.into_iter().filter(|it| *it != name).collect();
            TagRow { name, summary, aliases, attached }
        };
        let task = tokio::spawn(reading.in_current_span());
        let inner = Inner::Reading(tag, AbortOnDropHandle::new(task));
        PendingRow { inner, seen_at: None, pushed_at: None, pulled_at: None, position: None }
    });
    rows.collect()
}

type Look = Shared<BoxFuture<'static, Result<Resolved, registry::Error>>>;

fn look(place: &Place, tag: &Tag) -> Look {
    let (place, tag) = (place.clone(), tag.clone());
    async move { scan::resolve(&place, &tag, false).await }.boxed().shared()
}

/// Which tags are on each digest, the last in the natural order first, as the inventory tells them.
async fn aliases(tags: Vec<Tag>, looks: Vec<Look>) -> Arc<HashMap<Digest, Vec<Tag>>> {
    let mut aliases: HashMap<Digest, Vec<Tag>> = HashMap::new();
    for (tag, look) in tags.into_iter().zip(looks) {
        if let Ok(it) = look.await {
            aliases.entry(it.digest).or_default().push(tag);
        }
    }
    for tags in aliases.values_mut() {
        tags.sort_by(|left, right| tag_order::compare(right.as_str(), left.as_str()));
    }
    Arc::new(aliases)
}

/// What lies beside an image; nothing where the inventory does not say.
async fn attached(place: &Place, summary: &Summary) -> Vec<Attached> {
    let Some(image) = Beside::of(summary) else { return Vec::new() };
    match place.upstream.store.attachments(place.id, &[image]).await {
        Ok(mut found) => found.remove(image.digest).unwrap_or_default(),
        Err(error) => {
            tracing::warn!(%error, "what lies beside an image cannot be read");
            Vec::new()
        }
    }
}

/// Reads what lies where a tag is, and writes it down.
async fn read(
    place: &Place,
    tag: &Tag,
    resolved: Result<Resolved, registry::Error>,
    seen_at: Millis,
    is_known: bool,
) -> Summary {
    let (found, summary) = match resolved {
        Ok(resolved) => {
            let found = scan::look_behind(place, resolved).await;
            let summary = summary_of(&found);
            (Some(found), summary)
        }
        // What says nothing about the tag is shown, and not written down.
        Err(error) => {
            let summary = describe::broken(&error);
            (scan::broken(error).ok(), summary)
        }
    };
    if let Some(found) = found {
        let finding = scan::finding(place, tag, seen_at, is_known, found);
        if let Err(error) = scan::write(place, &[finding]).await {
            tracing::warn!(%error, %tag, "a tag cannot be written down");
        }
    }
    summary
}

fn summary_of(found: &Found) -> Summary {
    match found {
        Found::On { summary, .. } => Arc::unwrap_or_clone(Arc::clone(summary)),
        Found::Broken { state, detail } => Summary::broken(*state, detail.clone()),
        Found::Same(_) => Summary::broken(State::Unread, None),
    }
}
