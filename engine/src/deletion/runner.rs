//! Carrying jobs out, one after the other in each repository.

use std::time::Duration;

use registry::client::Deletes;
use registry::deletion::Step;
use registry::{Error as RegistryError, Tag};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::execute::{Ending, Trouble, Worker};
use super::support::support;
use super::view::View;
use super::{JobState, Outcome, Task, Why};
use crate::audit::Deed;
use crate::events::Event;
use crate::inventory::tags::revalidate;
use crate::place::Place;
use crate::store::{ItemRecord, JobRecord, Lease, StoreError};
use crate::upstream::unique;
use crate::{Engine, Error};

/// How often it is looked whether somebody wants a job to stop, and told how far it is.
const BEAT: Duration = Duration::from_secs(1);
/// Every how many beats its lease is renewed.
const RENEWAL: u32 = 8;
/// How often a job that waits for another one looks whether it may begin.
const WAITING: Duration = Duration::from_millis(500);
/// How long is waited before a step is tried again that failed in passing.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// A registry that asks for a longer pause is left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);
/// So many steps in a row may fail before a job gives up.
const FAILURES: usize = 3;
/// How many items are read at a time.
const READ: usize = 1000;

/// Why a job ends before all is done.
enum Halt {
    Stopped,
    Failed(Why),
    /// The server stops, or another replica has taken over: the job goes on elsewhere, or later.
    Left,
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        match error {
            Error::Registry(error) => Self::Failed(Why::from(&error)),
            Error::Stopped => Self::Left,
            error => Self::Failed(Why::Failed { message: error.to_string() }),
        }
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(Why::Failed { message: error.to_string() })
    }
}

impl Engine {
    /// Carries a job out, as far as that is possible; an error leaves it to be gone on with.
    pub(super) async fn run(&self, id: &str) -> Result<(), Error> {
        let Some(job) = self.store.job(id).await?.filter(|it| it.finished.is_none()) else { return Ok(()) };
        let Some(lease) = self.wait_for_turn(&job).await? else { return Ok(()) };
        // Another replica may have had its turn before.
        let job = self.store.job(id).await?.filter(|it| it.finished.is_none());
        if let Some(job) = job {
            self.store.start_job(id).await?;
            self.tell(id).await;
            let stop = self.stopping.token();
            let heart = AbortOnDropHandle::new(tokio::spawn(beat(
                self.clone(),
                job.id.clone(),
                lease.clone(),
                stop.clone(),
            )));
            let outcome = self.work(&job, &stop).await;
            drop(heart);
            self.end(&job, outcome).await?;
        }
        Ok(self.store.return_lease(&lease).await?)
    }

    /// The lease of the repository, for there is one job in it at a time; nothing where the job was stopped before.
    async fn wait_for_turn(&self, job: &JobRecord) -> Result<Option<Lease>, Error> {
        let name = format!("job {}/{}", job.registry, job.repository);
        let owner = unique();
        loop {
            if let Some(lease) = self.store.take_lease(&name, &owner).await? {
                return Ok(Some(lease));
            }
            if self.stopping.is_asked() {
                return Ok(None);
            }
            if self.store.job(&job.id).await?.is_none_or(|it| it.asked_to_stop) {
                self.end(job, Err(Halt::Stopped)).await?;
                return Ok(None);
            }
            tokio::time::sleep(WAITING).await;
        }
    }

    async fn end(&self, job: &JobRecord, outcome: Result<(), Halt>) -> Result<(), Error> {
        let (state, why) = match outcome {
            Ok(()) => (JobState::Done, None),
            Err(Halt::Stopped) => (JobState::Stopped, None),
            Err(Halt::Failed(why)) => (JobState::Failed, Some(why)),
            Err(Halt::Left) => return Ok(()),
        };
        let error = why.as_ref().and_then(|it| serde_json::to_string(it).ok());
        let word = match state {
            JobState::Done => "done",
            JobState::Stopped => "stopped",
            _ => "failed",
        };
        let detail = why.map(|it| it.to_string()).unwrap_or_default();
        self.store
            .end_job(&job.id, state, error.as_deref(), &job.actor, &deed(job, "end", &job.id, word, detail))
            .await?;
        self.tell(&job.id).await;
        Ok(())
    }

    async fn work(&self, job: &JobRecord, stop: &CancellationToken) -> Result<(), Halt> {
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
        for (item, task) in &items {
            if let Err(halt) = self.may_go_on(job, stop).await {
                halted = Err(halt);
                break;
            }
            let ending = self.take(&worker, &mut view, item, task, stop).await;
            let (ending, is_failure) = match ending {
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
            self.note(job, item, task, &ending).await?;
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
                halted = Err(Halt::Failed(ending.1.unwrap_or(Why::Ignored)));
            }
            if halted.is_err() {
                break;
            }
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
        stop: &CancellationToken,
    ) -> Result<Ending, Trouble> {
        let mut pauses = PAUSES.into_iter();
        let mut item = item.clone();
        loop {
            let result = match task {
                Task::Restore { entry, overwrite, .. } => {
                    Box::pin(worker.restore(&item, *entry, *overwrite)).await
                }
                Task::Delete(step) => match self.is_allowed(view, &item, step).await {
                    Ok(None) => Box::pin(worker.delete(&item, step)).await,
                    Ok(Some(why)) => return Ok((Outcome::Skipped, Some(why))),
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

    /// Why a step must not be taken now; nothing where it may. One that was begun is ended.
    async fn is_allowed(
        &self,
        view: &mut View<'_>,
        item: &ItemRecord,
        step: &Step,
    ) -> Result<Option<Why>, Error> {
        view.refresh().await?;
        if item.begun {
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
            open.extend(items.into_iter().filter(|it| it.outcome.is_none()).filter_map(|it| {
                let task = serde_json::from_str(&it.step).ok()?;
                Some((it, task))
            }));
        }
    }

    async fn may_go_on(&self, job: &JobRecord, stop: &CancellationToken) -> Result<(), Halt> {
        let now = self.store.job(&job.id).await?;
        if now.is_none_or(|it| it.asked_to_stop) {
            return Err(Halt::Stopped);
        }
        if stop.is_cancelled() { Err(Halt::Left) } else { Ok(()) }
    }

    /// Writes down what has become of a part.
    async fn note(
        &self,
        job: &JobRecord,
        item: &ItemRecord,
        task: &Task,
        (outcome, why): &Ending,
    ) -> Result<(), StoreError> {
        let action = if matches!(task, Task::Delete(_)) { "delete" } else { "restore" };
        let detail = why.as_ref().map(ToString::to_string).unwrap_or_default();
        let deed = deed(job, action, &task.subject(), outcome.word(), detail);
        let why = why.as_ref().and_then(|it| serde_json::to_string(it).ok());
        self.store.end_item(&job.id, item.position, *outcome, why.as_deref(), &job.actor, &deed).await
    }

    /// Tells those who look how far a job is.
    async fn tell(&self, id: &str) {
        match self.job(id).await {
            Ok(job) => self.events.publish(Event::Job(job)),
            Err(error) => tracing::warn!(%error, "how far a job is cannot be told"),
        }
    }
}

async fn beat(engine: Engine, job: String, lease: Lease, stop: CancellationToken) {
    let mut number = 0_u32;
    loop {
        tokio::time::sleep(BEAT).await;
        number = number.wrapping_add(1);
        engine.tell(&job).await;
        match engine.store.job(&job).await {
            Ok(Some(it)) if it.asked_to_stop => stop.cancel(),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "it cannot be seen whether a job is to stop"),
        }
        if number.is_multiple_of(RENEWAL) {
            match engine.store.renew_lease(&lease).await {
                Ok(true) => {}
                Ok(false) => stop.cancel(),
                Err(error) => tracing::warn!(%error, "the lease of a job cannot be renewed"),
            }
        }
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

/// What is written down of a job, or of a part of it.
pub(super) fn deed(job: &JobRecord, action: &str, subject: &str, outcome: &str, detail: String) -> Deed {
    Deed {
        action: action.to_owned(),
        registry: job.registry.clone(),
        repository: job.repository.to_string(),
        subject: subject.to_owned(),
        outcome: outcome.to_owned(),
        detail,
    }
}
