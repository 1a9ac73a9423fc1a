//! A scan that runs: how far it is, that it is alive, and whether it was asked to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use registry::RepositoryName;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tracing::Instrument;

use super::progress::ScanProgress;
use super::repository::ScanError;
use crate::events::Event;
use crate::measures::ScanMeasure;
use crate::store::{Lease, ScanId, ScanRecord, ScanState, StoreError, now};
use crate::upstream::Upstream;

/// How often a scan says how far it is.
const BEAT: Duration = Duration::from_secs(1);
/// Every how many beats its lease is renewed.
const RENEWAL: u32 = 8;

/// A scan that runs.
#[derive(Debug)]
pub(super) struct Running {
    upstream: Arc<Upstream>,
    id: ScanId,
    lease: Lease,
    repository: Option<RepositoryName>,
    started: i64,
    n_done: AtomicUsize,
    n_total: AtomicUsize,
    measure: ScanMeasure,
    /// Set when somebody asked it to stop, or took over its lease.
    stop: CancellationToken,
    /// Held until it is written down how it ended.
    _waited_for: TaskTrackerToken,
}

/// Keeps the heart beating; it stops when this is dropped.
#[derive(Debug)]
pub(super) struct Heart(#[expect(dead_code, reason = "dropping it is its use")] AbortOnDropHandle<()>);

impl Running {
    /// Writes down that a scan begins, which ends when `stop` is cancelled. Its lease was taken before.
    pub(super) async fn begin(
        upstream: &Arc<Upstream>,
        repository: Option<&RepositoryName>,
        lease: Lease,
        stop: CancellationToken,
    ) -> Result<(Arc<Self>, Heart), StoreError> {
        let id = upstream.store.begin_scan(upstream.registry_id().await?, repository).await?;
        let it = Arc::new(Self {
            upstream: Arc::clone(upstream),
            id,
            lease,
            repository: repository.cloned(),
            started: now(),
            n_done: AtomicUsize::new(0),
            n_total: AtomicUsize::new(0),
            measure: upstream.measures.scan(scope(repository)),
            stop,
            _waited_for: upstream.stopping.running(),
        });
        it.publish(ScanState::Running, None);
        let heart = Heart(AbortOnDropHandle::new(tokio::spawn(Arc::clone(&it).beat().in_current_span())));
        Ok((it, heart))
    }

    pub(super) fn set_total(&self, n: usize) {
        // Each scan says it once.
        self.n_total.store(n, Ordering::Relaxed);
        self.measure.expect(n);
    }

    pub(super) fn advance(&self, n: usize) {
        self.n_done.fetch_add(n, Ordering::Relaxed);
        self.measure.advance(n);
    }

    /// Cancelled when it has to end.
    pub(super) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Does something, unless it has to end before that is done.
    pub(super) async fn unless_stopped<T>(
        &self,
        doing: impl Future<Output = Result<T, ScanError>>,
    ) -> Result<T, ScanError> {
        tokio::select! {
            result = doing => result,
            () = self.stop.cancelled() => Err(ScanError::Stopped),
        }
    }

    /// Writes down how it ended, and lets others scan the same.
    pub(super) async fn end(&self, heart: Heart, outcome: &Result<(), ScanError>) -> Result<(), StoreError> {
        drop(heart);
        let (state, error) = match outcome {
            Ok(()) => (ScanState::Done, None),
            // Nobody wanted it to end, so the next one goes on from there.
            Err(ScanError::Stopped) if self.upstream.stopping.is_asked() => {
                (ScanState::Failed, Some("the server was stopped".to_owned()))
            }
            Err(ScanError::Stopped) => (ScanState::Stopped, None),
            Err(error) => (ScanState::Failed, Some(error.to_string())),
        };
        self.publish(state, error.clone());
        self.upstream.measures.scans(scope(self.repository.as_ref()), state).increment(1);
        let store = &self.upstream.store;
        store.advance_scan(self.id, self.done(), self.total()).await?;
        store.end_scan(self.id, state, error.as_deref()).await?;
        store.return_lease(&self.lease).await
    }

    async fn beat(self: Arc<Self>) {
        let mut number = 0_u32;
        loop {
            tokio::time::sleep(BEAT).await;
            number = number.wrapping_add(1);
            self.publish(ScanState::Running, None);
            let store = &self.upstream.store;
            match store.advance_scan(self.id, self.done(), self.total()).await {
                Ok(true) => {}
                Ok(false) => self.stop.cancel(),
                Err(error) => tracing::warn!(%error, "how far a scan is cannot be written down"),
            }
            if number.is_multiple_of(RENEWAL) {
                match store.renew_lease(&self.lease).await {
                    Ok(true) => {}
                    Ok(false) => self.stop.cancel(),
                    Err(error) => tracing::warn!(%error, "the lease of a scan cannot be renewed"),
                }
            }
        }
    }

    fn done(&self) -> usize {
        self.n_done.load(Ordering::Relaxed)
    }

    fn total(&self) -> usize {
        self.n_total.load(Ordering::Relaxed)
    }

    fn publish(&self, state: ScanState, error: Option<String>) {
        let record = ScanRecord {
            id: self.id,
            repository: self.repository.clone(),
            state,
            n_done: self.done(),
            n_total: self.total(),
            started: self.started,
            heartbeat: now(),
            finished: (state != ScanState::Running).then(now),
            error,
        };
        let progress = ScanProgress::of(&self.upstream.info.id, record);
        self.upstream.events.publish(Event::Scan(progress));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.measure.take_back(self.done(), self.total());
    }
}

/// What metrics call the kind of scan.
fn scope(repository: Option<&RepositoryName>) -> &'static str {
    if repository.is_some() { "repository" } else { "registry" }
}
