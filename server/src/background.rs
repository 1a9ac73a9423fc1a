//! What the server does without being asked: it scans the registries, and goes on with jobs that were interrupted.

use std::time::Duration;

use engine::Engine;
use tokio_util::task::AbortOnDropHandle;

/// How long after its start the first scan begins, so that whoever opens a page at once does not wait for it.
const FIRST: Duration = Duration::from_secs(2);
/// How long scans may take to write down that they have ended.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What goes on in the background.
#[derive(Debug)]
pub(crate) struct Background {
    engine: Engine,
    scanning: Option<AbortOnDropHandle<()>>,
    working: AbortOnDropHandle<()>,
}

impl Background {
    /// Scans all registries in a moment, and again after each pause; never where there is none.
    pub(crate) fn start(engine: Engine, pause: Option<Duration>) -> Self {
        let scanning = pause.map(|pause| {
            let engine = engine.clone();
            AbortOnDropHandle::new(tokio::spawn(async move {
                tokio::time::sleep(FIRST).await;
                Box::pin(engine.keep_scanning(pause)).await;
            }))
        });
        let worker = engine.clone();
        let working = AbortOnDropHandle::new(tokio::spawn(async move { worker.keep_working().await }));
        Self { engine, scanning, working }
    }

    /// Asks all scans and jobs to end, and does not wait for it.
    pub(crate) fn ask_to_stop(&self) {
        let engine = self.engine.clone();
        tokio::spawn(async move { engine.stop().await });
    }

    /// Waits until all scans and jobs have ended, for a moment.
    pub(crate) async fn stop(self) {
        if tokio::time::timeout(PATIENCE, self.engine.stop()).await.is_err() {
            tracing::warn!("stopping although scans or jobs have not written down how far they are");
        }
        drop((self.scanning, self.working));
    }
}
