//! Rows that become ready one after the other.

use std::collections::HashMap;
use std::sync::Arc;

use registry::attached::Attachments;
use registry::summary::{State, Summary, TagRow};
use registry::{Digest, RepositoryName, Tag};
use tokio_util::task::AbortOnDropHandle;

use crate::inventory::{describe, resolve};
use crate::upstream::Upstream;

/// A row that is still being read, or ready.
#[derive(Debug)]
pub struct PendingRow(Inner);

#[derive(Debug)]
enum Inner {
    Ready(Box<TagRow>),
    Reading(Tag, AbortOnDropHandle<TagRow>),
}

impl PendingRow {
    pub(super) fn ready(row: TagRow) -> Self {
        Self(Inner::Ready(Box::new(row)))
    }

    /// Waits until the row is complete.
    pub async fn row(self) -> TagRow {
        match self.0 {
            Inner::Ready(row) => *row,
            Inner::Reading(tag, task) => task.await.unwrap_or_else(|error| {
                tracing::error!(%error, tag = %tag, "reading a tag ended early");
                let state = State::Failed;
                let summary =
                    Summary::broken(state, Some("reading it ended early; see the server's log".to_owned()));
                TagRow { name: tag, summary, aliases: Vec::new(), attached: Vec::new() }
            }),
        }
    }
}

/// Begins to read a row.
pub(super) fn start(
    upstream: &Arc<Upstream>,
    repository: &RepositoryName,
    tag: Tag,
    resolved: Result<resolve::Resolved, registry::Error>,
    aliases: &HashMap<Digest, Vec<Tag>>,
    attachments: &Attachments,
) -> PendingRow {
    let resolved = match resolved {
        Ok(resolved) => resolved,
        Err(error) => {
            let summary = describe::broken(&error);
            return PendingRow::ready(TagRow {
                name: tag,
                summary,
                aliases: Vec::new(),
                attached: Vec::new(),
            });
        }
    };
    let aliases = others(aliases, Some(&resolved.digest), &tag);
    let attached = attachments.of(Some(&resolved.digest));
    let (upstream, repository, name) = (upstream.clone(), repository.clone(), tag.clone());
    let task = tokio::spawn(async move {
        let summary = describe::summary(&upstream, &repository, &resolved.digest, resolved.manifest).await;
        TagRow { name, summary: Arc::unwrap_or_clone(summary), aliases, attached }
    });
    PendingRow(Inner::Reading(tag, AbortOnDropHandle::new(task)))
}

/// The other tags on the same digest.
pub(super) fn others(aliases: &HashMap<Digest, Vec<Tag>>, digest: Option<&Digest>, tag: &Tag) -> Vec<Tag> {
    digest
        .and_then(|digest| aliases.get(digest))
        .into_iter()
        .flatten()
        .filter(|it| *it != tag)
        .cloned()
        .collect()
}
