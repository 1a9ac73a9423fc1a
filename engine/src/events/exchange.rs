//! Replicas tell each other what happens, through the database that they share.
//!
//! The database gives events their numbers, so that whoever listens may go on at another replica. Replicas look into it
//! every half second; being notified by it would be quicker by that much, but needs a connection of its own, which
//! poolers in between do not keep.

use std::time::Duration;

use super::Event;
use super::hub::{BACKLOG, Events, Told};
use crate::Engine;
use crate::store::StoreError;

/// How often it is looked what others have told.
const PAUSE: Duration = Duration::from_millis(500);
/// How long events are gathered before they are written down.
const GATHERING: Duration = Duration::from_millis(20);

/// Sees to it that events are numbered here again when nobody passes them on any more.
struct Sharing(Events);

impl Drop for Sharing {
    fn drop(&mut self) {
        self.0.keep_to_itself();
    }
}

impl Engine {
    /// Hears what has happened in the replicas that share the database, so that whoever listened to one of them can go
    /// on here. A database that nobody can share is left alone.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn join_others(&self) -> Result<(), StoreError> {
        if self.store.is_shared() { self.exchange().await } else { Ok(()) }
    }

    /// Tells the replicas that share the database what happens in this one, and hears what happens in them, for as long
    /// as the future is polled. A database that nobody can share is left alone.
    pub async fn keep_exchanging(&self) {
        if !self.store.is_shared() {
            return std::future::pending().await;
        }
        let _sharing = Sharing(self.events.clone());
        let mut is_broken = false;
        loop {
            match self.exchange().await {
                Ok(()) => {
                    is_broken = false;
                    let told = async {
                        self.events.waiting().await;
                        tokio::time::sleep(GATHERING).await;
                    };
                    // Having waited for long enough is a reason to look as well.
                    let _ = tokio::time::timeout(PAUSE, told).await;
                }
                Err(error) => {
                    if !std::mem::replace(&mut is_broken, true) {
                        tracing::warn!(%error, "what happens cannot be exchanged with other replicas");
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Tells other replicas what they have not been told yet, where somebody exchanges events with them.
    pub async fn pass_on_events(&self) {
        if let Err(error) = self.pass_on().await {
            tracing::warn!(%error, "other replicas are not told what happened last");
        }
    }

    /// Passes on what has happened here, and hears what has happened anywhere.
    async fn exchange(&self) -> Result<(), StoreError> {
        if !self.events.is_shared() {
            self.events.share(self.store.events_known_after().await?);
        }
        self.pass_on().await?;
        self.hear_others().await
    }

    async fn pass_on(&self) -> Result<(), StoreError> {
        let events = self.events.take();
        if events.is_empty() {
            return Ok(());
        }
        let contents: Vec<String> = events.iter().filter_map(|it| serde_json::to_string(it).ok()).collect();
        let added = self.store.add_events(&contents).await;
        if added.is_err() {
            self.events.put_back(events);
        }
        added
    }

    /// Hears what has happened in replicas that share the database.
    pub(super) async fn hear_others(&self) -> Result<(), StoreError> {
        while self.events.is_shared() {
            let records = self.store.events_after(self.events.last(), BACKLOG).await?;
            let is_all = records.len() < BACKLOG;
            let told = records.into_iter().map(|it| {
                let event = serde_json::from_str::<Event>(&it.content).inspect_err(unreadable).ok();
                Told { id: it.id, previous: it.previous, event }
            });
            self.events.hear(told.collect());
            if is_all {
                break;
            }
        }
        Ok(())
    }
}

/// A newer version may have written it, while replicas are replaced one after the other.
fn unreadable(error: &serde_json::Error) {
    tracing::debug!(%error, "another replica tells of something that this version does not know");
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::Actor;
    use crate::deletion::{Job, JobState, Outcome, Why};
    use crate::scan::ScanProgress;
    use crate::store::ScanState;

    #[test]
    fn every_kind_of_event_is_read_as_it_was_written() {
        let (registry, at) = ("r".to_owned(), Timestamp::UNIX_EPOCH);
        let repository: registry::RepositoryName = "team/app".parse().unwrap();
        let tag: registry::Tag = "1.0".parse().unwrap();
        let scan = ScanProgress {
            id: 7,
            registry: registry.clone(),
            repository: Some(repository.clone()),
            state: ScanState::Running,
            n_done: 3,
            n_total: 9,
            rate: 1.5,
            seconds_left: Some(4),
            started: at,
            finished: None,
            error: None,
        };
        let job = Job {
            id: "j".to_owned(),
            plan: None,
            registry: registry.clone(),
            repository: repository.clone(),
            state: JobState::Failed,
            actor: Actor::default(),
            queued: at,
            started: Some(at),
            finished: Some(at),
            n_items: 2,
            n_done: 1,
            outcomes: vec![(Outcome::Deleted, 1)],
            seconds_left: None,
            error: Some(Why::Ignored),
        };
        let problem = Some("it is down".to_owned());
        let of = || (registry.clone(), repository.clone());
        let events = [
            Event::TagChanged { registry: of().0, repository: of().1, tag: tag.clone() },
            Event::TagGone { registry: of().0, repository: of().1, tag },
            Event::RepositoryGone { registry: of().0, repository: of().1 },
            Event::CatalogChanged { registry: of().0 },
            Event::Revalidated { registry: of().0, repository: of().1, at, problem },
            Event::Scan(scan),
            Event::Job(job),
        ];
        for event in events {
            let written = serde_json::to_string(&event).unwrap();
            let read: Event = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), written);
            assert_eq!(read.kind(), event.kind());
        }
    }
}
