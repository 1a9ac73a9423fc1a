//! Manifests, and what they consist of.

use std::collections::HashMap;
use std::sync::Arc;

use registry::Digest;
use registry::summary::Summary;
use sqlx::Row;

use super::blobs::BlobRecord;
use super::database::Database;
use super::writing::Writing;
use super::{RepositoryId, Result, Store, batch, codec, compact};

/// What is stored of a manifest that was read.
#[derive(Clone, Debug)]
pub(crate) struct ManifestRecord {
    pub(crate) digest: Digest,
    pub(crate) summary: Arc<Summary>,
    /// The length of the manifest itself.
    pub(crate) bytes: u64,
    pub(crate) subject: Option<Digest>,
    pub(crate) labels: Option<String>,
    pub(crate) config: Option<BlobRecord>,
    pub(crate) layers: Vec<BlobRecord>,
    /// The children of an index in its order, those included that could not be read.
    pub(crate) children: Vec<ChildRecord>,
}

/// A child of an index.
#[derive(Clone, Debug)]
pub(crate) struct ChildRecord {
    pub(crate) digest: Digest,
    /// What was read of it just now; absent where it was known, or is missing.
    pub(crate) record: Option<Arc<ManifestRecord>>,
}

impl ManifestRecord {
    fn blobs(&self) -> impl Iterator<Item = &BlobRecord> {
        self.config.iter().chain(&self.layers)
    }

    /// This one and all that was read below it, by digest, so that each is written once.
    fn gather<'a>(&'a self, into: &mut HashMap<&'a Digest, &'a Self>) {
        if into.insert(&self.digest, self).is_none() {
            for child in self.children.iter().filter_map(|it| it.record.as_deref()) {
                child.gather(into);
            }
        }
    }
}

impl Store {
    /// What lists tell of a manifest, where that is known and will stay so.
    pub(crate) async fn settled_summary(
        &self,
        repository: RepositoryId,
        digest: &Digest,
    ) -> Result<Option<Summary>> {
        let sql = "SELECT summary FROM manifests WHERE repository_id = $1 AND digest = $2 AND settled = 1";
        let query = sqlx::query(sql).bind(repository.0).bind(codec::pack(digest));
        let row = self.database().await?.optional(query).await?;
        let text: Option<String> = row.map(|row| row.try_get(0)).transpose()?;
        Ok(text.and_then(|text| compact::read(&text, Some(digest.clone()))))
    }
}

impl Database {
    /// Writes manifests with all that was read below them; returns the numbers of all by digest, and of their blobs.
    pub(super) async fn write_manifests(
        &self,
        transaction: &mut Writing,
        repository: RepositoryId,
        records: impl Iterator<Item = &ManifestRecord>,
    ) -> Result<(HashMap<Digest, i64>, HashMap<Vec<u8>, i64>)> {
        let mut all = HashMap::new();
        for record in records {
            record.gather(&mut all);
        }
        let mut records: Vec<&ManifestRecord> = all.into_values().collect();
        records.sort_unstable_by(|a, b| a.digest.cmp(&b.digest));
        let blobs = self.blob_numbers(transaction, records.iter().flat_map(|it| it.blobs())).await?;
        let ids = write_rows(transaction, repository, &records).await?;
        let (mut layers, mut children) = (Vec::new(), Vec::new());
        for record in records {
            let Some(&id) = ids.get(&record.digest) else { continue };
            let position = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
            let first = usize::from(record.config.is_none());
            for (index, blob) in record.blobs().enumerate() {
                if let Some(&number) = blobs.get(&codec::pack(&blob.digest)) {
                    layers.push((id, position(first + index), number));
                }
            }
            for (index, child) in record.children.iter().enumerate() {
                children.push((id, position(index), codec::pack(&child.digest)));
            }
        }
        for piece in batch::pieces(&layers) {
            let sql = format!(
                "INSERT INTO manifest_blobs (manifest_id, position, blob_id) VALUES {} ON CONFLICT DO NOTHING",
                batch::rows(piece.len(), 3)
            );
            let query = piece.iter().fold(sqlx::query(&sql), |query, (manifest, position, blob)| {
                query.bind(*manifest).bind(*position).bind(*blob)
            });
            transaction.run(query).await?;
        }
        for piece in batch::pieces(&children) {
            let sql = format!(
                "INSERT INTO manifest_children (manifest_id, position, child) VALUES {} ON CONFLICT DO NOTHING",
                batch::rows(piece.len(), 3)
            );
            let query = piece.iter().fold(sqlx::query(&sql), |query, (manifest, position, child)| {
                query.bind(*manifest).bind(*position).bind(child.as_slice())
            });
            transaction.run(query).await?;
        }
        Ok((ids, blobs))
    }
}

async fn write_rows(
    transaction: &mut Writing,
    repository: RepositoryId,
    records: &[&ManifestRecord],
) -> Result<HashMap<Digest, i64>> {
    let mut ids = HashMap::with_capacity(records.len());
    for piece in batch::pieces(records) {
        let sql = format!(
            "INSERT INTO manifests (repository_id, digest, settled, bytes, subject, labels, summary) VALUES {} \
             ON CONFLICT (repository_id, digest) DO UPDATE SET settled = excluded.settled, \
             labels = COALESCE(excluded.labels, manifests.labels), summary = excluded.summary RETURNING id, digest",
            batch::rows(piece.len(), 7)
        );
        let mut query = sqlx::query(&sql);
        for record in piece {
            query = query
                .bind(repository.0)
                .bind(codec::pack(&record.digest))
                .bind(i64::from(record.summary.is_settled()))
                .bind(codec::bytes(record.bytes))
                .bind(record.subject.as_ref().map(codec::pack))
                .bind(record.labels.as_deref())
                .bind(compact::write(&record.summary));
        }
        for row in transaction.all(query).await? {
            let digest: Vec<u8> = row.try_get(1)?;
            if let Some(digest) = codec::unpack(&digest) {
                ids.insert(digest, row.try_get(0)?);
            }
        }
    }
    Ok(ids)
}
