//! Beginning and stopping jobs, and going on with those that were interrupted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use registry::RepositoryName;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::job::told;
use super::plan::PlanContent;
use super::runner::deed;
use super::{Job, JobState, PlanState, Task};
use crate::store::{JobRecord, now};
use crate::upstream::unique;
use crate::{Engine, Error};

/// How often it is looked for jobs whose process has died.
const SEARCHING: Duration = Duration::from_secs(10);
/// How often it is looked whether a job has ended that somebody waits for.
const WATCHING: Duration = Duration::from_millis(50);

/// The jobs that this process carries out, and what is cancelled when they are to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runners(Arc<Mutex<HashMap<String, CancellationToken>>>);

impl Runners {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Begins to carry out a plan, unless that was begun already.
    ///
    /// # Errors
    /// [`Error::PlanChanged`], [`Error::PlanExpired`] or [`Error::PlanEmpty`] where there is nothing that could be done.
    pub async fn begin_deletion(&self, plan: &str) -> Result<Job, Error> {
        let record = self.visible_plan(plan).await?;
        self.may_delete(&record.registry, &record.repository).await?;
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
        self.begin_job(Some(plan), &record.registry, &record.repository, &tasks).await
    }

    /// Asks a job to stop; what it is doing just now, it ends.
    pub async fn stop_job(&self, id: &str) -> Result<Job, Error> {
        let record = self.visible_job(id).await?;
        self.must_maintain(&record.registry, &record.repository).await?;
        if self.store.ask_job_to_stop(id).await? {
            if let Some(stop) = self.runners.lock().get(id) {
                stop.cancel();
            }
            let deed = deed(&record, "stop", &record.id, "asked", String::new());
            self.store.write_audit(&self.caller.actor(), &[deed]).await?;
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
            tokio::time::sleep(WATCHING).await;
        }
    }

    pub(super) async fn begin_job(
        &self,
        plan: Option<&str>,
        registry: &str,
        repository: &RepositoryName,
        tasks: &[Task],
    ) -> Result<Job, Error> {
        let record = JobRecord {
            id: unique(),
            plan: plan.map(str::to_owned),
            registry: self.upstream(registry)?.info.id.clone(),
            repository: repository.clone(),
            state: JobState::Queued,
            asked_to_stop: false,
            actor: self.caller.actor(),
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
        let stop = self.stopping.token();
        match self.runners.lock().entry(id.clone()) {
            Entry::Vacant(entry) if !self.stopping.is_asked() => entry.insert(stop.clone()),
            _ => return,
        };
        let (engine, running) = (self.as_server(), self.stopping.running());
        let span = tracing::error_span!(parent: None, "job", request_id = unique(), job = id);
        let working = async move {
            if let Err(error) = Box::pin(engine.run(&id, stop)).await {
                tracing::warn!(job = id, %error, "a job was interrupted, and will be gone on with");
            }
            engine.runners.lock().remove(&id);
            drop(running);
        };
        tokio::spawn(working.instrument(span));
    }
}
