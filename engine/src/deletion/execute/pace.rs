//! How long a registry takes to delete, beside how long it takes to answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, Notify};
use tokio::time::timeout;

/// From how many times as long on there is time to ask one thing after the other.
const TIMES: u64 = 3;

/// What the last deletion and the last answer took, in microseconds.
#[derive(Debug, Default)]
pub(in crate::deletion) struct Pace {
    deletion: AtomicU64,
    answer: AtomicU64,
    one: Mutex<()>,
    ended: Notify,
}

impl Pace {
    pub(super) fn deleted_in(&self, took: Duration) {
        self.deletion.store(microseconds(took), Ordering::Relaxed);
        self.ended.notify_waiters();
    }

    fn answered_in(&self, took: Duration) {
        self.answer.store(microseconds(took), Ordering::Relaxed);
    }

    /// Asks something while something else is deleted: when nothing else is being asked, where deletions take long anyway,
    /// because what is asked at once slows them down; else immediately.
    pub(super) async fn ask<T>(&self, question: impl Future<Output = T>) -> T {
        let _turn = if self.is_slow() { Some(self.one.lock().await) } else { None };
        let began = Instant::now();
        let result = question.await;
        self.answered_in(began.elapsed());
        result
    }

    /// Waits for the middle of a deletion that has just begun, where it takes long: what is asked as it begins holds it up,
    /// and what is looked at later is looked at closer to when that counts.
    pub(super) async fn middle(&self) {
        if self.is_slow() {
            let half = Duration::from_micros(self.deletion.load(Ordering::Relaxed) / 2);
            // It may be over sooner than the last one.
            let _ = timeout(half, self.ended.notified()).await;
        }
    }

    fn is_slow(&self) -> bool {
        let answer = self.answer.load(Ordering::Relaxed);
        self.deletion.load(Ordering::Relaxed) > answer.saturating_mul(TIMES)
    }
}

fn microseconds(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures::future::join;

    use super::*;

    /// In which order two questions begin and end that each have to wait once.
    async fn order(deletion: u64, answer: u64) -> Vec<&'static str> {
        let pace = Pace::default();
        pace.deleted_in(Duration::from_millis(deletion));
        pace.answered_in(Duration::from_millis(answer));
        let seen = RefCell::new(Vec::new());
        let question = async |begins, ends| {
            seen.borrow_mut().push(begins);
            tokio::task::yield_now().await;
            seen.borrow_mut().push(ends);
        };
        join(pace.ask(question("a", "A")), pace.ask(question("b", "B"))).await;
        seen.into_inner()
    }

    #[tokio::test]
    async fn one_thing_is_asked_after_the_other_while_a_long_deletion_goes_on() {
        assert_eq!(order(0, 0).await, ["a", "b", "A", "B"]);
        assert_eq!(order(6, 2).await, ["a", "b", "A", "B"]);
        assert_eq!(order(7, 2).await, ["a", "A", "b", "B"]);
        assert_eq!(order(7, 50).await, ["a", "b", "A", "B"]);
    }

    #[tokio::test]
    async fn the_middle_of_a_long_deletion_is_waited_for_unless_it_ends_before() {
        let pace = Pace::default();
        pace.middle().await;
        pace.deleted_in(Duration::from_millis(20));
        let began = Instant::now();
        pace.middle().await;
        assert!(began.elapsed() >= Duration::from_millis(10));
        pace.deleted_in(Duration::from_hours(1000));
        let ends = async { pace.deleted_in(Duration::from_millis(1)) };
        join(pace.middle(), ends).await;
    }
}
