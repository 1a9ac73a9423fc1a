//! Steps of which it is not written down yet what came of them.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::deletion::Task;
use crate::deletion::execute::{Ending, Trouble};
use crate::store::{ItemRecord, StoreError};

/// So many steps are settled at once, for one list then tells of all their tags, and one transaction keeps it. Twice as
/// many are read back again after a process was killed.
const MANY: usize = 16;
/// Nobody waits longer than this to be told what came of a step, while others are taken.
const LONG: Duration = Duration::from_millis(250);

/// A step that was taken, and what came of it, as far as that is known.
pub(super) struct Done<'a> {
    pub(super) open: &'a (ItemRecord, Task),
    /// Absent where the registry only says that it has done it.
    pub(super) ending: Option<Ending>,
    /// About how many tags the repository has.
    pub(super) n_tags: usize,
}

/// What came of each of some steps.
pub(super) type Settled<'a> = Result<Vec<(Done<'a>, Result<Ending, Trouble>)>, StoreError>;

/// What is sent to be settled: a step, or nothing where all that was sent before is waited for.
type Message<'a> = Option<Done<'a>>;

/// These steps, as whoever takes them sees them.
pub(super) struct Unsettled<'a> {
    done: mpsc::Sender<Message<'a>>,
    settled: mpsc::UnboundedReceiver<Settled<'a>>,
    /// Of how many it was not heard yet that they are settled, and of how many of these nobody knows what came of them.
    n_open: usize,
    n_unknown: usize,
}

/// The same as whoever settles them sees them.
pub(super) struct Batches<'a> {
    done: mpsc::Receiver<Message<'a>>,
    settled: mpsc::UnboundedSender<Settled<'a>>,
}

/// The two sides, of which each has to go on while the other waits.
pub(super) fn unsettled<'a>() -> (Unsettled<'a>, Batches<'a>) {
    let (done, batches) = mpsc::channel(MANY);
    let (results, settled) = mpsc::unbounded_channel();
    (Unsettled { done, settled, n_open: 0, n_unknown: 0 }, Batches { done: batches, settled: results })
}

impl<'a> Unsettled<'a> {
    /// Hands a step over, once not too many wait.
    pub(super) async fn add(&mut self, done: Done<'a>) {
        self.n_open += 1;
        self.n_unknown += usize::from(done.ending.is_none());
        self.send(Some(done)).await;
    }

    /// Whether nobody knows yet what came of some step.
    pub(super) fn is_unknown(&self) -> bool {
        self.n_unknown > 0
    }

    /// What was settled since this was asked last.
    pub(super) fn settled(&mut self) -> Option<Settled<'a>> {
        let settled = self.settled.try_recv().ok();
        self.count(settled)
    }

    /// What is settled next; nothing where all is.
    pub(super) async fn settle(&mut self) -> Option<Settled<'a>> {
        if self.n_open == 0 {
            return None;
        }
        self.send(None).await;
        let settled = self.settled.recv().await;
        self.count(settled)
    }

    async fn send(&self, message: Message<'a>) {
        // The other side ends after this one.
        let _ = self.done.send(message).await;
    }

    fn count(&mut self, settled: Option<Settled<'a>>) -> Option<Settled<'a>> {
        if let Some(Ok(steps)) = &settled {
            let n_unknown = steps.iter().filter(|(it, _)| it.ending.is_none()).count();
            self.n_open = self.n_open.saturating_sub(steps.len());
            self.n_unknown = self.n_unknown.saturating_sub(n_unknown);
        }
        settled
    }
}

impl<'a> Batches<'a> {
    /// Steps to be settled together, once there are many of them, or they wait for long, or are waited for; nothing at the
    /// end.
    pub(super) async fn next(&mut self) -> Option<Vec<Done<'a>>> {
        let first = loop {
            if let Some(done) = self.done.recv().await? {
                break done;
            }
        };
        let until = Instant::now() + LONG;
        let mut batch = vec![first];
        while batch.len() < MANY
            && let Ok(Some(Some(done))) = timeout_at(until, self.done.recv()).await
        {
            batch.push(done);
        }
        Some(batch)
    }

    pub(super) fn answer(&self, settled: Settled<'a>) {
        // Whoever took them has given up, and has told why.
        let _ = self.settled.send(settled);
    }
}
