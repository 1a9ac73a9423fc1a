//! The repositories of a registry.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use registry::RepositoryName;
use registry::client::Client;
use tokio::sync::watch;

use super::filter::Filter;
use crate::Error;
use crate::upstream::Upstream;

/// How long a catalog that was read is believed.
const FRESH: Duration = Duration::from_secs(10);
/// How long a page waits for the whole catalog before it shows what has been read.
const PATIENCE: Duration = Duration::from_secs(3);

/// Which repositories are wanted.
#[derive(Clone, Debug, Default)]
pub struct RepositoryQuery {
    /// A part of the name, or `/a regular expression/`; empty for all.
    pub q: String,
    /// Only those in this namespace, however deep; empty for all.
    pub namespace: String,
}

/// Repositories in the order of their names.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Those that match.
    pub names: Vec<RepositoryName>,
    /// How many there are, as far as they have been read.
    pub total: usize,
    /// Whether all of them have been read.
    pub complete: bool,
    /// Why the reading ended early.
    pub interrupted: Option<registry::Error>,
}

pub(crate) async fn repositories(upstream: &Upstream, query: &RepositoryQuery) -> Result<Catalog, Error> {
    let filter = Filter::parse(&query.q)?;
    let progress = upstream.catalog.read().await;
    let complete = progress.done.is_some();
    let interrupted = progress.done.and_then(|it| it.error);
    if let (Some(error), true) = (&interrupted, progress.names.is_empty()) {
        return Err(error.clone().into());
    }
    let below = |name: &RepositoryName| {
        query.namespace.is_empty()
            || name.as_str().strip_prefix(query.namespace.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    let names =
        progress.names.iter().filter(|&name| below(name) && filter.takes(name.as_str())).cloned().collect();
    Ok(Catalog {
        names,
        total: progress.names.len(),
        complete: complete && interrupted.is_none(),
        interrupted,
    })
}

/// Reads the catalog once for all who ask at the same time, and remembers it for a moment.
#[derive(Debug)]
pub(crate) struct CatalogReader {
    client: Client,
    current: Mutex<Option<watch::Receiver<Progress>>>,
}

#[derive(Clone, Debug, Default)]
struct Progress {
    /// Sorted, each name once.
    names: Arc<Vec<RepositoryName>>,
    done: Option<Done>,
}

#[derive(Clone, Debug)]
struct Done {
    at: Instant,
    error: Option<registry::Error>,
}

impl Progress {
    /// A reading that goes on is shared; one that ended is believed for a moment, one that failed is not.
    fn is_current(&self) -> bool {
        self.done.as_ref().is_none_or(|done| done.error.is_none() && done.at.elapsed() < FRESH)
    }
}

impl CatalogReader {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, current: Mutex::new(None) }
    }

    async fn read(&self) -> Progress {
        let mut progress = self.join_or_start();
        let finished = progress.wait_for(|it| it.done.is_some());
        if let Ok(Ok(finished)) = tokio::time::timeout(PATIENCE, finished).await {
            return finished.clone();
        }
        // Longer than a page may take: show the first names, as soon as there are any.
        let _ = progress.wait_for(|it| it.done.is_some() || !it.names.is_empty()).await;
        progress.borrow().clone()
    }

    fn join_or_start(&self) -> watch::Receiver<Progress> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = current.as_ref().filter(|it| it.borrow().is_current() && is_alive(it)) {
            return running.clone();
        }
        let (sender, receiver) = watch::channel(Progress::default());
        tokio::spawn(follow(self.client.clone(), sender));
        *current = Some(receiver.clone());
        receiver
    }
}

/// Whether it ended properly or is still going on; a reading that was dropped half-way is neither.
fn is_alive(progress: &watch::Receiver<Progress>) -> bool {
    progress.borrow().done.is_some() || progress.has_changed().is_ok()
}

/// Tells a registry that keeps everybody out from one that only does not list its repositories (GitLab answers 401).
async fn only_the_catalog(client: &Client, error: registry::Error) -> registry::Error {
    use registry::Error::{CatalogRefused, CredentialsNeeded, Denied};
    let status = match &error {
        CredentialsNeeded { .. } => 401,
        Denied { status, .. } => *status,
        _ => return error,
    };
    match client.ping().await {
        Ok(()) => CatalogRefused { host: client.host().to_owned(), status, message: String::new() },
        Err(_) => error,
    }
}

async fn follow(client: Client, sender: watch::Sender<Progress>) {
    let mut pages = std::pin::pin!(client.catalog());
    let mut names = Vec::new();
    let mut error = None;
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => names.extend(page),
            Err(it) => {
                error = Some(only_the_catalog(&client, it).await);
                break;
            }
        }
        names.sort_unstable();
        names.dedup();
        // Copies what was read so far for every page of a thousand names, which stays small beside reading it.
        sender.send_modify(|progress| progress.names = Arc::new(names.clone()));
    }
    sender.send_modify(|progress| progress.done = Some(Done { at: Instant::now(), error }));
}
