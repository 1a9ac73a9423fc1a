//! Where the events of this process are published, and those of other replicas heard.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Notify, broadcast};

use super::{Event, Numbered};

/// How many events one who listens may be behind before the oldest are dropped.
pub(super) const BACKLOG: usize = 1024;

/// All that has happened since some moment, and then what happens.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) missed: Vec<Numbered>,
    pub(super) is_incomplete: bool,
    pub(super) next: broadcast::Receiver<Numbered>,
}

/// What a replica has told.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) id: u64,
    /// The number of the event before it.
    pub(super) previous: u64,
    /// Nothing where this version does not know what it is.
    pub(super) event: Option<Event>,
}

/// Where events are published, and the last of them kept, because a page is listened for only after it was made.
#[derive(Clone, Debug)]
pub(crate) struct Events(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kept: Mutex<Kept>,
    /// What this process does, at once and without numbers.
    own: broadcast::Sender<Event>,
    /// Woken when there is something to pass on.
    waiting: Notify,
}

#[derive(Debug)]
struct Kept {
    sender: broadcast::Sender<Numbered>,
    recent: VecDeque<Numbered>,
    /// The number of the last event, or of the moment before the first.
    last: u64,
    /// After this number, all that happened is among the recent.
    known_after: u64,
    /// What waits to be given its number by the database; nothing where events stay in this process.
    outbox: Option<VecDeque<Event>>,
}

impl Events {
    pub(crate) fn new() -> Self {
        // Numbers of an earlier server are smaller, and those of a later one larger, because nothing happens more often
        // than every microsecond for long.
        let last = u64::try_from(Timestamp::now().as_microsecond()).unwrap_or_default();
        let kept = Kept {
            sender: broadcast::Sender::new(BACKLOG),
            recent: VecDeque::new(),
            last,
            known_after: last,
            outbox: None,
        };
        let own = broadcast::Sender::new(BACKLOG);
        Self(Arc::new(Inner { kept: Mutex::new(kept), own, waiting: Notify::new() }))
    }

    /// Tells everybody who listens: at once, or as soon as the database that others share has given it a number.
    pub(crate) fn publish(&self, event: Event) {
        // Where nobody listens, nothing is lost.
        let _ = self.0.own.send(event.clone());
        let mut kept = self.lock();
        let Some(outbox) = &mut kept.outbox else {
            let id = kept.last + 1;
            return kept.tell(Numbered { id, event });
        };
        // It fills up only while the database cannot be reached. Nothing that changes the inventory happens then, so
        // what is dropped only says how far something is.
        if outbox.len() == BACKLOG {
            outbox.pop_front();
        }
        outbox.push_back(event);
        drop(kept);
        self.0.waiting.notify_one();
    }

    /// What this process does from now on, without waiting for the database.
    pub(crate) fn own(&self) -> broadcast::Receiver<Event> {
        self.0.own.subscribe()
    }

    /// The number of the last event so far.
    pub(super) fn last(&self) -> u64 {
        self.lock().last
    }

    /// What happens after the event of a number; from now on, where none is given.
    pub(super) fn subscribe(&self, after: Option<u64>) -> Heard {
        let kept = self.lock();
        let after = after.unwrap_or(kept.last);
        Heard {
            missed: kept.recent.iter().filter(|it| it.id > after).cloned().collect(),
            is_incomplete: after < kept.known_after || after > kept.last,
            next: kept.sender.subscribe(),
        }
    }

    /// Whether events are passed on instead of numbered here.
    pub(super) fn is_shared(&self) -> bool {
        self.lock().outbox.is_some()
    }

    /// Passes events on from now on. What others have told after a number can be heard, and nothing of before.
    pub(super) fn share(&self, known_after: u64) {
        let mut kept = self.lock();
        kept.outbox = Some(VecDeque::new());
        kept.forget(known_after);
    }

    /// Numbers events here again, because nobody passes them on any more.
    pub(super) fn keep_to_itself(&self) {
        let mut kept = self.lock();
        for event in kept.outbox.take().into_iter().flatten() {
            let id = kept.last + 1;
            kept.tell(Numbered { id, event });
        }
    }

    /// Waits until there is something to pass on.
    pub(super) async fn waiting(&self) {
        self.0.waiting.notified().await;
    }

    /// Takes what is to be passed on.
    pub(super) fn take(&self) -> Vec<Event> {
        self.lock().outbox.as_mut().map(|it| it.drain(..).collect()).unwrap_or_default()
    }

    /// Puts back what could not be passed on.
    pub(super) fn put_back(&self, events: Vec<Event>) {
        let mut kept = self.lock();
        let Some(outbox) = &mut kept.outbox else { return };
        let room = BACKLOG - outbox.len();
        for event in events.into_iter().rev().take(room) {
            outbox.push_front(event);
        }
    }

    /// Tells what has happened here or elsewhere, the oldest first. What was heard already is passed over.
    pub(super) fn hear(&self, told: Vec<Told>) {
        let mut kept = self.lock();
        for Told { id, previous, event } in told {
            if id <= kept.last {
                continue;
            }
            if previous > kept.last {
                // Nobody keeps what lies between. Whoever listens has to connect again, and is told so then.
                kept.forget(previous);
            }
            match event {
                Some(event) => kept.tell(Numbered { id, event }),
                None => kept.last = id,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn tell(&mut self, numbered: Numbered) {
        self.last = numbered.id;
        if self.recent.len() == BACKLOG
            && let Some(oldest) = self.recent.pop_front()
        {
            self.known_after = oldest.id;
        }
        self.recent.push_back(numbered.clone());
        // Where nobody listens, nothing is lost.
        let _ = self.sender.send(numbered);
    }

    /// Knows nothing any more of what happened up to a number.
    fn forget(&mut self, last: u64) {
        (self.last, self.known_after) = (last, last);
        self.recent.clear();
        // Those who listen to the old one are let go.
        self.sender = broadcast::Sender::new(BACKLOG);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast::error::TryRecvError;

    use super::*;

    fn event(number: usize) -> Event {
        Event::CatalogChanged { registry: number.to_string() }
    }

    fn told(id: u64, previous: u64) -> Told {
        Told { id, previous, event: Some(event(1)) }
    }

    #[test]
    fn what_happened_since_a_page_was_made_is_told_first() {
        let events = Events::new();
        events.publish(event(1));
        let page = events.last();
        events.publish(event(2));
        let subscription = events.subscribe(Some(page));
        assert!(!subscription.is_incomplete);
        assert_eq!(subscription.missed.iter().map(|it| it.id).collect::<Vec<_>>(), [page + 1]);
        assert!(events.subscribe(None).missed.is_empty());
        assert!(events.subscribe(Some(page + 1)).missed.is_empty());
    }

    #[test]
    fn who_was_away_too_long_is_told_so() {
        let events = Events::new();
        let page = events.last();
        (0..=BACKLOG).for_each(|number| events.publish(event(number)));
        assert!(events.subscribe(Some(page)).is_incomplete);
        assert!(!events.subscribe(Some(page + 1)).is_incomplete);
        assert!(events.subscribe(Some(1)).is_incomplete, "a number of an earlier server");
        assert!(!Events::new().subscribe(None).is_incomplete);
    }

    #[test]
    fn numbers_of_others_need_not_follow_each_other() {
        let events = Events::new();
        events.share(100);
        events.publish(event(1));
        assert!(events.subscribe(Some(100)).missed.is_empty(), "it has no number yet");
        assert_eq!(events.take().len(), 1);
        let unknown = || Told { id: 300, previous: 250, event: None };
        events.hear(vec![told(250, 100), unknown(), told(410, 300)]);
        // Whoever reads at the same time hears the same, once.
        events.hear(vec![unknown(), told(410, 300)]);
        let heard = events.subscribe(Some(100));
        assert!(!heard.is_incomplete);
        assert_eq!(heard.missed.iter().map(|it| it.id).collect::<Vec<_>>(), [250, 410]);
        assert!(events.subscribe(Some(99)).is_incomplete && events.subscribe(Some(411)).is_incomplete);
    }

    #[test]
    fn a_gap_lets_listeners_go_who_are_told_of_it_when_they_come_back() {
        let events = Events::new();
        events.share(100);
        let mut listener = events.subscribe(None).next;
        events.hear(vec![told(900, 800)]);
        assert_eq!(listener.try_recv().unwrap_err(), TryRecvError::Closed);
        assert!(events.subscribe(Some(100)).is_incomplete);
        assert_eq!(events.subscribe(Some(800)).missed.len(), 1);
    }

    #[test]
    fn what_could_not_be_passed_on_waits_in_its_order() {
        let events = Events::new();
        events.share(100);
        (0..3).for_each(|number| events.publish(event(number)));
        let taken = events.take();
        events.publish(event(3));
        events.put_back(taken);
        let names: Vec<String> = events.take().iter().map(|it| it.registry().to_owned()).collect();
        assert_eq!(names, ["0", "1", "2", "3"]);
        events.publish(event(4));
        events.keep_to_itself();
        assert_eq!(events.subscribe(Some(100)).missed[0].id, 101);
    }
}
