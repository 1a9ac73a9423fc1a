//! What Stowage itself has seen happen to a registry, and takes notice of in a moment, so that nobody waits for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Notification;
use crate::Engine;
use crate::upstream::Upstream;

/// How many may wait; when a pull was is not worth more memory, and what was pushed is found by the next scan.
const MOST: usize = 5000;
/// How long others are gathered before the next are written down.
const PAUSE: Duration = Duration::from_millis(100);

/// What waits to be taken notice of.
#[derive(Debug, Default)]
pub(crate) struct Soon(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Notification>,
    /// Whether somebody sees to them.
    is_running: bool,
}

impl Soon {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that wait; once there are none, nobody sees to them any more.
    fn take(&self) -> Option<Vec<Notification>> {
        let mut queue = self.lock();
        queue.is_running = !queue.waiting.is_empty();
        queue.is_running.then(|| std::mem::take(&mut queue.waiting))
    }
}

impl Engine {
    /// Takes notice of something in the background, with all that happens meanwhile.
    pub(crate) fn notify_soon(&self, upstream: &Arc<Upstream>, notification: Notification) {
        let mut queue = upstream.soon.lock();
        if queue.waiting.len() >= MOST {
            tracing::warn!(repository = %notification.repository, "too much happens at once to take notice of all");
            return;
        }
        queue.waiting.push(notification);
        if !queue.is_running {
            queue.is_running = true;
            tokio::spawn(run(self.as_server(), Arc::clone(upstream)));
        }
    }
}

async fn run(engine: Engine, upstream: Arc<Upstream>) {
    while let Some(notifications) = upstream.soon.take() {
        if let Err(error) = engine.notify(&upstream.info.id, &notifications).await {
            tracing::warn!(registry = upstream.info.id, %error, "what was pushed and pulled cannot be written down");
        }
        tokio::time::sleep(PAUSE).await;
    }
}
