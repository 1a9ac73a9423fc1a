//! Jobs, as they are told.

use jiff::Timestamp;
use registry::deletion::Step;
use registry::{Digest, RepositoryName, Tag};
use serde::{Deserialize, Serialize};

use super::Why;
use super::plan::subject;
use crate::access::Role;
use crate::actor::Actor;
use crate::scan::timestamp;
use crate::store::{ItemRecord, JobRecord, Ledger, Store, StoreError};
use crate::{Engine, Error};

/// A plan that is carried out, or things that are put back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The plan; absent for a job that puts things back.
    pub plan: Option<String>,
    /// The id of the registry.
    pub registry: String,
    /// The repository.
    pub repository: RepositoryName,
    /// What has become of it.
    pub state: JobState,
    /// Who began it.
    pub actor: Actor,
    /// When it was asked for.
    pub queued: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How many parts it has.
    pub n_items: usize,
    /// How many of them have come to an end.
    pub n_done: usize,
    /// How many have come to each end.
    pub outcomes: Vec<(Outcome, usize)>,
    /// How many seconds it will take from now on, if it goes on like this; absent where that cannot be told.
    pub seconds_left: Option<u64>,
    /// Why it gave up.
    pub error: Option<Why>,
}

/// What has become of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits for another job in the same repository.
    Queued,
    /// It is going on.
    Running,
    /// Every part has come to an end.
    Done,
    /// Somebody stopped it; what was not done by then was left alone.
    Stopped,
    /// It gave up; what was not done by then was left alone.
    Failed,
}

impl JobState {
    /// One word for it: that under `state` in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

/// What has become of a part of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was deleted, and the registry does not have it any more.
    Deleted,
    /// It was gone before.
    AlreadyGone,
    /// It is still there.
    StillThere,
    /// It was left alone, because something has changed since the plan was made.
    Skipped,
    /// It was put back.
    Restored,
    /// It was there before.
    AlreadyThere,
    /// It could not be put back.
    NotRestored,
}

impl Outcome {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Deleted,
        Self::AlreadyGone,
        Self::StillThere,
        Self::Skipped,
        Self::Restored,
        Self::AlreadyThere,
        Self::NotRestored,
    ];

    /// One word for it: that under `outcome` in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::AlreadyGone => "already_gone",
            Self::StillThere => "still_there",
            Self::Skipped => "skipped",
            Self::Restored => "restored",
            Self::AlreadyThere => "already_there",
            Self::NotRestored => "not_restored",
        }
    }
}

/// A part of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A step of a plan.
    Delete(Step),
    /// Something is put back from the trash.
    Restore {
        /// Its number in the trash.
        entry: i64,
        /// Its digest.
        digest: Digest,
        /// The tags that are put on it.
        tags: Vec<Tag>,
        /// Whether tags are taken away from where they are by now.
        overwrite: bool,
    },
}

impl Task {
    /// What a stored part of a job asks for. One that cannot be read is never passed over: a job that leaves out a part
    /// would call itself done.
    pub(super) fn read(item: &ItemRecord) -> Result<Self, StoreError> {
        serde_json::from_str(&item.step).map_err(|error| StoreError::Other {
            why: format!(
                "part {} of the job cannot be read, as if another version of Stowage had written it: {error}",
                item.position + 1
            ),
        })
    }

    /// What it is about: a tag or a digest.
    pub fn subject(&self) -> String {
        match self {
            Self::Delete(step) => subject(step),
            Self::Restore { digest, .. } => digest.to_string(),
        }
    }
}

/// A part of a job, and what has become of it.
#[derive(Clone, Debug)]
pub struct JobItem {
    /// Its place in the job, from 0.
    pub position: usize,
    /// What is done.
    pub task: Task,
    /// What has become of it; absent until that is known.
    pub outcome: Option<Outcome>,
    /// Why, where it is not what was planned.
    pub why: Option<Why>,
    /// When it came to an end.
    pub at: Option<Timestamp>,
}

impl JobItem {
    fn of(record: ItemRecord) -> Result<Self, StoreError> {
        Ok(Self {
            position: usize::try_from(record.position).unwrap_or_default(),
            task: Task::read(&record)?,
            outcome: record.outcome,
            why: record.why.map(Why::read),
            at: record.at.map(timestamp),
        })
    }
}

/// A job with its counts.
pub(super) async fn told(store: &Store, record: JobRecord) -> Result<Job, Error> {
    let counts = store.count_outcomes(&record.id).await?;
    let n_items: usize = counts.iter().map(|(_, n)| n).sum();
    let mut outcomes: Vec<(Outcome, usize)> =
        counts.into_iter().filter_map(|(outcome, n)| Some((outcome?, n))).collect();
    outcomes.sort_unstable();
    let n_done: usize = outcomes.iter().map(|(_, n)| n).sum();
    let elapsed = record.started.map(|it| crate::store::now().saturating_sub(it));
    let left = elapsed.filter(|_| record.finished.is_none() && n_done > 0).map(|elapsed| {
        let (left, done) = (u64::try_from(n_items - n_done), u64::try_from(n_done));
        u64::try_from(elapsed).unwrap_or_default() * left.unwrap_or_default() / done.unwrap_or(1) / 1000
    });
    Ok(Job {
        id: record.id,
        plan: record.plan,
        registry: record.registry,
        repository: record.repository,
        state: record.state,
        actor: record.actor,
        queued: timestamp(record.queued),
        started: record.started.map(timestamp),
        finished: record.finished.map(timestamp),
        n_items,
        n_done,
        outcomes,
        seconds_left: left,
        error: record.error.map(Why::read),
    })
}

impl Engine {
    /// A job, and how far it is.
    ///
    /// # Errors
    /// [`Error::NoSuchJob`] where there is none.
    pub async fn job(&self, id: &str) -> Result<Job, Error> {
        told(&self.store, self.visible_job(id).await?).await
    }

    /// A job in a repository that who asks may see.
    pub(super) async fn visible_job(&self, id: &str) -> Result<JobRecord, Error> {
        self.must_be_known()?;
        let record = self.store.job(id).await?.ok_or(Error::NoSuchJob)?;
        match self.hides(&record.registry, &record.repository).await? {
            true => Err(Error::NoSuchJob),
            false => Ok(record),
        }
    }

    /// The last jobs, the newest first.
    pub async fn jobs(&self, limit: usize) -> Result<Vec<Job>, Error> {
        let mut jobs = Vec::new();
        let visible = self.visible_places(Ledger::Jobs, Role::Viewer).await?;
        for record in self.store.jobs(visible.as_deref(), limit).await? {
            jobs.push(told(&self.store, record).await?);
        }
        Ok(jobs)
    }

    /// Parts of a job in order, from a position on.
    pub async fn job_items(&self, id: &str, from: usize, limit: usize) -> Result<Vec<JobItem>, Error> {
        self.visible_job(id).await?;
        let items = self.store.job_items(id, from, limit).await?;
        Ok(items.into_iter().map(JobItem::of).collect::<Result<_, _>>()?)
    }
}
