//! Jobs: what is to be done, and what has become of each part.

use std::collections::{BTreeMap, HashSet};

use registry::{Digest, RepositoryName};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::audit::{add_deed, add_deeds, within};
use super::holdings::{Gone, remove};
use super::writing::Writing;
use super::{Millis, Result, Store, batch, codec, now};
use crate::actor::Actor;
use crate::audit::Deed;
use crate::deletion::{JobState, Outcome};

/// A job as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct JobRecord {
    pub(crate) id: String,
    pub(crate) plan: Option<String>,
    pub(crate) registry: String,
    pub(crate) repository: RepositoryName,
    pub(crate) state: JobState,
    pub(crate) asked_to_stop: bool,
    pub(crate) actor: Actor,
    pub(crate) queued: Millis,
    pub(crate) started: Option<Millis>,
    pub(crate) finished: Option<Millis>,
    /// JSON.
    pub(crate) error: Option<String>,
}

/// A part of a job as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct ItemRecord {
    pub(crate) position: i64,
    /// JSON.
    pub(crate) step: String,
    /// Whether the registry may have been changed already.
    pub(crate) begun: bool,
    pub(crate) stand_in: Option<Digest>,
    pub(crate) outcome: Option<Outcome>,
    /// JSON.
    pub(crate) why: Option<String>,
    pub(crate) at: Option<Millis>,
}

/// How a part of a job came to its end.
#[derive(Clone, Debug)]
pub(crate) struct EndedItem {
    pub(crate) position: i64,
    pub(crate) outcome: Outcome,
    /// JSON.
    pub(crate) why: Option<String>,
    /// What the audit says of it.
    pub(crate) deed: Deed,
}

const COLUMNS: &str = "id, plan_id, registry, repository, state, asked_to_stop, actor, address, queued, started, finished, error";

impl Store {
    /// Writes down a job with its parts, to be done; false if its plan is being carried out already.
    pub(crate) async fn write_job(&self, job: &JobRecord, steps: &[String], deed: &Deed) -> Result<bool> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "INSERT INTO jobs (id, plan_id, registry, repository, state, actor, address, queued) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let query = sqlx::query(sql)
            .bind(job.id.as_str())
            .bind(job.plan.as_deref())
            .bind(job.registry.as_str())
            .bind(job.repository.as_str())
            .bind(codec::job_state_number(job.state))
            .bind(job.actor.name.as_str())
            .bind(job.actor.address.as_str())
            .bind(job.queued);
        if transaction.run(query).await? == 0 {
            return Ok(false);
        }
        let numbered: Vec<(i64, &String)> = steps
            .iter()
            .enumerate()
            .map(|(it, step)| (i64::try_from(it).unwrap_or(i64::MAX), step))
            .collect();
        for piece in batch::pieces(&numbered) {
            let sql = format!(
                "INSERT INTO job_items (job_id, position, step) VALUES {}",
                batch::rows(piece.len(), 3)
            );
            let query = piece.iter().fold(sqlx::query(&sql), |query, (position, step)| {
                query.bind(job.id.as_str()).bind(*position).bind(step.as_str())
            });
            transaction.run(query).await?;
        }
        add_deed(&mut transaction, &job.actor, deed).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// One job.
    pub(crate) async fn job(&self, id: &str) -> Result<Option<JobRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1");
        let row = self.database().await?.optional(sqlx::query(&sql).bind(id)).await?;
        row.as_ref().map(record).transpose().map(Option::flatten)
    }

    /// The job that carries out a plan.
    pub(crate) async fn job_of_plan(&self, plan: &str) -> Result<Option<JobRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE plan_id = $1");
        let row = self.database().await?.optional(sqlx::query(&sql).bind(plan)).await?;
        row.as_ref().map(record).transpose().map(Option::flatten)
    }

    /// The last jobs, the newest first; in some places, where those are given.
    pub(crate) async fn jobs(&self, places: Option<&str>, limit: usize) -> Result<Vec<JobRecord>> {
        let database = self.database().await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM jobs WHERE 1 = 1 {} ORDER BY queued DESC, id LIMIT $1",
            within(database.dialect, places, 2)
        );
        let query = sqlx::query(&sql).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let query = places.into_iter().fold(query, |query, places| query.bind(places));
        let rows = database.all(query).await?;
        rows.iter().map(record).filter_map(Result::transpose).collect()
    }

    /// The jobs that have not ended, the oldest first.
    pub(crate) async fn unfinished_jobs(&self) -> Result<Vec<JobRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE finished IS NULL ORDER BY queued, id");
        let rows = self.database().await?.all(sqlx::query(&sql)).await?;
        rows.iter().map(record).filter_map(Result::transpose).collect()
    }

    /// Whether a scan is alive or a job has not ended, in whichever replica.
    pub(crate) async fn is_busy(&self, alive_since: Millis) -> Result<bool> {
        let database = self.database().await?;
        let read = async {
            let sql = "SELECT 1 FROM scans WHERE finished IS NULL AND heartbeat > $1 \
                       UNION ALL SELECT 1 FROM jobs WHERE finished IS NULL LIMIT 1";
            Ok(database.optional(sqlx::query(sql).bind(alive_since)).await?.is_some())
        };
        match &database.recent {
            Some(recent) => recent.is_busy.get_or(database, (), read).await,
            None => read.await,
        }
    }

    /// How many parts of a job have come to each outcome; those without one are counted under `None`.
    pub(crate) async fn count_outcomes(&self, job: &str) -> Result<Vec<(Option<Outcome>, usize)>> {
        let sql = "SELECT outcome, COUNT(*) FROM job_items WHERE job_id = $1 GROUP BY outcome";
        let rows = self.database().await?.all(sqlx::query(sql).bind(job)).await?;
        let counts = rows.iter().map(|row| {
            let outcome: Option<i64> = row.try_get(0)?;
            Ok((outcome.map(codec::outcome), codec::count(row.try_get(1)?)))
        });
        counts.collect()
    }

    /// Parts of a job in order, from a position on.
    pub(crate) async fn job_items(&self, job: &str, from: usize, limit: usize) -> Result<Vec<ItemRecord>> {
        let sql = "SELECT position, step, begun, stand_in, outcome, why, at FROM job_items \
                   WHERE job_id = $1 AND position >= $2 ORDER BY position LIMIT $3";
        let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let query = sqlx::query(sql).bind(job).bind(number(from)).bind(number(limit));
        let rows = self.database().await?.all(query).await?;
        let items = rows.iter().map(|row| {
            let stand_in: Option<Vec<u8>> = row.try_get(3)?;
            let outcome: Option<i64> = row.try_get(4)?;
            Ok(ItemRecord {
                position: row.try_get(0)?,
                step: row.try_get(1)?,
                begun: row.try_get::<i64, _>(2)? == 1,
                stand_in: stand_in.as_deref().and_then(codec::unpack),
                outcome: outcome.map(codec::outcome),
                why: row.try_get(5)?,
                at: row.try_get(6)?,
            })
        });
        items.collect()
    }

    /// Writes down that a job has begun, unless it has already.
    pub(crate) async fn start_job(&self, job: &str) -> Result<()> {
        let sql =
            "UPDATE jobs SET state = $2, started = COALESCE(started, $3) WHERE id = $1 AND finished IS NULL";
        let running = codec::job_state_number(JobState::Running);
        self.change_job(sqlx::query(sql).bind(job).bind(running).bind(now())).await.map(drop)
    }

    /// Writes down how a job ended.
    pub(crate) async fn end_job(
        &self,
        job: &str,
        state: JobState,
        error: Option<&str>,
        actor: &Actor,
        deed: &Deed,
    ) -> Result<()> {
        let sql = "UPDATE jobs SET state = $2, error = $3, finished = $4 WHERE id = $1 AND finished IS NULL";
        let query = sqlx::query(sql).bind(job).bind(codec::job_state_number(state)).bind(error).bind(now());
        let mut transaction = self.database().await?.write().await?;
        if transaction.run(query).await? == 1 {
            add_deed(&mut transaction, actor, deed).await?;
        }
        transaction.commit().await
    }

    /// Asks a job to stop; false if there is none that has not ended.
    pub(crate) async fn ask_job_to_stop(&self, job: &str) -> Result<bool> {
        let sql = "UPDATE jobs SET asked_to_stop = 1 WHERE id = $1 AND finished IS NULL";
        Ok(self.change_job(sqlx::query(sql).bind(job)).await? == 1)
    }

    /// Writes down that a part is begun, with the stand-in that it will put on a tag.
    pub(crate) async fn begin_item(&self, job: &str, position: i64, stand_in: Option<&Digest>) -> Result<()> {
        let sql = "UPDATE job_items SET begun = 1, stand_in = $3 WHERE job_id = $1 AND position = $2";
        let query = sqlx::query(sql).bind(job).bind(position).bind(stand_in.map(codec::pack));
        self.change_job(query).await.map(drop)
    }

    /// Writes down what has become of parts of a job, and what is gone because of it: here, in the inventory and in the
    /// audit.
    pub(crate) async fn end_items(
        &self,
        job: &str,
        actor: &Actor,
        items: &[EndedItem],
        gone: &Gone<'_>,
    ) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        remove(&mut transaction, gone).await?;
        let mut alike: BTreeMap<_, Vec<i64>> = BTreeMap::new();
        for it in items {
            let ending = (codec::outcome_number(it.outcome), it.why.as_deref());
            alike.entry(ending).or_default().push(it.position);
        }
        let mut ended = HashSet::new();
        for ((outcome, why), positions) in alike {
            for piece in batch::padded(&positions) {
                let sql = format!(
                    "UPDATE job_items SET outcome = $2, why = $3, at = $4 \
                     WHERE job_id = $1 AND outcome IS NULL AND position IN ({}) RETURNING position",
                    batch::list(5, piece.len())
                );
                let query = sqlx::query(&sql).bind(job).bind(outcome).bind(why).bind(now());
                let query = piece.iter().fold(query, |query, position| query.bind(*position));
                for row in transaction.all(query).await? {
                    ended.insert(row.try_get::<i64, _>(0)?);
                }
            }
        }
        let deeds = items.iter().filter(|it| ended.contains(&it.position)).map(|it| &it.deed);
        add_deeds(&mut transaction, actor, &deeds.collect::<Vec<_>>()).await?;
        transaction.commit().await
    }

    async fn change_job(&self, statement: super::database::Statement<'_>) -> Result<u64> {
        let mut transaction: Writing = self.database().await?.write().await?;
        let changed = transaction.run(statement).await?;
        transaction.commit().await?;
        Ok(changed)
    }
}

/// Reads a row; `None` for a repository that can have no such name.
fn record(row: &AnyRow) -> Result<Option<JobRecord>> {
    let repository: String = row.try_get(3)?;
    let Ok(repository) = repository.parse() else { return Ok(None) };
    Ok(Some(JobRecord {
        id: row.try_get(0)?,
        plan: row.try_get(1)?,
        registry: row.try_get(2)?,
        repository,
        state: codec::job_state(row.try_get(4)?),
        asked_to_stop: row.try_get::<i64, _>(5)? == 1,
        actor: Actor { name: row.try_get(6)?, address: row.try_get(7)? },
        queued: row.try_get(8)?,
        started: row.try_get(9)?,
        finished: row.try_get(10)?,
        error: row.try_get(11)?,
    }))
}
