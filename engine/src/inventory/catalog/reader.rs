//! Reads the catalog once for all who ask at the same time, and keeps what it read in the inventory.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use jiff::Timestamp;
use registry::RepositoryName;
use registry::client::{CatalogMode, Client};
use tokio::sync::watch;
use tracing::Instrument;

use crate::Error;
use crate::scan::publish_catalog;
use crate::scan::timestamp;
use crate::store::{Millis, StoreError};
use crate::upstream::{Upstream, unique};

/// How long a catalog that was read is believed.
const FRESH: Duration = Duration::from_secs(10);
/// How long a page waits for the whole catalog before it shows what has been read.
const PATIENCE: Duration = Duration::from_secs(3);

/// Reads the catalog, and remembers it.
#[derive(Debug, Default)]
pub(crate) struct CatalogReader {
    current: Mutex<Option<watch::Receiver<Progress>>>,
    /// As it was when it was last read to its end.
    known: Mutex<Option<Known>>,
}

/// A catalog that was read to its end.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Sorted, each name once.
    pub(super) names: Arc<Vec<RepositoryName>>,
    pub(super) at: Timestamp,
    /// When it was last written down, by which it is told whether another replica has written another one since.
    written: Millis,
}

/// A catalog that is being read.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    /// Sorted, each name once.
    pub(super) names: Arc<Vec<RepositoryName>>,
    pub(super) done: Option<Done>,
}

/// How the reading ended.
#[derive(Clone, Debug)]
pub(super) struct Done {
    at: Instant,
    pub(super) error: Option<registry::Error>,
}

impl CatalogReader {
    /// The catalog as it was when it was last read to its end, by whatever replica.
    pub(super) async fn known(&self, upstream: &Upstream) -> Result<Option<Known>, Error> {
        let id = upstream.registry_id().await?;
        let Some(written) = upstream.store.catalog_read_at(id).await? else { return Ok(None) };
        if let Some(known) = lock(&self.known).clone().filter(|it| it.written == written) {
            return Ok(Some(known));
        }
        let names = Arc::new(upstream.store.catalog(id).await?);
        let known = Known { names, at: timestamp(written), written };
        *lock(&self.known) = Some(known.clone());
        Ok(Some(known))
    }

    /// Sees to it that the catalog is read again if that was a while ago.
    pub(super) fn read_again(&self, upstream: &Arc<Upstream>) {
        self.join_or_start(upstream, |done| done.at.elapsed() < FRESH);
    }

    /// Why the last reading failed; while another one goes on, nothing is known of it.
    pub(super) fn problem(&self) -> Option<registry::Error> {
        let current = lock(&self.current);
        let progress = current.as_ref()?.borrow();
        progress.done.as_ref().and_then(|done| done.error.clone())
    }

    /// The catalog as far as it can be read in a moment.
    pub(super) async fn read(&self, upstream: &Arc<Upstream>) -> Progress {
        // A reading that failed is not believed by those who have nothing else to show.
        let mut progress =
            self.join_or_start(upstream, |done| done.error.is_none() && done.at.elapsed() < FRESH);
        let finished = progress.wait_for(|it| it.done.is_some());
        if let Ok(Ok(finished)) = tokio::time::timeout(PATIENCE, finished).await {
            return finished.clone();
        }
        // Longer than a page may take: show the first names, as soon as there are any.
        let _ = progress.wait_for(|it| it.done.is_some() || !it.names.is_empty()).await;
        progress.borrow().clone()
    }

    /// Reads the catalog again, or waits for those who do, and says why that failed.
    pub(crate) async fn read_now(&self, upstream: &Arc<Upstream>) -> Result<(), Error> {
        let mut progress = self.join_or_start(upstream, |_| false);
        let error = match progress.wait_for(|it| it.done.is_some()).await {
            Ok(finished) => finished.done.as_ref().and_then(|done| done.error.clone()),
            // It was dropped half-way, because the server stops.
            Err(_) => None,
        };
        error.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Takes over a catalog that was read to its end; `names` are sorted.
    pub(crate) async fn take_over(
        &self,
        upstream: &Upstream,
        names: Vec<RepositoryName>,
    ) -> Result<(), StoreError> {
        let (id, at) = (upstream.registry_id().await?, Timestamp::now());
        let written = upstream.store.catalog_read_at(id).await?;
        if let Some(known) = &mut *lock(&self.known)
            && (Some(known.written), &*known.names) == (written, &names)
        {
            known.at = at;
            return Ok(());
        }
        let change = upstream.store.write_catalog(id, &names).await?;
        *lock(&self.known) = Some(Known { names: Arc::new(names), at, written: change.written });
        if !change.appeared.is_empty() || !change.vanished.is_empty() {
            publish_catalog(upstream);
        }
        Ok(())
    }

    /// The reading that goes on, or that ended in a way that `is_believed`; else a new one.
    fn join_or_start(
        &self,
        upstream: &Arc<Upstream>,
        is_believed: impl Fn(&Done) -> bool,
    ) -> watch::Receiver<Progress> {
        let mut current = lock(&self.current);
        let is_current = |it: &watch::Receiver<Progress>| match &it.borrow().done {
            Some(done) => is_believed(done),
            // A reading that was dropped half-way has not ended and does not go on.
            None => it.has_changed().is_ok(),
        };
        if let Some(running) = current.as_ref().filter(|it| is_current(it)) {
            return running.clone();
        }
        let (sender, receiver) = watch::channel(Progress::default());
        // Others may wait for it as well, so it is a part of nobody's request.
        let id = &upstream.info.id;
        let span = tracing::error_span!(parent: None, "catalog", request_id = unique(), registry = id);
        tokio::spawn(follow(Arc::clone(upstream), sender).instrument(span));
        *current = Some(receiver.clone());
        receiver
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells a registry that keeps everybody out from one that only does not list its repositories (GitLab answers 401).
async fn only_the_catalog(client: &Client, error: registry::Error) -> registry::Error {
    use registry::Error::{CatalogRefused, CredentialsNeeded, Denied};
    if !matches!(client.catalog_mode(), CatalogMode::Full | CatalogMode::Prefixes(_)) {
        return error;
    }
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

async fn follow(upstream: Arc<Upstream>, sender: watch::Sender<Progress>) {
    let mut pages = std::pin::pin!(upstream.client.catalog());
    let mut names = Vec::new();
    let mut error = None;
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => names.extend(page),
            Err(it) => {
                error = Some(only_the_catalog(&upstream.client, it).await);
                break;
            }
        }
        names.sort_unstable();
        names.dedup();
        // Copies what was read so far for every page of a thousand names, which stays small beside reading it.
        sender.send_modify(|progress| progress.names = Arc::new(names.clone()));
    }
    if error.is_none()
        && let Err(error) = upstream.catalog.take_over(&upstream, names).await
    {
        tracing::warn!(%error, "the catalog cannot be kept");
    }
    sender.send_modify(|progress| progress.done = Some(Done { at: Instant::now(), error }));
}
