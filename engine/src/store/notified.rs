//! Times that registries tell: when tags were last pushed and pulled.

use std::collections::BTreeMap;

use registry::{Digest, Tag};
use sqlx::Row;

use super::{Millis, RepositoryId, Result, Store, batch, codec};

/// How exact the time of the last pull is, in milliseconds: a tag that is pulled all the time is not written all the time.
const STEP: Millis = 10_000;

impl Store {
    /// The tags that lead to a manifest, directly or as one of the platforms of an index: whoever pulls an index pulls one
    /// of its children afterwards.
    pub(crate) async fn tags_leading_to(
        &self,
        repository: RepositoryId,
        digest: &Digest,
    ) -> Result<Vec<Tag>> {
        let sql = "SELECT name FROM tags WHERE repository_id = $1 AND manifest_id IN ( \
                       SELECT id FROM manifests WHERE repository_id = $1 AND digest = $2 UNION \
                       SELECT c.manifest_id FROM manifest_children c JOIN manifests m ON m.id = c.manifest_id \
                       WHERE m.repository_id = $1 AND c.child = $2)";
        let query = sqlx::query(sql).bind(repository.0).bind(codec::pack(digest));
        let rows = self.database().await?.all(query).await?;
        let names = rows.iter().map(|row| row.try_get::<String, _>(0));
        Ok(names.collect::<Result<Vec<_>, _>>()?.into_iter().filter_map(|it| it.parse().ok()).collect())
    }

    /// Writes down when tags were pulled; returns those of which that says something new.
    pub(crate) async fn write_pulls(
        &self,
        repository: RepositoryId,
        pulls: &BTreeMap<Tag, Millis>,
    ) -> Result<Vec<Tag>> {
        let database = self.database().await?;
        let names: Vec<&Tag> = pulls.keys().collect();
        let mut newer = Vec::new();
        for piece in batch::padded(&names) {
            let sql = format!(
                "SELECT name, COALESCE(pulled_at, 0) FROM tags WHERE repository_id = $1 AND name IN ({})",
                batch::list(2, piece.len())
            );
            let query = piece
                .iter()
                .fold(sqlx::query(&sql).bind(repository.0), |query, tag| query.bind(tag.as_str()));
            for row in database.all(query).await? {
                let (name, before): (String, Millis) = (row.try_get(0)?, row.try_get(1)?);
                let pull = pulls.iter().find(|(tag, _)| tag.as_str() == name);
                newer.extend(pull.filter(|(_, at)| **at >= before.saturating_add(STEP)));
            }
        }
        if newer.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = database.write().await?;
        for (tag, at) in &newer {
            let sql = "UPDATE tags SET pulled_at = $1 WHERE repository_id = $2 AND name = $3 \
                       AND (pulled_at IS NULL OR pulled_at < $1)";
            transaction.run(sqlx::query(sql).bind(**at).bind(repository.0).bind(tag.as_str())).await?;
        }
        transaction.commit().await?;
        Ok(newer.into_iter().map(|(tag, _)| tag.clone()).collect())
    }

    /// Writes down when tags were pushed; returns those of which that says something new.
    ///
    /// Times do not go back, but those that were noticed since `noticed_since` are replaced by the real ones.
    pub(crate) async fn write_pushes(
        &self,
        repository: RepositoryId,
        pushes: &BTreeMap<Tag, Millis>,
        noticed_since: Millis,
    ) -> Result<Vec<Tag>> {
        if pushes.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.database().await?.write().await?;
        let mut changed = Vec::new();
        for (tag, at) in pushes {
            let sql = "UPDATE tags SET pushed_at = $1 WHERE repository_id = $2 AND name = $3 \
                       AND (pushed_at IS NULL OR pushed_at < $1 OR pushed_at >= $4)";
            let query = sqlx::query(sql).bind(*at).bind(repository.0).bind(tag.as_str()).bind(noticed_since);
            if transaction.run(query).await? > 0 {
                changed.push(tag.clone());
            }
        }
        let sql = "UPDATE repositories SET \
                   last_pushed = (SELECT COALESCE(MAX(pushed_at), MAX(created) / 1000) FROM tags \
                                  WHERE repository_id = $1 AND attached_to IS NULL) \
                   WHERE id = $1";
        transaction.run(sqlx::query(sql).bind(repository.0)).await?;
        transaction.commit().await?;
        Ok(changed)
    }
}
