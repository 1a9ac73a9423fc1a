//! What the server keeps of those who visit it. What that is, the store does not know.

use sqlx::Row;

use super::{Result, Store, now};

/// Nobody can fill the disk with sessions: beyond this, those that expire first are forgotten.
const MOST: i64 = 10_000;

impl Store {
    /// What was kept under an id, if that has not expired, and when it does, in milliseconds since 1970.
    pub async fn session(&self, id: &str) -> Result<Option<(String, i64)>> {
        let sql = "SELECT content, expires FROM sessions WHERE id = $1 AND expires > $2";
        let row = self.database().await?.optional(sqlx::query(sql).bind(id).bind(now())).await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
    }

    /// Keeps something under an id until a time, in milliseconds since 1970.
    pub async fn write_session(&self, id: &str, content: &str, expires: i64) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM sessions WHERE expires <= $1 OR id IN \
                   (SELECT id FROM sessions ORDER BY expires DESC LIMIT 1000 OFFSET $2)";
        transaction.run(sqlx::query(sql).bind(now()).bind(MOST)).await?;
        let sql = "INSERT INTO sessions (id, content, expires) VALUES ($1, $2, $3) \
                   ON CONFLICT (id) DO UPDATE SET content = excluded.content, expires = excluded.expires";
        transaction.run(sqlx::query(sql).bind(id).bind(content).bind(expires)).await?;
        transaction.commit().await
    }

    /// Forgets what was kept under an id.
    pub async fn delete_session(&self, id: &str) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        transaction.run(sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id)).await?;
        transaction.commit().await
    }
}
