//! What the server keeps of those who visit it. What that is, the store does not know.

use sqlx::Row;

use super::writing::Shown;
use super::{Millis, Result, Store, now};

/// Nobody can fill the disk with sessions: beyond this, those are forgotten in which nobody has signed in, and of these
/// those that expire first.
const MOST: i64 = 10_000;

/// What the owner of a session may know of it.
#[derive(Clone, Debug, Default)]
pub struct SessionRecord {
    /// Under which key it is kept.
    pub key: String,
    /// Who signed in; absent where nobody did.
    pub who: Option<String>,
    /// When that was, in milliseconds since 1970.
    pub began: Millis,
    /// When it was last used.
    pub seen: Millis,
    /// From where.
    pub address: String,
    /// With which program, as that calls itself.
    pub agent: String,
}

impl Store {
    /// What was kept under a key, if that has not expired, and when it does, in milliseconds since 1970.
    pub async fn session(&self, key: &str) -> Result<Option<(String, i64)>> {
        let sql = "SELECT content, expires FROM sessions WHERE id = $1 AND expires > $2";
        let row = self.database().await?.optional(sqlx::query(sql).bind(key).bind(now())).await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
    }

    /// Keeps something under a key until a time, in milliseconds since 1970: something new, or what is kept there
    /// already. What is not kept there any more was ended, and stays so.
    pub async fn write_session(
        &self,
        about: &SessionRecord,
        content: &str,
        expires: i64,
        is_new: bool,
    ) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM sessions WHERE expires <= $1 OR id IN \
                   (SELECT id FROM sessions ORDER BY CASE WHEN who IS NULL THEN 1 ELSE 0 END, expires DESC \
                    LIMIT 1000 OFFSET $2)";
        transaction.run(sqlx::query(sql).bind(now()).bind(MOST)).await?;
        let sql = match is_new {
            true => {
                "INSERT INTO sessions (id, content, expires, who, began, seen, address, agent) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            }
            false => {
                "UPDATE sessions SET content = $2, expires = $3, who = $4, began = $5, seen = $6, address = $7, \
                 agent = $8 WHERE id = $1"
            }
        };
        let query = sqlx::query(sql)
            .bind(about.key.as_str())
            .bind(content)
            .bind(expires)
            .bind(about.who.as_deref())
            .bind(about.began)
            .bind(about.seen)
            .bind(about.address.as_str())
            .bind(about.agent.as_str());
        transaction.run(query).await?;
        transaction.commit_as(Shown::Nothing).await
    }

    /// Forgets what was kept under a key.
    pub async fn delete_session(&self, key: &str) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        transaction.run(sqlx::query("DELETE FROM sessions WHERE id = $1").bind(key)).await?;
        transaction.commit_as(Shown::Nothing).await
    }

    /// The sessions of somebody that have not expired, the last used first.
    pub(crate) async fn sessions_of(&self, who: &str) -> Result<Vec<SessionRecord>> {
        let sql = "SELECT id, began, seen, address, agent FROM sessions WHERE who = $1 AND expires > $2 \
                   ORDER BY seen DESC, id LIMIT 200";
        let rows = self.database().await?.all(sqlx::query(sql).bind(who).bind(now())).await?;
        let sessions = rows.iter().map(|row| {
            Ok(SessionRecord {
                key: row.try_get(0)?,
                who: Some(who.to_owned()),
                began: row.try_get::<Option<i64>, _>(1)?.unwrap_or_default(),
                seen: row.try_get::<Option<i64>, _>(2)?.unwrap_or_default(),
                address: row.try_get::<Option<String>, _>(3)?.unwrap_or_default(),
                agent: row.try_get::<Option<String>, _>(4)?.unwrap_or_default(),
            })
        });
        sessions.collect()
    }

    /// Forgets sessions of somebody: the one under a key, or all of them; returns how many that were.
    pub(crate) async fn end_sessions(&self, who: &str, key: Option<&str>) -> Result<u64> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM sessions WHERE who = $1 AND (id = $2 OR $2 = '')";
        let n = transaction.run(sqlx::query(sql).bind(who).bind(key.unwrap_or_default())).await?;
        transaction.commit_as(Shown::Nothing).await?;
        Ok(n)
    }
}
