//! Plans of deletions.

use registry::RepositoryName;
use sqlx::Row;

use super::{Millis, Result, Store, now};
use crate::actor::Actor;

/// A plan as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct PlanRecord {
    pub(crate) id: String,
    pub(crate) registry: String,
    pub(crate) repository: RepositoryName,
    pub(crate) made: Millis,
    pub(crate) expires: Millis,
    pub(crate) actor: Actor,
    /// JSON.
    pub(crate) content: String,
}

/// How long a plan that has expired is kept, so that whoever comes back to it is told what became of it.
const KEPT: Millis = 24 * 60 * 60 * 1000;

impl Store {
    /// Writes down a plan, and forgets those that expired long ago.
    pub(crate) async fn write_plan(&self, plan: &PlanRecord) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM plans WHERE expires < $1 AND id NOT IN (SELECT plan_id FROM jobs WHERE plan_id IS NOT NULL)";
        transaction.run(sqlx::query(sql).bind(now() - KEPT)).await?;
        let sql = "INSERT INTO plans (id, registry, repository, made, expires, actor, address, content) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let query = sqlx::query(sql)
            .bind(plan.id.as_str())
            .bind(plan.registry.as_str())
            .bind(plan.repository.as_str())
            .bind(plan.made)
            .bind(plan.expires)
            .bind(plan.actor.name.as_str())
            .bind(plan.actor.address.as_str())
            .bind(plan.content.as_str());
        transaction.run(query).await?;
        transaction.commit().await
    }

    /// One plan.
    pub(crate) async fn plan(&self, id: &str) -> Result<Option<PlanRecord>> {
        let sql = "SELECT id, registry, repository, made, expires, actor, address, content FROM plans WHERE id = $1";
        let Some(row) = self.database().await?.optional(sqlx::query(sql).bind(id)).await? else {
            return Ok(None);
        };
        let repository: String = row.try_get(2)?;
        let Ok(repository) = repository.parse() else { return Ok(None) };
        Ok(Some(PlanRecord {
            id: row.try_get(0)?,
            registry: row.try_get(1)?,
            repository,
            made: row.try_get(3)?,
            expires: row.try_get(4)?,
            actor: Actor { name: row.try_get(5)?, address: row.try_get(6)? },
            content: row.try_get(7)?,
        }))
    }
}
