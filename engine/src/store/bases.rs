//! The images that an image is built on.

use registry::Digest;
use sqlx::Row;

use super::search::found;
use super::{FoundRecord, Result, Store, Visible, codec};

impl Store {
    /// Tags of images all of whose layers are the first of an image, which has more; each with how many those are, the
    /// most first.
    pub(crate) async fn find_bases(
        &self,
        image: &Digest,
        limit: usize,
        visible: Visible<'_>,
    ) -> Result<Vec<(FoundRecord, usize)>> {
        let database = self.database().await?;
        // A base ends with one of the image's layers, in the same place; only those that do are looked at as a whole.
        let sql = format!(
            "WITH mine (position, blob_id) AS ( \
                       SELECT position, blob_id FROM manifest_blobs WHERE position > 0 AND manifest_id = \
                           (SELECT MIN(id) FROM manifests WHERE digest = $1)), \
                   ends (id, n) AS ( \
                       SELECT t.manifest_id, t.position FROM mine \
                       JOIN manifest_blobs t ON t.blob_id = mine.blob_id AND t.position = mine.position \
                       WHERE mine.position < (SELECT MAX(position) FROM mine) \
                       AND NOT EXISTS (SELECT 1 FROM manifest_blobs l \
                              WHERE l.manifest_id = t.manifest_id AND l.position = t.position + 1)), \
                   bases (id, n) AS ( \
                       SELECT e.id, e.n FROM ends e \
                       WHERE (SELECT COUNT(*) FROM manifest_blobs l JOIN mine \
                              ON mine.position = l.position AND mine.blob_id = l.blob_id \
                              WHERE l.manifest_id = e.id) = e.n), \
                   whole (id, n) AS ( \
                       SELECT id, n FROM bases UNION \
                       SELECT p.id, b.n FROM bases b JOIN manifests m ON m.id = b.id \
                       JOIN manifest_children c ON c.child = m.digest \
                       JOIN manifests p ON p.id = c.manifest_id AND p.repository_id = m.repository_id) \
                   SELECT g.name, r.name, '', t.name, m.digest, t.kind, whole.n FROM whole \
                   JOIN tags t ON t.manifest_id = whole.id JOIN manifests m ON m.id = whole.id \
                   JOIN repositories r ON r.id = t.repository_id JOIN registries g ON g.id = r.registry_id \
                   WHERE 1 = 1 {} ORDER BY whole.n DESC, g.name, r.name, t.sort_key DESC LIMIT $2",
            visible.condition(database.dialect, "t.repository_id", 3)
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = visible.bind(sqlx::query(&sql).bind(codec::pack(image)).bind(limit));
        let mut bases = Vec::new();
        for row in database.all(query).await? {
            if let Some(record) = found(&row, true)? {
                bases.push((record, usize::try_from(row.try_get::<i64, _>(6)?).unwrap_or_default()));
            }
        }
        Ok(bases)
    }
}
