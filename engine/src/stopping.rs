//! Ending what runs in the background, when the server stops.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::Engine;

/// Whether everything has to end, and what has not ended yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stopping {
    asked: CancellationToken,
    running: TaskTracker,
}

impl Stopping {
    /// Cancelled when everything has to end; cancelling it by itself ends nothing else.
    pub(crate) fn token(&self) -> CancellationToken {
        self.asked.child_token()
    }

    /// Whether everything has to end.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked.is_cancelled()
    }

    /// Something that has to be waited for until this is dropped.
    pub(crate) fn running(&self) -> TaskTrackerToken {
        self.running.token()
    }
}

impl Engine {
    /// Ends the scans of this process and waits until that is written down, so that the next ones go on from there.
    pub async fn stop(&self) {
        self.stopping.asked.cancel();
        self.stopping.running.close();
        self.stopping.running.wait().await;
    }
}
