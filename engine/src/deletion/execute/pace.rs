//! How long a registry takes to delete, beside how long it takes to answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::join;

/// From how many times as long on there is time to ask one thing after the other.
const TIMES: u64 = 3;

/// What the last deletion and the last look took, in microseconds.
#[derive(Debug, Default)]
pub(in crate::deletion) struct Pace {
    deletion: AtomicU64,
    look: AtomicU64,
}

impl Pace {
    pub(super) fn deleted_in(&self, took: Duration) {
        self.deletion.store(microseconds(took), Ordering::Relaxed);
    }

    pub(super) fn looked_in(&self, took: Duration) {
        self.look.store(microseconds(took), Ordering::Relaxed);
    }

    /// Does two things while something is deleted: one after the other where that takes long anyway, because what is asked
    /// at once slows the deletion down; else at once.
    pub(super) async fn both<A, B>(
        &self,
        first: impl Future<Output = A>,
        second: impl Future<Output = B>,
    ) -> (A, B) {
        let (first, second) = (Box::pin(first), Box::pin(second));
        let look = self.look.load(Ordering::Relaxed);
        if self.deletion.load(Ordering::Relaxed) > look.saturating_mul(TIMES) {
            (first.await, second.await)
        } else {
            join(first, second).await
        }
    }
}

fn microseconds(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// In which order two things begin and end that each have to wait once.
    async fn order(pace: &Pace) -> Vec<&'static str> {
        let seen = RefCell::new(Vec::new());
        let thing = async |begins, ends| {
            seen.borrow_mut().push(begins);
            tokio::task::yield_now().await;
            seen.borrow_mut().push(ends);
        };
        pace.both(thing("a", "A"), thing("b", "B")).await;
        seen.into_inner()
    }

    #[tokio::test]
    async fn things_are_done_one_after_the_other_while_a_long_deletion_goes_on() {
        let pace = Pace::default();
        assert_eq!(order(&pace).await, ["a", "b", "A", "B"]);
        pace.looked_in(Duration::from_millis(2));
        pace.deleted_in(Duration::from_millis(6));
        assert_eq!(order(&pace).await, ["a", "b", "A", "B"]);
        pace.deleted_in(Duration::from_millis(7));
        assert_eq!(order(&pace).await, ["a", "A", "b", "B"]);
        pace.looked_in(Duration::from_millis(50));
        assert_eq!(order(&pace).await, ["a", "b", "A", "B"]);
    }
}
