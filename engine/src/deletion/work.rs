//! Doing what a job is for, step by step.

mod step;

use futures::future::FutureExt;
use registry::client::Deletes;
use registry::deletion::Step;
use registry::{Error as RegistryError, Tag};
use tokio_util::sync::CancellationToken;

use super::execute::{Beside, Ending, Taken, Trouble, Worker};
use super::runner::{Halt, deed};
use super::support::support;
use super::view::View;
use super::{Outcome, Task, Why};
use crate::inventory::tags::revalidate;
use crate::place::Place;
use crate::scan::publish_vanished;
use crate::store::{EndedItem, Gone, ItemRecord, JobRecord, StoreError};
use crate::{Engine, Error};

/// So many steps in a row may fail before a job gives up.
const FAILURES: usize = 3;
/// How many items are read at a time.
const READ: usize = 1000;

/// A step that was taken, and what came of it, as far as that is known.
struct Last<'a> {
    open: &'a (ItemRecord, Task),
    /// Absent where the registry only says that it has done it.
    ending: Option<Ending>,
}

/// What a job has come to.
struct Progress<'a> {
    view: View<'a>,
    /// How many steps failed in a row.
    failures: usize,
    /// Tags that were put back.
    touched: Vec<Tag>,
    halted: Result<(), Halt>,
}

impl Engine {
    /// Takes every step that was not taken yet.
    ///
    /// A step that stands alone is taken while it is read back what came of the last one, for the registry takes its time
    /// for both.
    pub(super) async fn work(&self, job: &JobRecord, stop: &CancellationToken) -> Result<(), Halt> {
        let upstream = self.upstream(&job.registry)?;
        let place = Place::note(upstream, &job.repository).await?;
        let support = support(&place).await.map_err(Error::from)?;
        refuse_what_cannot_be_done(&support.by_digest)?;
        let worker = Worker { place: &place, job, support };
        let items = self.open_items(&job.id).await?;
        let steps = items.iter().filter_map(|(_, task)| step_of(task).cloned());
        let view = View::new(self, &place, steps);
        let mut progress = Progress { view, failures: 0, touched: Vec::new(), halted: Ok(()) };
        let mut looked = None;
        let mut last: Option<Last<'_>> = None;
        for (index, open) in items.iter().enumerate() {
            let (item, task) = open;
            // Where a manifest is deleted, it is asked in the transaction that writes down that this begins.
            let is_asked_later = matches!(step_of(task), Some(Step::RemoveManifest { .. }));
            if stop.is_cancelled() || !is_asked_later {
                progress.halted = self.may_go_on(job, stop).await;
                if progress.halted.is_err() {
                    break;
                }
            }
            let is_alone = step_of(task).is_some_and(|step| progress.view.stands_alone(step));
            if let Some(before) = last.take_if(|it| it.ending.is_none() && !is_alone) {
                let settled = self.settle(&worker, &before).await;
                self.conclude(&worker, &mut progress, &before, settled, stop).await?;
                if progress.halted.is_err() {
                    break;
                }
            }
            let mut beside = Beside {
                looked: looked.take(),
                last: last.as_ref().map(|it| self.settle(&worker, it).boxed()),
                next: items.get(index + 1).and_then(|(_, task)| step_of(task)),
                ..Beside::default()
            };
            let result = self.take(&worker, &mut progress.view, item, task, &mut beside, stop).await;
            let settled = beside.settle().await;
            looked = beside.ahead.take();
            drop(beside);
            if let Some((before, settled)) = last.take().zip(settled) {
                self.conclude(&worker, &mut progress, &before, settled, stop).await?;
            }
            let ending = match result {
                Ok(Taken::Said) => None,
                Err(Trouble::Left) => {
                    progress.halted = Err(self.why_left(job, stop).await);
                    break;
                }
                Ok(Taken::Ended(it)) => Some(self.judge(job, &mut progress, task, Ok(it), stop).await?),
                Err(error) => Some(self.judge(job, &mut progress, task, Err(error), stop).await?),
            };
            last = Some(Last { open, ending });
            if progress.halted.is_err() {
                break;
            }
        }
        if let Some(before) = last {
            let settled = self.settle(&worker, &before).await;
            self.conclude(&worker, &mut progress, &before, settled, stop).await?;
        }
        if progress.touched.is_empty() {
            self.store.sum_up(place.id, None).await?;
        } else if let Err(error) = revalidate(&place, progress.touched).await {
            tracing::debug!(%error, "what was put back will be seen by the next look");
        }
        progress.halted
    }

    /// Finds out what came of a step, and writes it down.
    async fn settle(&self, worker: &Worker<'_>, last: &Last<'_>) -> Result<Ending, Trouble> {
        let ending = match (&last.ending, step_of(&last.open.1)) {
            (Some(ending), _) => ending.clone(),
            (None, Some(step)) => worker.read_back(step).await?,
            (None, None) => return Err(Trouble::Left),
        };
        self.note(worker, last.open, &ending).await?;
        Ok(ending)
    }

    /// Takes account of what came of a step that the registry said it had done. What could not be read back is begun, and
    /// ended now, step by step.
    async fn conclude(
        &self,
        worker: &Worker<'_>,
        progress: &mut Progress<'_>,
        last: &Last<'_>,
        settled: Result<Ending, Trouble>,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let (item, task) = last.open;
        if last.ending.is_some() {
            return settled
                .map(drop)
                .map_err(|error| Halt::Failed(Why::Failed { message: error.to_string() }));
        }
        let result = match settled {
            Err(Trouble::Registry(_)) => {
                let item = ItemRecord { begun: true, ..item.clone() };
                let again =
                    self.take(worker, &mut progress.view, &item, task, &mut Beside::default(), stop).await;
                match (again, step_of(task)) {
                    (Ok(Taken::Said), Some(step)) => worker.read_back(step).await,
                    (Ok(Taken::Ended(ending)), _) => Ok(ending),
                    (Ok(Taken::Said), None) => Err(Trouble::Left),
                    (Err(error), _) => Err(error),
                }
            }
            Err(error) => Err(error),
            Ok(ending) => {
                return self.judge(worker.job, progress, task, Ok(ending), stop).await.map(drop);
            }
        };
        let ending = self.judge(worker.job, progress, task, result, stop).await?;
        Ok(self.note(worker, last.open, &ending).await?)
    }

    /// What a result means for the step, and for all others.
    async fn judge(
        &self,
        job: &JobRecord,
        progress: &mut Progress<'_>,
        task: &Task,
        result: Result<Ending, Trouble>,
        stop: &CancellationToken,
    ) -> Result<Ending, Halt> {
        let (ending, is_failure) = match result {
            Ok(ending) => (ending, false),
            Err(Trouble::Left) => return Err(self.why_left(job, stop).await),
            Err(Trouble::Store(error)) => return Err(error.into()),
            Err(Trouble::Registry(error)) => {
                if ends_all(&error) {
                    progress.view.place.upstream.support.forget();
                    progress.halted = Err(Halt::Failed(Why::from(&error)));
                }
                (failed(task, &error), !matches!(error, RegistryError::Held { .. }))
            }
        };
        progress.failures = if is_failure { progress.failures + 1 } else { 0 };
        if let Some(step) = step_of(task) {
            match ending.0 {
                Outcome::Deleted | Outcome::AlreadyGone => progress.view.taken(step),
                _ => progress.view.left_alone(step),
            }
        }
        if let Task::Restore { tags, .. } = task {
            progress.touched.extend(tags.iter().cloned());
        }
        if progress.halted.is_ok() && progress.failures >= FAILURES {
            progress.halted = Err(Halt::Failed(ending.1.clone().unwrap_or(Why::Ignored)));
        }
        Ok(ending)
    }

    async fn why_left(&self, job: &JobRecord, stop: &CancellationToken) -> Halt {
        self.may_go_on(job, stop).await.err().unwrap_or(Halt::Left)
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
