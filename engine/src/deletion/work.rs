//! Doing what a job is for, step by step.

use std::time::Duration;

use futures::future::FutureExt;
use registry::client::Deletes;
use registry::deletion::Step;
use registry::{Error as RegistryError, Tag};
use tokio_util::sync::CancellationToken;

use super::execute::{Beside, Ending, Trouble, Worker};
use super::runner::{Halt, deed};
use super::support::support;
use super::view::View;
use super::{Outcome, Task, Why};
use crate::inventory::tags::revalidate;
use crate::place::Place;
use crate::scan::publish_vanished;
use crate::store::{EndedItem, Gone, ItemRecord, JobRecord, StoreError};
use crate::{Engine, Error};

/// How long is waited before a step is tried again that failed in passing.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// A registry that asks for a longer pause is left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);
/// So many steps in a row may fail before a job gives up.
const FAILURES: usize = 3;
/// How many items are read at a time.
const READ: usize = 1000;

impl Engine {
    /// Takes every step that was not taken yet.
    pub(super) async fn work(&self, job: &JobRecord, stop: &CancellationToken) -> Result<(), Halt> {
        let upstream = self.upstream(&job.registry)?;
        let place = Place::note(upstream, &job.repository).await?;
        let support = support(&place).await.map_err(Error::from)?;
        refuse_what_cannot_be_done(&support.by_digest)?;
        let worker = Worker { place: &place, job, support };
        let items = self.open_items(&job.id).await?;
        let mut view = View::new(self, &place, items.iter().filter_map(|(_, task)| step_of(task).cloned()));
        let mut failures = 0;
        let mut touched: Vec<Tag> = Vec::new();
        let mut halted = Ok(());
        let mut looked = None;
        let mut last: Option<(&(ItemRecord, Task), Ending)> = None;
        for (index, open) in items.iter().enumerate() {
            if let Err(halt) = self.may_go_on(job, stop).await {
                halted = Err(halt);
                break;
            }
            let (item, task) = open;
            let mut beside = Beside {
                looked: looked.take(),
                note: last.as_ref().map(|(open, ending)| self.note(&worker, open, ending).boxed()),
                next: items.get(index + 1).and_then(|(_, task)| step_of(task)),
                ahead: None,
            };
            let result = self.take(&worker, &mut view, item, task, &mut beside, stop).await;
            looked = beside.ahead.take();
            if let Some(note) = beside.note.take() {
                note.await?;
            }
            drop(beside);
            let (ending, is_failure) = match result {
                Ok(ending) => (ending, false),
                Err(Trouble::Left) => {
                    return Err(self.may_go_on(job, stop).await.err().unwrap_or(Halt::Left));
                }
                Err(Trouble::Store(error)) => return Err(error.into()),
                Err(Trouble::Registry(error)) => {
                    if ends_all(&error) {
                        place.upstream.support.forget();
                        halted = Err(Halt::Failed(Why::from(&error)));
                    }
                    (failed(task, &error), !matches!(error, RegistryError::Held { .. }))
                }
            };
            failures = if is_failure { failures + 1 } else { 0 };
            if let Some(step) = step_of(task) {
                match ending.0 {
                    Outcome::Deleted | Outcome::AlreadyGone => view.taken(step),
                    _ => view.left_alone(step),
                }
            }
            if let Task::Restore { tags, .. } = task {
                touched.extend(tags.iter().cloned());
            }
            if halted.is_ok() && failures >= FAILURES {
                halted = Err(Halt::Failed(ending.1.clone().unwrap_or(Why::Ignored)));
            }
            last = Some((open, ending));
            if halted.is_err() {
                break;
            }
        }
        if let Some((open, ending)) = &last {
            self.note(&worker, open, ending).await?;
        }
        if touched.is_empty() {
            self.store.sum_up(place.id, None).await?;
        } else if let Err(error) = revalidate(&place, touched).await {
            tracing::debug!(%error, "what was put back will be seen by the next look");
        }
        halted
    }

    /// Takes one step: again after a pause, where it fails in passing.
    async fn take(
        &self,
        worker: &Worker<'_>,
        view: &mut View<'_>,
        item: &ItemRecord,
        task: &Task,
        beside: &mut Beside<'_>,
        stop: &CancellationToken,
    ) -> Result<Ending, Trouble> {
        let mut pauses = PAUSES.into_iter();
        let mut item = item.clone();
        loop {
            let result = match task {
                Task::Restore { entry, overwrite, .. } => {
                    Box::pin(worker.restore(&item, *entry, *overwrite)).await
                }
                Task::Delete(step) => match self.is_allowed(worker, view, &item, step).await {
                    Ok(None) => Box::pin(worker.delete(&item, step, beside)).await,
                    Ok(Some(why)) => return worker.leave_alone(&item, why).await,
                    Err(Error::Registry(error)) => Err(error.into()),
                    Err(Error::Store(error)) => Err(error.into()),
                    Err(_) => return Err(Trouble::Left),
                },
            };
            match result {
                Err(Trouble::Registry(error)) if error.is_temporary() && !stop.is_cancelled() => {
                    let Some(pause) = pauses.next() else { return Err(error.into()) };
                    let asked = match &error {
                        RegistryError::RateLimited { retry_after: Some(asked), .. } => *asked,
                        _ => Duration::ZERO,
                    };
                    if asked > LONGEST_PAUSE {
                        return Err(error.into());
                    }
                    tracing::debug!(%error, "a step of a job is tried again after a pause");
                    tokio::select! {
                        () = tokio::time::sleep(pause.max(asked)) => {}
                        () = stop.cancelled() => return Err(Trouble::Left),
                    }
                    // It may have been begun by the try that failed.
                    let from = usize::try_from(item.position).unwrap_or_default();
                    if let Some(now) = self.store.job_items(&worker.job.id, from, 1).await?.into_iter().next()
                    {
                        item = now;
                    }
                }
                result => return result,
            }
        }
    }

    /// Why a step must not be taken now; nothing where it may. One that was begun is ended, unless nothing has come of
    /// it yet: what was changed before the job went on counts as much as what was changed before the job.
    async fn is_allowed(
        &self,
        worker: &Worker<'_>,
        view: &mut View<'_>,
        item: &ItemRecord,
        step: &Step,
    ) -> Result<Option<Why>, Error> {
        view.refresh().await?;
        if item.begun && worker.has_changed(step).await? {
            return Ok(None);
        }
        let tags = match step {
            Step::RemoveTag { tag, .. } => std::slice::from_ref(tag),
            Step::TrimReferrers { .. } => &[],
            Step::RemoveManifest { tags, .. } => tags,
        };
        if let Some((tag, _)) = self.policy.protected(&view.place.name, tags.iter()).into_iter().next() {
            return Ok(Some(Why::Protected { tag }));
        }
        Ok(view.changed(step))
    }

    /// The parts that have come to no end yet.
    async fn open_items(&self, job: &str) -> Result<Vec<(ItemRecord, Task)>, StoreError> {
        let mut open = Vec::new();
        let mut from = 0;
        loop {
            let items = self.store.job_items(job, from, READ).await?;
            let Some(last) = items.last() else { return Ok(open) };
            from = usize::try_from(last.position).unwrap_or(usize::MAX).saturating_add(1);
            for item in items.into_iter().filter(|it| it.outcome.is_none()) {
                let task = Task::read(&item)?;
                open.push((item, task));
            }
        }
    }

    /// Writes down what has become of a part, takes what is gone out of the inventory, and tells those who look.
    async fn note(
        &self,
        worker: &Worker<'_>,
        (item, task): &(ItemRecord, Task),
        (outcome, why): &Ending,
    ) -> Result<(), StoreError> {
        let Worker { place, job, .. } = worker;
        let action = if matches!(task, Task::Delete(_)) { "delete" } else { "restore" };
        let detail = why.as_ref().map(ToString::to_string).unwrap_or_default();
        let deed = deed(job, action, &task.subject(), outcome.word(), detail);
        let why = why.as_ref().and_then(|it| serde_json::to_string(it).ok());
        let is_gone = matches!(outcome, Outcome::Deleted | Outcome::AlreadyGone);
        let (tags, manifest) = match step_of(task).filter(|_| is_gone) {
            Some(Step::RemoveTag { tag, .. }) => (std::slice::from_ref(tag), None),
            Some(Step::TrimReferrers { digest, .. }) => (&[] as &[Tag], Some(digest)),
            Some(Step::RemoveManifest { digest, tags }) => (tags.as_slice(), Some(digest)),
            None => (&[] as &[Tag], None),
        };
        let ended = EndedItem {
            job: &job.id,
            position: item.position,
            outcome: *outcome,
            why: why.as_deref(),
            gone: is_gone.then_some(Gone { repository: place.id, tags, manifest }),
        };
        self.store.end_item(&ended, &job.actor, &deed).await?;
        place.upstream.measures.steps(*outcome).increment(1);
        publish_vanished(place, tags);
        Ok(())
    }
}

fn refuse_what_cannot_be_done(deletes: &Deletes) -> Result<(), Halt> {
    let message = String::new();
    match deletes {
        Deletes::Yes => Ok(()),
        Deletes::Off => Err(Halt::Failed(Why::DeletionOff { message })),
        Deletes::ReadOnly => Err(Halt::Failed(Why::ReadOnly { message })),
        Deletes::Denied(message) => Err(Halt::Failed(Why::NotAllowed { message: message.clone() })),
    }
}

/// Whether no other step can be taken either.
fn ends_all(error: &RegistryError) -> bool {
    use RegistryError::{
        CredentialsNeeded, NotARegistry, RateLimited, Tls, Unreachable, Unsupported, WrongCredentials,
    };
    matches!(
        error,
        Unsupported { .. }
            | Unreachable { .. }
            | Tls { .. }
            | WrongCredentials { .. }
            | CredentialsNeeded { .. }
            | RateLimited { .. }
            | NotARegistry { .. }
    )
}

fn failed(task: &Task, error: &RegistryError) -> Ending {
    let outcome = if matches!(task, Task::Delete(_)) { Outcome::StillThere } else { Outcome::NotRestored };
    (outcome, Some(Why::from(error)))
}

fn step_of(task: &Task) -> Option<&Step> {
    match task {
        Task::Delete(step) => Some(step),
        Task::Restore { .. } => None,
    }
}
