//! Roles that were given while the server runs, besides those of the configuration.

use sqlx::Row;

use super::audit::add_deed;
use super::{Millis, Result, Store, now};
use crate::access::Grant;
use crate::actor::Actor;
use crate::audit::Deed;

/// A grant as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct GrantRecord {
    pub(crate) id: i64,
    pub(crate) grant: Grant,
    pub(crate) by: String,
    pub(crate) at: Millis,
}

impl Store {
    /// All of them, in the order they were given; those that cannot be read give nothing.
    pub(crate) async fn grants(&self) -> Result<Vec<GrantRecord>> {
        let sql = "SELECT id, role, who, scope, given_by, given_at FROM grants ORDER BY id";
        let mut grants = Vec::new();
        for row in self.database().await?.all(sqlx::query(sql)).await? {
            let (role, who, scope): (String, String, String) =
                (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
            match format!("{role} {who} {scope}").parse() {
                Ok(grant) => grants.push(GrantRecord {
                    id: row.try_get(0)?,
                    grant,
                    by: row.try_get(4)?,
                    at: row.try_get(5)?,
                }),
                Err(error) => {
                    tracing::error!(%error, "a role in the database cannot be read and is not given")
                }
            }
        }
        Ok(grants)
    }

    /// Gives a role; false if it was given already.
    pub(crate) async fn add_grant(&self, grant: &Grant, actor: &Actor, deed: &Deed) -> Result<bool> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "INSERT INTO grants (role, who, scope, given_by, given_at) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (role, who, scope) DO NOTHING";
        let query = sqlx::query(sql)
            .bind(grant.role.word())
            .bind(grant.who.to_string())
            .bind(grant.scope.to_string())
            .bind(actor.name.as_str())
            .bind(now());
        let is_new = transaction.run(query).await? == 1;
        if is_new {
            add_deed(&mut transaction, actor, deed).await?;
        }
        transaction.commit().await?;
        Ok(is_new)
    }

    /// Takes a role back; false if there is none of this number.
    pub(crate) async fn remove_grant(&self, id: i64, actor: &Actor, deed: &Deed) -> Result<bool> {
        let mut transaction = self.database().await?.write().await?;
        let removed = transaction.run(sqlx::query("DELETE FROM grants WHERE id = $1").bind(id)).await? == 1;
        if removed {
            add_deed(&mut transaction, actor, deed).await?;
        }
        transaction.commit().await?;
        Ok(removed)
    }
}
