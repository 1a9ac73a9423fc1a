//! What came of a step: read back, written down, and what it means for all others.

use registry::deletion::Step;
use registry::{Error as RegistryError, Tag};
use tokio_util::sync::CancellationToken;

use super::{Last, Progress, step_of};
use crate::Engine;
use crate::deletion::execute::{Beside, Ending, Taken, Trouble, Worker};
use crate::deletion::runner::{Halt, deed};
use crate::deletion::{Outcome, Task, Why};
use crate::scan::publish_vanished;
use crate::store::{EndedItem, Gone, ItemRecord, JobRecord, StoreError};

/// So many steps in a row may fail before a job gives up.
const FAILURES: usize = 3;

impl Engine {
    /// Finds out what came of a step, and writes it down.
    pub(super) async fn settle(&self, worker: &Worker<'_>, last: &Last<'_>) -> Result<Ending, Trouble> {
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
    pub(super) async fn conclude(
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
    pub(super) async fn judge(
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
