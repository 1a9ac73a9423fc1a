//! What layers hold, as it was read once.

use std::collections::HashMap;

use registry::Digest;
use sqlx::Row;

use super::{Result, Store, batch, codec, now};

/// What is known of a layer that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KnownLayer {
    /// Its index is kept.
    Read,
    /// It is damaged: why, in a sentence.
    Damaged(String),
}

impl Store {
    /// What is known of some layers; those that were never read are left out.
    pub(crate) async fn known_layers(&self, digests: &[Digest]) -> Result<HashMap<Digest, KnownLayer>> {
        let database = self.database().await?;
        let mut known = HashMap::new();
        for piece in batch::padded(digests) {
            let list = batch::list(1, piece.len());
            let sql = format!("SELECT digest, problem FROM layer_files WHERE digest IN ({list})");
            let query = piece.iter().fold(sqlx::query(&sql), |query, it| query.bind(codec::pack(it)));
            for row in database.all(query).await? {
                let packed: Vec<u8> = row.try_get(0)?;
                let problem: Option<String> = row.try_get(1)?;
                if let Some(digest) = codec::unpack(&packed) {
                    known.insert(digest, problem.map_or(KnownLayer::Read, KnownLayer::Damaged));
                }
            }
        }
        Ok(known)
    }

    /// The index of a layer, as it was written down.
    pub(crate) async fn layer_index(&self, digest: &Digest) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT content FROM layer_files WHERE digest = $1";
        let row = self.database().await?.optional(sqlx::query(sql).bind(codec::pack(digest))).await?;
        Ok(row.map(|it| it.try_get(0)).transpose()?.flatten())
    }

    /// Writes down what a layer holds, or why it is damaged.
    pub(crate) async fn write_layer(&self, digest: &Digest, read: Result<&[u8], &str>) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "INSERT INTO layer_files (digest, read_at, content, problem) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (digest) DO UPDATE SET \
                   read_at = excluded.read_at, content = excluded.content, problem = excluded.problem";
        let query = sqlx::query(sql).bind(codec::pack(digest)).bind(now()).bind(read.ok()).bind(read.err());
        transaction.run(query).await?;
        transaction.commit().await
    }

    /// Forgets what was read of a layer, so that it can be read again.
    pub(crate) async fn forget_layer(&self, digest: &Digest) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM layer_files WHERE digest = $1";
        transaction.run(sqlx::query(sql).bind(codec::pack(digest))).await?;
        transaction.commit().await
    }
}
