//! What came of a step: read back, written down, and what it means for all others.

use registry::Error as RegistryError;
use registry::deletion::Step;
use tokio_util::sync::CancellationToken;

use super::unsettled::{Done, Settled};
use super::{Progress, step_of};
use crate::Engine;
use crate::deletion::execute::{Beside, Ending, Taken, Trouble, Worker};
use crate::deletion::runner::{Halt, deed};
use crate::deletion::{Outcome, Task, Why};
use crate::scan::publish_vanished;
use crate::store::{EndedItem, Gone, ItemRecord, JobRecord, StoreError};

/// So many steps in a row may fail before a job gives up.
const FAILURES: usize = 3;

impl Engine {
    /// Finds out what came of steps, and writes it down, as far as that was found out.
    pub(super) async fn settle<'a>(&self, worker: &Worker<'_>, steps: Vec<Done<'a>>) -> Settled<'a> {
        let n_tags = steps.last().map_or(0, |it| it.n_tags);
        let unknown = steps.iter().filter(|it| it.ending.is_none());
        let unknown: Vec<&Step> = unknown.filter_map(|it| step_of(&it.open.1)).collect();
        let mut read_back = worker.read_back(&unknown, n_tags).await.into_iter();
        let endings = steps.into_iter().map(|it| {
            let ending = it.ending.clone().map(Ok).or_else(|| read_back.next());
            (it, ending.unwrap_or(Err(Trouble::Left)))
        });
        let endings: Vec<_> = endings.collect();
        let known = endings.iter().filter_map(|(it, ending)| Some((it.open, ending.as_ref().ok()?)));
        self.note(worker, &known.collect::<Vec<_>>()).await?;
        Ok(endings)
    }

    /// Takes account of what came of steps that the registry said it had done.
    pub(super) async fn conclude(
        &self,
        worker: &Worker<'_>,
        progress: &mut Progress<'_>,
        settled: Settled<'_>,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        for (done, result) in settled?.into_iter().filter(|(it, _)| it.ending.is_none()) {
            self.conclude_one(worker, progress, done.open, result, stop).await?;
        }
        Ok(())
    }

    /// The same for one step. What could not be read back is begun, and ended now, unless too much has failed already.
    async fn conclude_one(
        &self,
        worker: &Worker<'_>,
        progress: &mut Progress<'_>,
        open: &(ItemRecord, Task),
        settled: Result<Ending, Trouble>,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let (item, task) = open;
        let result = match settled {
            Ok(ending) => {
                return self.judge(worker.job, progress, task, Ok(ending), stop).await.map(drop);
            }
            Err(Trouble::Registry(_)) if progress.halted.is_ok() => {
                let item = ItemRecord { begun: true, ..item.clone() };
                let again =
                    self.take(worker, &mut progress.view, &item, task, &mut Beside::default(), stop).await;
                match (again, step_of(task)) {
                    (Ok(Taken::Said), Some(step)) => worker.read_back_alone(step).await,
                    (Ok(Taken::Ended(ending)), _) => Ok(ending),
                    (Ok(Taken::Said), None) => Err(Trouble::Left),
                    (Err(error), _) => Err(error),
                }
            }
            Err(error) => Err(error),
        };
        let ending = self.judge(worker.job, progress, task, result, stop).await?;
        Ok(self.note(worker, &[(open, &ending)]).await?)
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

    /// Writes down what has become of parts, takes what is gone out of the inventory, and tells those who look.
    async fn note(
        &self,
        worker: &Worker<'_>,
        endings: &[(&(ItemRecord, Task), &Ending)],
    ) -> Result<(), StoreError> {
        let Worker { place, job, .. } = worker;
        let mut gone = Gone { repository: place.id, tags: Vec::new(), manifests: Vec::new() };
        for ((_, task), (outcome, _)) in endings {
            if let (Some(step), Outcome::Deleted | Outcome::AlreadyGone) = (step_of(task), outcome) {
                gone.tags.extend(step.tags());
                gone.manifests.extend(step.manifest());
            }
        }
        let items: Vec<_> = endings.iter().map(|(open, ending)| ended(job, open, ending)).collect();
        self.store.end_items(&job.id, &job.actor, &items, &gone).await?;
        for item in items {
            place.upstream.measures.steps(item.outcome).increment(1);
        }
        publish_vanished(place, gone.tags);
        Ok(())
    }
}

/// What is written down of a part that has come to its end.
fn ended(job: &JobRecord, (item, task): &(ItemRecord, Task), (outcome, why): &Ending) -> EndedItem {
    let action = if matches!(task, Task::Delete(_)) { "delete" } else { "restore" };
    let detail = why.as_ref().map(ToString::to_string).unwrap_or_default();
    EndedItem {
        position: item.position,
        outcome: *outcome,
        why: why.as_ref().and_then(|it| serde_json::to_string(it).ok()),
        deed: deed(job, action, &task.subject(), outcome.word(), detail),
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
