//! Rows that become ready one after the other.

use std::collections::HashMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
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

/// Begins to read the rows of these tags, all at once; the client bounds the requests they make.
///
/// Each row goes on to its configuration as soon as it has its manifest, and waits for the digests of the others only
/// at its end, to know its aliases.
pub(super) fn start(
    upstream: &Arc<Upstream>,
    repository: &RepositoryName,
    tags: Vec<Tag>,
    attachments: Attachments,
) -> Vec<PendingRow> {
    let looks: Vec<_> = tags.iter().map(|tag| look(upstream, repository, tag)).collect();
    let aliases = aliases(tags.clone(), looks.clone()).boxed().shared();
    let attachments = Arc::new(attachments);
    tags.into_iter()
        .zip(looks)
        .map(|(tag, look)| {
            let (upstream, repository, name) = (upstream.clone(), repository.clone(), tag.clone());
            let (aliases, attachments) = (aliases.clone(), attachments.clone());
            let task = tokio::spawn(async move {
                let summary = match look.await {
                    Ok(it) => describe::summary(&upstream, &repository, &it.digest, it.manifest).await,
                    Err(error) => Arc::new(describe::broken(&error)),
                };
                let aliases = others(&*aliases.await, summary.digest.as_ref(), &name);
                let attached = attachments.of(summary.digest.as_ref());
                TagRow { name, summary: Arc::unwrap_or_clone(summary), aliases, attached }
            });
            PendingRow(Inner::Reading(tag, AbortOnDropHandle::new(task)))
        })
        .collect()
}

type Look = Shared<BoxFuture<'static, Result<resolve::Resolved, registry::Error>>>;

fn look(upstream: &Arc<Upstream>, repository: &RepositoryName, tag: &Tag) -> Look {
    let (upstream, repository, tag) = (upstream.clone(), repository.clone(), tag.clone());
    async move { resolve::resolve(&upstream, &repository, &tag).await }.boxed().shared()
}

/// Which tags are on each digest.
async fn aliases(tags: Vec<Tag>, looks: Vec<Look>) -> Arc<HashMap<Digest, Vec<Tag>>> {
    let mut aliases: HashMap<Digest, Vec<Tag>> = HashMap::new();
    for (tag, look) in tags.into_iter().zip(looks) {
        if let Ok(it) = look.await {
            aliases.entry(it.digest).or_default().push(tag);
        }
    }
    Arc::new(aliases)
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
