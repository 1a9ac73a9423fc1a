//! What changes while somebody looks.

mod exchange;
mod hub;

use jiff::Timestamp;
use registry::{RepositoryName, Tag};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::Engine;
use crate::deletion::Job;
use crate::files::LayerProgress;
use crate::scan::ScanProgress;

pub(crate) use hub::Events;

/// Something that changed, or how far a scan is.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
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
    /// How far the reading of a layer is, or how it ended.
    Layer(LayerProgress),
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
            Self::Layer(_) => "layer",
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
            Self::Layer(layer) => &layer.registry,
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
            Self::Layer(layer) => Some(&layer.repository),
        }
    }
}

/// An event with its number; a later one has a larger number, also after the server was started anew. Replicas that
/// share a database give the same event the same number.
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
    /// [`RecvError::Lagged`] for who has fallen far behind, and has missed the oldest; [`RecvError::Closed`] where
    /// nobody knows what was missed, for instance because the database could not be reached for long.
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
        // Another replica may have told of it before this one has heard.
        if after.is_some_and(|it| it > self.events.last())
            && let Err(error) = self.hear_others().await
        {
            tracing::debug!(%error, "what happened in other replicas cannot be read");
        }
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
