//! The tags of a repository.

mod order;
mod rows;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use registry::attached::{self, Attachments};
use registry::summary::{State, Summary, TagRow};
use registry::{Digest, RepositoryName, Tag, tag_order};

use super::filter::Filter;
use super::{describe, resolve};
use crate::Error;
use crate::upstream::Upstream;

pub use order::SortBy;
pub use rows::PendingRow;

/// How long a page waits for all tags when it must know all of them to sort or filter; the others are shown unread.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many tags are looked at at the same time; the client bounds the requests they make.
const AT_ONCE: usize = 64;

/// Which tags are wanted, and in which order.
#[derive(Clone, Debug)]
pub struct TagQuery {
    /// A part of the name, or `/a regular expression/`; empty for all.
    pub q: String,
    /// Only those that run on this platform (`linux/arm64`, `linux`, `arm64`); empty for all.
    pub platform: String,
    /// What to sort by.
    pub sort: SortBy,
    /// The largest, newest or last name first.
    pub descending: bool,
    /// The page, from 1.
    pub page: usize,
    /// Rows of a page.
    pub per_page: usize,
    /// Whether signatures and the like, which are tags beside the tag they belong to, are shown as tags.
    pub attached: bool,
}

/// A page of tags.
#[derive(Debug)]
pub struct TagPage {
    /// How many tags the repository has, without those that only carry signatures and the like.
    pub total: usize,
    /// How many tags match the query.
    pub matched: usize,
    /// How many tags carry signatures and the like for another one.
    pub n_attached: usize,
    /// How many tags could not be read in time, so that sorting and filtering do not take them into account.
    pub n_unread: usize,
    /// The page shown, from 1; the last one where the query asks for one past it.
    pub page: usize,
    /// Rows of a page.
    pub per_page: usize,
    /// The rows in order; each becomes ready by itself.
    pub rows: Vec<PendingRow>,
}

impl TagPage {
    /// How many pages there are; at least one.
    pub fn n_pages(&self) -> usize {
        self.matched.div_ceil(self.per_page).max(1)
    }
}

pub(crate) async fn page(
    upstream: &Arc<Upstream>,
    repository: &RepositoryName,
    query: &TagQuery,
) -> Result<TagPage, Error> {
    let filter = Filter::parse(&query.q)?;
    let listed = upstream.client.tags(repository).await?;
    let attachments = Attachments::among(&listed);
    let n_attached = attachments.n_tags();
    let mut tags: Vec<Tag> =
        listed.into_iter().filter(|tag| query.attached || !attached::is_attached(tag)).collect();
    let total = tags.len();
    tags.retain(|tag| filter.takes(tag.as_str()));
    tags.sort_by(|a, b| tag_order::compare(a.as_str(), b.as_str()));
    tags.dedup();

    let needs_all = query.sort != SortBy::Name || !query.platform.is_empty();
    let per_page = query.per_page.max(1);
    if !needs_all {
        if query.descending {
            tags.reverse();
        }
        let matched = tags.len();
        let page = clamp_page(query.page, matched, per_page);
        let visible = tags.into_iter().skip((page - 1) * per_page).take(per_page).collect();
        let rows = rows::start(upstream, repository, visible, attachments);
        return Ok(TagPage { total, matched, n_attached, n_unread: 0, page, per_page, rows });
    }

    let mut rows = read_all(upstream, repository, tags, &attachments).await;
    let n_unread = rows.iter().filter(|row| row.summary.state == State::Unread).count();
    if !query.platform.is_empty() {
        rows.retain(|row| row.summary.platforms.iter().any(|it| it.platform.matches(&query.platform)));
    }
    order::sort(&mut rows, query.sort, query.descending);
    let matched = rows.len();
    let page = clamp_page(query.page, matched, per_page);
    let rows = rows.into_iter().skip((page - 1) * per_page).take(per_page).map(PendingRow::ready).collect();
    Ok(TagPage { total, matched, n_attached, n_unread, page, per_page, rows })
}

fn clamp_page(page: usize, matched: usize, per_page: usize) -> usize {
    page.clamp(1, matched.div_ceil(per_page).max(1))
}

/// Reads every tag, as far as the time allows; what has been read is remembered, so the next look gets further.
async fn read_all(
    upstream: &Arc<Upstream>,
    repository: &RepositoryName,
    tags: Vec<Tag>,
    attachments: &Attachments,
) -> Vec<TagRow> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let read: Vec<(Tag, Arc<Summary>)> = stream::iter(tags)
        .map(|tag| async move {
            let summary = async {
                match resolve::resolve(upstream, repository, &tag).await {
                    Ok(it) => describe::summary(upstream, repository, &it.digest, it.manifest).await,
                    Err(error) => Arc::new(describe::broken(&error)),
                }
            };
            let summary = tokio::time::timeout_at(deadline, summary).await;
            (tag, summary.unwrap_or_else(|_| Arc::new(Summary::broken(State::Unread, None))))
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut aliases: HashMap<Digest, Vec<Tag>> = HashMap::new();
    for (tag, summary) in &read {
        if let Some(digest) = &summary.digest {
            aliases.entry(digest.clone()).or_default().push(tag.clone());
        }
    }
    read.into_iter()
        .map(|(tag, summary)| {
            let others = rows::others(&aliases, summary.digest.as_ref(), &tag);
            let attached = attachments.of(summary.digest.as_ref());
            TagRow { name: tag, summary: Arc::unwrap_or_clone(summary), aliases: others, attached }
        })
        .collect()
}
