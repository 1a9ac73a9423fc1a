//! Manifests that nothing leads to.

use registry::summary::Summary;
use sqlx::Row;

use super::{RepositoryId, Result, Store, codec, compact};

impl Store {
    /// What lists tell of the manifests of a repository that no tag and no index leads to, and that are about none that
    /// is there; those read last come first.
    pub(crate) async fn untagged(&self, repository: RepositoryId, limit: usize) -> Result<Vec<Summary>> {
        let sql = "SELECT m.digest, m.summary FROM manifests m WHERE m.repository_id = $1 \
                   AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.manifest_id = m.id) \
                   AND NOT EXISTS (SELECT 1 FROM manifest_children c JOIN manifests p ON p.id = c.manifest_id \
                                   WHERE c.child = m.digest AND p.repository_id = $1) \
                   AND (m.subject IS NULL OR NOT EXISTS ( \
                        SELECT 1 FROM manifests s WHERE s.repository_id = $1 AND s.digest = m.subject)) \
                   ORDER BY m.id DESC LIMIT $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.database().await?.all(sqlx::query(sql).bind(repository.0).bind(limit)).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let (digest, summary): (Vec<u8>, String) = (row.try_get(0)?, row.try_get(1)?);
            found.extend(compact::read(&summary, codec::unpack(&digest)));
        }
        Ok(found)
    }
}
