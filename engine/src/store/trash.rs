//! What was deleted, byte for byte, so that it can be put back.

use registry::{Digest, RepositoryName, Tag};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::audit::within;
use super::{Millis, Result, Store, codec, now};

/// Something that was deleted, without its bytes.
#[derive(Clone, Debug)]
pub(crate) struct TrashRecord {
    pub(crate) id: i64,
    pub(crate) job: String,
    /// Its place in the job.
    pub(crate) position: i64,
    pub(crate) registry: String,
    pub(crate) repository: RepositoryName,
    pub(crate) digest: Digest,
    pub(crate) media_type: String,
    pub(crate) tags: Vec<Tag>,
    /// Whether only the tags went.
    pub(crate) tags_only: bool,
    pub(crate) deleted_at: Millis,
    pub(crate) actor: String,
}

const COLUMNS: &str =
    "id, job_id, position, registry, repository, digest, media_type, tags, tags_only, deleted_at, actor";

/// What is thrown away.
#[derive(Clone, Debug)]
pub(crate) struct Thrown<'a> {
    pub(crate) job: &'a str,
    pub(crate) position: i64,
    pub(crate) registry: &'a str,
    pub(crate) repository: &'a RepositoryName,
    pub(crate) digest: &'a Digest,
    pub(crate) media_type: &'a str,
    pub(crate) content: &'a [u8],
    pub(crate) tags: &'a [Tag],
    pub(crate) tags_only: bool,
    pub(crate) actor: &'a str,
}

impl Store {
    /// Keeps what is about to be deleted, and writes down that its part of the job is begun; false, and nothing is written,
    /// if the job was asked to stop.
    pub(crate) async fn throw_away(&self, it: &Thrown<'_>, stand_in: Option<&Digest>) -> Result<bool> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "UPDATE job_items SET begun = 1, stand_in = $3 WHERE job_id = $1 AND position = $2 \
                   AND EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND asked_to_stop = 0)";
        let query = sqlx::query(sql).bind(it.job).bind(it.position).bind(stand_in.map(codec::pack));
        if transaction.run(query).await? == 0 {
            return Ok(false);
        }
        let sql = "INSERT INTO trash (job_id, position, registry, repository, digest, media_type, content, tags, \
                   tags_only, deleted_at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                   ON CONFLICT (job_id, position) DO NOTHING";
        let tags: Vec<&str> = it.tags.iter().map(Tag::as_str).collect();
        let tags = tags.join(" ");
        let query = sqlx::query(sql)
            .bind(it.job)
            .bind(it.position)
            .bind(it.registry)
            .bind(it.repository.as_str())
            .bind(codec::pack(it.digest))
            .bind(it.media_type)
            .bind(it.content)
            .bind(tags.as_str())
            .bind(i64::from(it.tags_only))
            .bind(now())
            .bind(it.actor);
        transaction.run(query).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes out again what was not deleted in the end; never what belongs to a part of a job that has ended, for another
    /// replica may have gone on with it.
    pub(crate) async fn take_out(&self, job: &str, position: i64) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM trash WHERE job_id = $1 AND position = $2 AND EXISTS \
                   (SELECT 1 FROM job_items WHERE job_id = $1 AND position = $2 AND outcome IS NULL)";
        transaction.run(sqlx::query(sql).bind(job).bind(position)).await?;
        transaction.commit().await
    }

    /// What can be put back, the newest first; of everything, or of one job; in some places, where those are given.
    pub(crate) async fn trash(
        &self,
        job: Option<&str>,
        places: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TrashRecord>> {
        let database = self.database().await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM trash WHERE restored_at IS NULL AND (job_id = $1 OR $1 = '') {} \
             ORDER BY deleted_at DESC, id DESC LIMIT $2",
            within(database.dialect, places, 3)
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = sqlx::query(&sql).bind(job.unwrap_or_default()).bind(limit);
        let query = places.into_iter().fold(query, |query, places| query.bind(places));
        let rows = database.all(query).await?;
        rows.iter().map(record).filter_map(Result::transpose).collect()
    }

    /// One thing that can be put back.
    pub(crate) async fn trashed(&self, id: i64) -> Result<Option<TrashRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM trash WHERE id = $1 AND restored_at IS NULL");
        let row = self.database().await?.optional(sqlx::query(&sql).bind(id)).await?;
        row.as_ref().map(record).transpose().map(Option::flatten)
    }

    /// The newest of the things with a digest that can be put back into a repository.
    pub(crate) async fn trashed_digest(
        &self,
        registry: &str,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<Option<TrashRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM trash WHERE registry = $1 AND repository = $2 AND digest = $3 \
             AND restored_at IS NULL AND tags_only = 0 ORDER BY id DESC LIMIT 1"
        );
        let query = sqlx::query(&sql).bind(registry).bind(repository.as_str()).bind(codec::pack(digest));
        let row = self.database().await?.optional(query).await?;
        row.as_ref().map(record).transpose().map(Option::flatten)
    }

    /// The bytes of something that was deleted.
    pub(crate) async fn trash_content(&self, id: i64) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT content FROM trash WHERE id = $1";
        let row = self.database().await?.optional(sqlx::query(sql).bind(id)).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Writes down that something was put back.
    pub(crate) async fn mark_restored(&self, id: i64) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "UPDATE trash SET restored_at = $2 WHERE id = $1";
        transaction.run(sqlx::query(sql).bind(id).bind(now())).await?;
        transaction.commit().await
    }

    /// Forgets what was deleted, or put back, before a time; returns how much that was.
    pub(crate) async fn empty_trash(&self, before: Millis) -> Result<u64> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM trash WHERE deleted_at < $1";
        let n = transaction.run(sqlx::query(sql).bind(before)).await?;
        transaction.commit().await?;
        Ok(n)
    }
}

/// Reads a row; `None` for names that none can have.
fn record(row: &AnyRow) -> Result<Option<TrashRecord>> {
    let (repository, digest): (String, Vec<u8>) = (row.try_get(4)?, row.try_get(5)?);
    let (Ok(repository), Some(digest)) = (repository.parse(), codec::unpack(&digest)) else {
        return Ok(None);
    };
    let tags: String = row.try_get(7)?;
    Ok(Some(TrashRecord {
        id: row.try_get(0)?,
        job: row.try_get(1)?,
        position: row.try_get(2)?,
        registry: row.try_get(3)?,
        repository,
        digest,
        media_type: row.try_get(6)?,
        tags: tags.split(' ').filter_map(|it| it.parse().ok()).collect(),
        tags_only: row.try_get::<i64, _>(8)? == 1,
        deleted_at: row.try_get(9)?,
        actor: row.try_get(10)?,
    }))
}
