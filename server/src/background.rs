//! What the server does without being asked: it scans the registries, goes on with scans and jobs that were interrupted,
//! and tells the replicas that share its database what happens.

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
    adopting: AbortOnDropHandle<()>,
    exchanging: AbortOnDropHandle<()>,
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
        let adopter = engine.clone();
        let adopting =
            AbortOnDropHandle::new(tokio::spawn(async move { adopter.keep_adopting_scans().await }));
        let teller = engine.clone();
        let exchanging = AbortOnDropHandle::new(tokio::spawn(async move { teller.keep_exchanging().await }));
        Self { engine, scanning, working, adopting, exchanging }
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
        // Whoever looks at another replica is to know how they ended.
        if tokio::time::timeout(PATIENCE, self.engine.pass_on_events()).await.is_err() {
            tracing::warn!("stopping although other replicas have not been told what happened last");
        }
        drop((self.scanning, self.working, self.adopting, self.exchanging));
    }
}
