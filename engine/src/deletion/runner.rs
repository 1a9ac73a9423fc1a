//! Carrying jobs out, one after the other in each repository, and going on with those that were interrupted.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use registry::client::Deletes;
use registry::deletion::{Changed, Holdings, Step, check};
use registry::{Error as RegistryError, RepositoryName, Tag};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::execute::{Ending, Trouble, Worker, without};
use super::job::told;
use super::plan::PlanContent;
use super::support::support;
use super::{Job, JobState, Outcome, PlanState, Task, Why, world};
use crate::actor::Actor;
use crate::audit::Deed;
use crate::events::Event;
use crate::inventory::tags::revalidate;
use crate::place::Place;
use crate::store::{ItemRecord, JobRecord, Lease, StoreError, now};
use crate::upstream::unique;
use crate::{Engine, Error};

/// How often it is looked whether somebody wants a job to stop, and told how far it is.
const BEAT: Duration = Duration::from_secs(1);
/// Every how many beats its lease is renewed.
const RENEWAL: u32 = 8;
/// How often a job that waits for another one looks whether it may begin.
const WAITING: Duration = Duration::from_millis(500);
/// How often it is looked for jobs whose process has died.
const SEARCHING: Duration = Duration::from_secs(10);
/// All tags are looked at again when the last look is so long ago, and so many times as long as it took.
const LOOK_AGAIN: (Duration, u32) = (Duration::from_secs(30), 10);
/// How long is waited before a step is tried again that failed in passing.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// A registry that asks for a longer pause is left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);
/// So many steps in a row may fail before a job gives up.
const FAILURES: usize = 3;
/// How many items are read at a time.
const READ: usize = 1000;

/// The jobs that this process carries out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runners(Arc<Mutex<HashSet<String>>>);

impl Runners {
    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
    /// Begins to carry out a plan, unless that was begun already.
    ///
    /// # Errors
    /// [`Error::PlanChanged`], [`Error::PlanExpired`] or [`Error::PlanEmpty`] where there is nothing that could be done.
    pub async fn begin_deletion(&self, plan: &str, actor: &Actor) -> Result<Job, Error> {
        let record = self.store.plan(plan).await?.ok_or(Error::NoSuchPlan)?;
        self.check_deletion_is_on(&record.registry, Some(&record.repository), actor).await?;
        let content: PlanContent = serde_json::from_str(&record.content).map_err(|_| Error::NoSuchPlan)?;
        match self.plan_state(&record, &content).await? {
            PlanState::Current => {}
            PlanState::Used { job } => return self.job(&job).await,
            PlanState::Expired => return Err(Error::PlanExpired),
            PlanState::Changed { what } => return Err(Error::PlanChanged { what }),
        }
        if content.plan.is_empty() {
            return Err(Error::PlanEmpty);
        }
        let tasks: Vec<Task> = content.plan.steps.into_iter().map(Task::Delete).collect();
        self.begin_job(Some(plan), &record.registry, &record.repository, &tasks, actor).await
    }

    /// Asks a job to stop; what it is doing just now, it ends.
    pub async fn stop_job(&self, id: &str, actor: &Actor) -> Result<Job, Error> {
        let record = self.store.job(id).await?.ok_or(Error::NoSuchJob)?;
        if self.store.ask_job_to_stop(id).await? {
            let deed = deed(&record, "stop", &record.id, "asked", String::new());
            self.store.write_audit(actor, &[deed]).await?;
        }
        self.job(id).await
    }

    /// Goes on with jobs that were interrupted, whenever there are any, for as long as the future is polled.
    pub async fn keep_working(&self) {
        loop {
            match self.store.unfinished_jobs().await {
                Ok(jobs) => jobs.into_iter().for_each(|it| self.run_in_background(it.id)),
                Err(error) => tracing::warn!(%error, "it cannot be seen whether jobs were interrupted"),
            }
            tokio::time::sleep(SEARCHING).await;
        }
    }

    /// Waits until a job has ended.
    pub async fn job_ended(&self, id: &str) -> Result<Job, Error> {
        loop {
            let job = self.job(id).await?;
            if job.finished.is_some() {
                return Ok(job);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(super) async fn begin_job(
        &self,
        plan: Option<&str>,
        registry: &str,
        repository: &RepositoryName,
        tasks: &[Task],
        actor: &Actor,
    ) -> Result<Job, Error> {
        let record = JobRecord {
            id: unique(),
            plan: plan.map(str::to_owned),
            registry: self.upstream(registry)?.info.id.clone(),
            repository: repository.clone(),
            state: JobState::Queued,
            asked_to_stop: false,
            actor: actor.clone(),
            queued: now(),
            started: None,
            finished: None,
            error: None,
        };
        let encode = |task| serde_json::to_string(task).expect("tasks are texts and numbers");
        let steps: Vec<String> = tasks.iter().map(encode).collect();
        let deed = deed(&record, "start", &record.id, "queued", format!("{} steps", steps.len()));
        if !self.store.write_job(&record, &steps, &deed).await? {
            let other = self.store.job_of_plan(plan.unwrap_or_default()).await?.ok_or(Error::NoSuchJob)?;
            return told(&self.store, other).await;
        }
        self.run_in_background(record.id.clone());
        told(&self.store, record).await
    }

    fn run_in_background(&self, id: String) {
        if self.stopping.is_asked() || !self.runners.lock().insert(id.clone()) {
            return;
        }
        let (engine, running) = (self.clone(), self.stopping.running());
        tokio::spawn(async move {
            if let Err(error) = Box::pin(engine.run(&id)).await {
                tracing::warn!(job = id, %error, "a job was interrupted, and will be gone on with");
            }
            engine.runners.lock().remove(&id);
            drop(running);
        });
    }

    /// Carries a job out, as far as that is possible; an error leaves it to be gone on with.
    async fn run(&self, id: &str) -> Result<(), Error> {
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

/// What the repository holds, as steps are checked against it.
struct View<'a> {
    engine: &'a Engine,
    place: &'a Place,
    /// The steps that are still to be taken. What is not among them stays, and so does what it needs.
    steps: HashSet<Step>,
    looked: Option<(Instant, Duration)>,
    holdings: Holdings,
    /// Why steps must not be taken, by now; absent where it has to be found out anew.
    changed: Option<HashMap<Step, Changed>>,
}

impl<'a> View<'a> {
    fn new(engine: &'a Engine, place: &'a Place, steps: impl Iterator<Item = Step>) -> Self {
        Self {
            engine,
            place,
            steps: steps.collect(),
            looked: None,
            holdings: Holdings::default(),
            changed: None,
        }
    }

    /// Looks at all tags, unless that was just done.
    async fn refresh(&mut self) -> Result<(), Error> {
        let (shortest, times) = LOOK_AGAIN;
        if self.looked.is_some_and(|(at, took)| at.elapsed() < shortest.max(took * times)) {
            return Ok(());
        }
        let began = Instant::now();
        match world::look_at_all(self.place).await {
            // What is not there any more harms nobody, and each step finds that out.
            Ok(()) | Err(Error::Registry(RegistryError::RepositoryUnknown { .. })) => {}
            Err(error) => return Err(error),
        }
        self.holdings = self.engine.store.holdings(self.place.id).await?;
        self.changed = None;
        self.looked = Some((Instant::now(), began.elapsed()));
        Ok(())
    }

    /// Why a step must not be taken.
    fn changed(&mut self, step: &Step) -> Option<Why> {
        let changed = self.changed.get_or_insert_with(|| {
            let steps: Vec<Step> = self.steps.iter().cloned().collect();
            let results = check(&self.holdings, &steps);
            steps.into_iter().zip(results).filter_map(|(step, result)| Some((step, result.err()?))).collect()
        });
        changed.get(step).cloned().map(Why::from)
    }

    /// A step was taken, so what it was about needs nothing any more.
    fn taken(&mut self, step: &Step) {
        without(&mut self.holdings, step);
        self.steps.remove(step);
    }

    /// A step was not taken, so what it was about stays, and needs what it needs.
    fn left_alone(&mut self, step: &Step) {
        self.steps.remove(step);
        self.changed = None;
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

fn deed(job: &JobRecord, action: &str, subject: &str, outcome: &str, detail: String) -> Deed {
    Deed {
        action: action.to_owned(),
        registry: job.registry.clone(),
        repository: job.repository.to_string(),
        subject: subject.to_owned(),
        outcome: outcome.to_owned(),
        detail,
    }
}
