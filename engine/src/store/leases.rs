//! Leases: who does something alone, until it is done, or until its process has died.

use super::writing::Shown;
use super::{Result, Store};

/// How long a lease is good for without being renewed, in milliseconds.
const TERM: i64 = 30_000;

/// Something that its owner does alone.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    name: String,
    owner: String,
}

impl Store {
    /// Takes a lease, unless somebody else has it and is alive.
    pub(crate) async fn take_lease(&self, name: &str, owner: &str) -> Result<Option<Lease>> {
        let lease = Lease { name: name.to_owned(), owner: owner.to_owned() };
        let database = self.database().await?;
        let now = database.dialect.now();
        let sql = format!(
            "INSERT INTO leases (name, owner, until) VALUES ($1, $2, {now} + {TERM}) \
             ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until \
             WHERE leases.until < {now}"
        );
        let mut transaction = database.write().await?;
        let query = sqlx::query(&sql).bind(name).bind(owner);
        let taken = transaction.run(query).await? == 1;
        transaction.commit_as(Shown::Nothing).await?;
        Ok(taken.then_some(lease))
    }

    /// Keeps a lease for another while; false if somebody else has taken it because it had run out.
    pub(crate) async fn renew_lease(&self, lease: &Lease) -> Result<bool> {
        let database = self.database().await?;
        let sql = format!(
            "UPDATE leases SET until = {} + {TERM} WHERE name = $1 AND owner = $2",
            database.dialect.now()
        );
        let mut transaction = database.write().await?;
        let query = sqlx::query(&sql).bind(&lease.name).bind(&lease.owner);
        let kept = transaction.run(query).await? == 1;
        transaction.commit_as(Shown::Nothing).await?;
        Ok(kept)
    }

    /// Gives a lease back.
    pub(crate) async fn return_lease(&self, lease: &Lease) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM leases WHERE name = $1 AND owner = $2";
        transaction.run(sqlx::query(sql).bind(&lease.name).bind(&lease.owner)).await?;
        transaction.commit_as(Shown::Nothing).await
    }
}
