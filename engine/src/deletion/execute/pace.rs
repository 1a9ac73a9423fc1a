//! When a registry is asked something while it deletes, for what it is asked at the wrong moment holds the deletions up.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard, Notify, watch};
use tokio::time::timeout;

/// From how many times as long on there is time to ask one thing after the other.
const TIMES: u64 = 3;
/// What is deleted next is looked at so much before a deletion is expected to end at most, and so many times as long as
/// an answer takes at least.
const BEFORE_ITS_END: (Duration, u32) = (Duration::from_millis(50), 4);
/// A deletion is under way after this.
const BEGINNING: Duration = Duration::from_millis(1);
/// Nothing is held back for longer because a deletion is about to begin.
const MOMENT: Duration = Duration::from_millis(5);

/// What the last deletion and the last answer took, in microseconds, and what goes on now.
#[derive(Debug, Default)]
pub(in crate::deletion) struct Pace {
    deletion: AtomicU64,
    answer: AtomicU64,
    one: Mutex<()>,
    aside: Mutex<()>,
    ended: Notify,
    /// Whether a deletion has ended and the next one is about to begin.
    is_between: watch::Sender<bool>,
}

impl Pace {
    pub(super) fn deleted_in(&self, took: Duration) {
        self.deletion.store(microseconds(took), Ordering::Relaxed);
        self.is_between.send_replace(true);
        self.ended.notify_waiters();
    }

    fn answered_in(&self, took: Duration) {
        self.answer.store(microseconds(took), Ordering::Relaxed);
    }

    /// No deletion is about to begin.
    pub(in crate::deletion) fn rest(&self) {
        self.is_between.send_replace(false);
    }

    /// Asks something: when nothing else is being asked, where deletions take long anyway; else immediately.
    pub(super) async fn ask<T>(&self, question: impl Future<Output = T>) -> T {
        let _turn = self.turn(&self.one).await;
        let began = Instant::now();
        let result = question.await;
        self.answered_in(began.elapsed());
        result
    }

    /// Does something that the deletions do not wait for: not just before one of them begins, where they take long.
    pub(super) async fn aside<T>(&self, work: impl Future<Output = T>) -> T {
        let turn = self.turn(&self.aside).await;
        if turn.is_some() {
            // It may last longer, if the deletion has to wait for something.
            let _ = timeout(MOMENT, self.is_between.subscribe().wait_for(|it| !it)).await;
        }
        work.await
    }

    /// One's turn, where one has to wait for it: not once a registry has ceased to answer in time, or those who wait would
    /// find that out one after the other.
    async fn turn<'a>(&self, one: &'a Mutex<()>) -> Option<MutexGuard<'a, ()>> {
        if !self.is_slow() {
            return None;
        }
        let turn = one.lock().await;
        self.is_slow().then_some(turn)
    }

    /// Waits, while a deletion goes on that has just begun, for when it is time to look at what is deleted next: late, for
    /// then it is closest to when that counts, and never so soon that it holds up the beginning.
    pub(super) async fn late(&self) {
        if self.is_slow() {
            let expected = Duration::from_micros(self.deletion.load(Ordering::Relaxed));
            let answer = Duration::from_micros(self.answer.load(Ordering::Relaxed));
            let (longest, answers) = BEFORE_ITS_END;
            let late = expected.saturating_sub(longest.min((expected / 2).max(answer * answers)));
            // It may end sooner than the last one.
            if timeout(BEGINNING, self.ended.notified()).await.is_err() {
                self.rest();
                let _ = timeout(late.saturating_sub(BEGINNING), self.ended.notified()).await;
            }
        } else {
            self.rest();
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
    use std::pin::pin;

    use futures::future::join;
    use futures::poll;

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
    async fn what_comes_next_is_looked_at_late_in_a_long_deletion_or_once_it_has_ended() {
        let pace = Pace::default();
        pace.late().await;
        pace.deleted_in(Duration::from_millis(20));
        let began = Instant::now();
        pace.late().await;
        assert!(began.elapsed() >= Duration::from_millis(10));
        pace.deleted_in(Duration::from_hours(1000));
        let ends = async {
            while *pace.is_between.borrow() {
                tokio::task::yield_now().await;
            }
            pace.deleted_in(Duration::from_millis(1));
        };
        join(pace.late(), ends).await;
    }

    #[tokio::test]
    async fn nothing_is_done_aside_just_before_a_long_deletion_begins_unless_that_lasts() {
        let pace = Pace::default();
        pace.aside(async {}).await;
        pace.deleted_in(Duration::from_millis(20));
        // Nothing begins, and it is done all the same.
        assert!(*pace.is_between.borrow());
        pace.aside(async {}).await;
        let mut aside = pin!(pace.aside(async {}));
        assert!(poll!(aside.as_mut()).is_pending());
        pace.rest();
        assert!(poll!(aside).is_ready());
    }
}
