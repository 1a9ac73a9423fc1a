//! Running jobs: their turn in a repository, their heartbeat and their end.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::plan::PlanContent;
use super::{JobState, Why};
use crate::audit::Deed;
use crate::events::Event;
use crate::store::{JobRecord, Lease, StoreError};
use crate::upstream::unique;
use crate::{Engine, Error};

/// How often it is looked whether somebody wants a job to stop, and told how far it is.
const BEAT: Duration = Duration::from_secs(1);
/// Every how many beats its lease is renewed.
const RENEWAL: u32 = 8;
/// How often a job that waits for another one looks whether it may begin.
const WAITING: Duration = Duration::from_millis(500);
/// Why a job ends before all is done.
pub(super) enum Halt {
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
    /// Carries a job out, as far as that is possible or until `stop` is cancelled; an error leaves it to be gone on with.
    pub(super) async fn run(&self, id: &str, stop: CancellationToken) -> Result<(), Error> {
        let Some(job) = self.store.job(id).await?.filter(|it| it.finished.is_none()) else { return Ok(()) };
        let Some(lease) = self.wait_for_turn(&job).await? else { return Ok(()) };
        // Another replica may have had its turn before.
        let job = self.store.job(id).await?.filter(|it| it.finished.is_none());
        if let Some(job) = job {
            self.store.start_job(id).await?;
            self.tell(id).await;
            let beating = beat(self.clone(), job.id.clone(), lease.clone(), stop.clone());
            let heart = AbortOnDropHandle::new(tokio::spawn(beating.in_current_span()));
            let running = self.upstream(&job.registry)?.measures.job(self.freed_by(&job).await);
            let outcome = self.work(&job, &stop).await;
            drop((heart, running));
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
        let detail = why.map(|it| it.to_string()).unwrap_or_default();
        self.store
            .end_job(
                &job.id,
                state,
                error.as_deref(),
                &job.actor,
                &deed(job, "end", &job.id, state.word(), detail),
            )
            .await?;
        if let Ok(upstream) = self.upstream(&job.registry) {
            upstream.measures.jobs(state).increment(1);
        }
        self.tell(&job.id).await;
        Ok(())
    }

    /// How many bytes the plan of a job frees, as far as that is known.
    async fn freed_by(&self, job: &JobRecord) -> u64 {
        let Some(plan) = &job.plan else { return 0 };
        let plan = self.store.plan(plan).await.ok().flatten();
        let content: Option<PlanContent> = plan.and_then(|it| serde_json::from_str(&it.content).ok());
        content.map_or(0, |it| it.freed_bytes)
    }

    pub(super) async fn may_go_on(&self, job: &JobRecord, stop: &CancellationToken) -> Result<(), Halt> {
        let now = self.store.job(&job.id).await?;
        if now.is_none_or(|it| it.asked_to_stop) {
            return Err(Halt::Stopped);
        }
        if stop.is_cancelled() { Err(Halt::Left) } else { Ok(()) }
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
