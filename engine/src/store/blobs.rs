//! Configurations and layers.

use std::collections::HashMap;

use registry::Digest;
use sqlx::Row;

use super::database::Database;
use super::writing::Writing;
use super::{Result, batch, codec};

/// A blob that a manifest names.
#[derive(Clone, Debug)]
pub(crate) struct BlobRecord {
    pub(crate) digest: Digest,
    /// Compressed bytes.
    pub(crate) size: u64,
}

impl Database {
    /// The numbers of blobs, those included that were not known, by their packed digests.
    ///
    /// Those that are written may only be remembered once the transaction has been committed.
    pub(super) async fn blob_numbers(
        &self,
        transaction: &mut Writing,
        blobs: impl Iterator<Item = &BlobRecord>,
    ) -> Result<HashMap<Vec<u8>, i64>> {
        let mut numbers = HashMap::new();
        let mut unknown = HashMap::new();
        for blob in blobs {
            let digest = codec::pack(&blob.digest);
            match self.blobs.get(&digest).await {
                Some(number) => drop(numbers.insert(digest, number)),
                None => drop(unknown.insert(digest, codec::bytes(blob.size))),
            }
        }
        // In one order everywhere, or two replicas could wait for each other.
        let mut unknown: Vec<(Vec<u8>, i64)> = unknown.into_iter().collect();
        unknown.sort_unstable();
        for piece in batch::pieces(&unknown) {
            let sql = format!(
                "INSERT INTO blobs (digest, size) VALUES {} \
                 ON CONFLICT (digest) DO UPDATE SET size = CASE WHEN excluded.size > 0 THEN excluded.size \
                 ELSE blobs.size END RETURNING id, digest",
                batch::rows(piece.len(), 2)
            );
            let mut query = sqlx::query(&sql);
            for (digest, size) in piece {
                query = query.bind(digest.as_slice()).bind(*size);
            }
            for row in transaction.all(query).await? {
                numbers.insert(row.try_get(1)?, row.try_get(0)?);
            }
        }
        Ok(numbers)
    }

    pub(super) async fn remember_blobs(&self, numbers: HashMap<Vec<u8>, i64>) {
        for (digest, number) in numbers {
            self.blobs.insert(digest, number).await;
        }
    }
}
