//! API tokens, of which only a hash is kept.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::audit::add_deed;
use super::{Millis, Result, Store, now};
use crate::access::{Identity, Role, Scope};
use crate::actor::Actor;
use crate::audit::Deed;

/// A token as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct TokenRecord {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// With the groups of when they last signed in.
    pub(crate) owner: Identity,
    pub(crate) role: Role,
    pub(crate) scope: Scope,
    pub(crate) made: Millis,
    pub(crate) expires: Option<Millis>,
    pub(crate) used: Option<Millis>,
    pub(crate) used_from: String,
}

const COLUMNS: &str = "id, name, owner, owner_groups, role, scope, made, expires, used, used_from";

impl Store {
    /// Keeps a new token; its number and its last use are not looked at.
    pub(crate) async fn add_token(
        &self,
        hash: &[u8],
        token: &TokenRecord,
        actor: &Actor,
        deed: &Deed,
    ) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "INSERT INTO api_tokens (hash, name, owner, owner_groups, role, scope, made, expires) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let query = sqlx::query(sql)
            .bind(hash)
            .bind(token.name.as_str())
            .bind(token.owner.to_string())
            .bind(serde_json::to_string(&token.owner.groups).unwrap_or_default())
            .bind(token.role.word())
            .bind(token.scope.to_string())
            .bind(token.made)
            .bind(token.expires);
        transaction.run(query).await?;
        add_deed(&mut transaction, actor, deed).await?;
        transaction.commit().await
    }

    /// The tokens of somebody, or of everybody, the newest first, those that have expired as well.
    pub(crate) async fn tokens_of(&self, owner: Option<&Identity>) -> Result<Vec<TokenRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM api_tokens WHERE owner = $1 OR $1 = '' ORDER BY id DESC");
        let owner = owner.map(ToString::to_string).unwrap_or_default();
        let rows = self.database().await?.all(sqlx::query(&sql).bind(owner)).await?;
        rows.iter().map(record).filter_map(Result::transpose).collect()
    }

    /// The token with a hash, if it has not expired.
    pub(crate) async fn token(&self, hash: &[u8]) -> Result<Option<TokenRecord>> {
        let sql =
            format!("SELECT {COLUMNS} FROM api_tokens WHERE hash = $1 AND (expires IS NULL OR expires > $2)");
        let row = self.database().await?.optional(sqlx::query(&sql).bind(hash).bind(now())).await?;
        row.as_ref().map(record).transpose().map(Option::flatten)
    }

    /// Writes down that a token was used.
    pub(crate) async fn note_token_use(&self, id: i64, address: &str) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "UPDATE api_tokens SET used = $2, used_from = $3 WHERE id = $1";
        transaction.run(sqlx::query(sql).bind(id).bind(now()).bind(address)).await?;
        transaction.commit().await
    }

    /// Writes down in which groups somebody is who has just signed in, for their tokens.
    pub(crate) async fn note_groups(&self, owner: &Identity) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "UPDATE api_tokens SET owner_groups = $2 WHERE owner = $1";
        let groups = serde_json::to_string(&owner.groups).unwrap_or_default();
        transaction.run(sqlx::query(sql).bind(owner.to_string()).bind(groups)).await?;
        transaction.commit().await
    }

    /// Revokes a token; false if there is none of this number.
    pub(crate) async fn remove_token(&self, id: i64, actor: &Actor, deed: &Deed) -> Result<bool> {
        let mut transaction = self.database().await?.write().await?;
        let removed =
            transaction.run(sqlx::query("DELETE FROM api_tokens WHERE id = $1").bind(id)).await? == 1;
        if removed {
            add_deed(&mut transaction, actor, deed).await?;
        }
        transaction.commit().await?;
        Ok(removed)
    }
}

/// Reads a row; `None` where it says what this version does not know, which then gives nothing.
fn record(row: &AnyRow) -> Result<Option<TokenRecord>> {
    let (owner, groups): (String, String) = (row.try_get(2)?, row.try_get(3)?);
    let (role, scope): (String, String) = (row.try_get(4)?, row.try_get(5)?);
    let (Ok(owner), Ok(role), Ok(scope)) = (owner.parse::<Identity>(), role.parse(), scope.parse()) else {
        return Ok(None);
    };
    let groups: Vec<String> = serde_json::from_str(&groups).unwrap_or_default();
    Ok(Some(TokenRecord {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        owner: owner.in_groups(groups),
        role,
        scope,
        made: row.try_get(6)?,
        expires: row.try_get(7)?,
        used: row.try_get(8)?,
        used_from: row.try_get::<Option<String>, _>(9)?.unwrap_or_default(),
    }))
}
