//! What changes while somebody looks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use registry::{RepositoryName, Tag};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::Engine;
use crate::deletion::Job;
use crate::scan::ScanProgress;

/// How many events one who listens may be behind before the oldest are dropped.
const BACKLOG: usize = 1024;

/// Something that changed, or how far a scan is.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A tag appeared, moved to another manifest, or something is or ceases to be wrong with it.
    TagChanged {
        /// The id of the registry.
        registry: String,
        /// Its repository.
        repository: RepositoryName,
        /// The tag.
        tag: Tag,
    },
    /// A tag is not in the registry any more.
    TagGone {
        /// The id of the registry.
        registry: String,
        /// Its repository.
        repository: RepositoryName,
        /// The tag.
        tag: Tag,
    },
    /// A repository is not in the registry any more.
    RepositoryGone {
        /// The id of the registry.
        registry: String,
        /// The repository.
        repository: RepositoryName,
    },
    /// The catalog names other repositories than before.
    CatalogChanged {
        /// The id of the registry.
        registry: String,
    },
    /// What was shown of a repository has been compared with the registry; the changes came before this.
    Revalidated {
        /// The id of the registry.
        registry: String,
        /// The repository.
        repository: RepositoryName,
        /// When that was.
        at: Timestamp,
        /// Why it did not succeed, in a sentence.
        problem: Option<String>,
    },
    /// How far a scan is, or how it ended.
    Scan(ScanProgress),
    /// How far a job is, or how it ended.
    Job(Job),
}

impl Event {
    /// What has happened, as one word: that under `type` in what is sent.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TagChanged { .. } => "tag_changed",
            Self::TagGone { .. } => "tag_gone",
            Self::RepositoryGone { .. } => "repository_gone",
            Self::CatalogChanged { .. } => "catalog_changed",
            Self::Revalidated { .. } => "revalidated",
            Self::Scan(_) => "scan",
            Self::Job(_) => "job",
        }
    }

    /// The id of the registry where it has happened.
    pub fn registry(&self) -> &str {
        match self {
            Self::TagChanged { registry, .. }
            | Self::TagGone { registry, .. }
            | Self::RepositoryGone { registry, .. }
            | Self::CatalogChanged { registry }
            | Self::Revalidated { registry, .. } => registry,
            Self::Scan(scan) => &scan.registry,
            Self::Job(job) => &job.registry,
        }
    }

    /// The repository where it has happened; absent for what concerns the registry as a whole.
    pub fn repository(&self) -> Option<&RepositoryName> {
        match self {
            Self::TagChanged { repository, .. }
            | Self::TagGone { repository, .. }
            | Self::RepositoryGone { repository, .. }
            | Self::Revalidated { repository, .. } => Some(repository),
            Self::CatalogChanged { .. } => None,
            Self::Scan(scan) => scan.repository.as_ref(),
            Self::Job(job) => Some(&job.repository),
        }
    }
}

/// An event with its number; a later one has a larger number, also after the server was started anew.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// The number.
    pub id: u64,
    /// What happened.
    pub event: Event,
}

/// What has happened since some moment, and then what happens, as far as who asks may see it.
#[derive(Debug)]
pub struct Subscription {
    /// What has happened since then, the oldest first.
    pub missed: Vec<Numbered>,
    /// Whether some of it is not known any more, so that everything must be read again.
    pub is_incomplete: bool,
    next: broadcast::Receiver<Numbered>,
    engine: Engine,
}

impl Subscription {
    /// What happens next.
    ///
    /// # Errors
    /// [`RecvError::Lagged`] for who has fallen far behind, and has missed the oldest.
    pub async fn next(&mut self) -> Result<Numbered, RecvError> {
        loop {
            let numbered = self.next.recv().await?;
            if self.engine.may_hear(&numbered.event).await {
                return Ok(numbered);
            }
        }
    }
}

impl Engine {
    /// What changes after the event of a number, and how far scans are; from now on, where none is given.
    pub async fn events(&self, after: Option<u64>) -> Subscription {
        let heard = self.events.subscribe(after);
        let mut missed = Vec::with_capacity(heard.missed.len());
        for numbered in heard.missed {
            if self.may_hear(&numbered.event).await {
                missed.push(numbered);
            }
        }
        Subscription { missed, is_incomplete: heard.is_incomplete, next: heard.next, engine: self.clone() }
    }

    /// The number of the last event so far: what a page that is made now knows.
    pub fn last_event(&self) -> u64 {
        self.events.last()
    }
}

/// All that has happened since some moment, and then what happens.
#[derive(Debug)]
pub(crate) struct Heard {
    missed: Vec<Numbered>,
    is_incomplete: bool,
    pub(crate) next: broadcast::Receiver<Numbered>,
}

/// Where events are published, and the last of them kept, because a page is listened for only after it was made.
#[derive(Clone, Debug)]
pub(crate) struct Events(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    sender: broadcast::Sender<Numbered>,
    recent: VecDeque<Numbered>,
    /// The number of the last event, or of the moment before the first.
    last: u64,
}

impl Events {
    pub(crate) fn new() -> Self {
        // Numbers of an earlier server are smaller, and those of a later one larger, because nothing happens more often
        // than every microsecond for long.
        let last = u64::try_from(Timestamp::now().as_microsecond()).unwrap_or_default();
        let sender = broadcast::Sender::new(BACKLOG);
        Self(Arc::new(Mutex::new(Kept { sender, recent: VecDeque::new(), last })))
    }

    /// Tells everybody who listens.
    pub(crate) fn publish(&self, event: Event) {
        let mut kept = self.lock();
        kept.last += 1;
        let numbered = Numbered { id: kept.last, event };
        if kept.recent.len() == BACKLOG {
            kept.recent.pop_front();
        }
        kept.recent.push_back(numbered.clone());
        // Where nobody listens, nothing is lost.
        let _ = kept.sender.send(numbered);
    }

    /// The number of the last event so far.
    pub(crate) fn last(&self) -> u64 {
        self.lock().last
    }

    /// What happens after the event of a number; from now on, where none is given.
    pub(crate) fn subscribe(&self, after: Option<u64>) -> Heard {
        let kept = self.lock();
        let after = after.unwrap_or(kept.last);
        let oldest = kept.recent.front().map_or(kept.last + 1, |it| it.id);
        Heard {
            missed: kept.recent.iter().filter(|it| it.id > after).cloned().collect(),
            is_incomplete: after + 1 < oldest || after > kept.last,
            next: kept.sender.subscribe(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: usize) -> Event {
        Event::CatalogChanged { registry: number.to_string() }
    }

    #[test]
    fn what_happened_since_a_page_was_made_is_told_first() {
        let events = Events::new();
        events.publish(event(1));
        let page = events.last();
        events.publish(event(2));
        let subscription = events.subscribe(Some(page));
        assert!(!subscription.is_incomplete);
        assert_eq!(subscription.missed.iter().map(|it| it.id).collect::<Vec<_>>(), [page + 1]);
        assert!(events.subscribe(None).missed.is_empty());
        assert!(events.subscribe(Some(page + 1)).missed.is_empty());
    }

    #[test]
    fn who_was_away_too_long_is_told_so() {
        let events = Events::new();
        let page = events.last();
        (0..=BACKLOG).for_each(|number| events.publish(event(number)));
        assert!(events.subscribe(Some(page)).is_incomplete);
        assert!(!events.subscribe(Some(page + 1)).is_incomplete);
        assert!(events.subscribe(Some(1)).is_incomplete, "a number of an earlier server");
        assert!(!Events::new().subscribe(None).is_incomplete);
    }
}
