//! Taking over the list of a repository's tags.

use std::collections::HashSet;

use registry::attached;
use registry::summary::{Kind, State};
use registry::{Tag, tag_order};
use sqlx::Row;

use super::repositories::count_tags;
use super::writing::Shown;
use super::{Millis, RepositoryId, Result, Store, batch, codec};

/// How many rows are written before others may write.
const PART: usize = 512;

/// What a list of tags changed.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// Tags that were not known; they are written down, to be looked at.
    pub(crate) appeared: Vec<Tag>,
    /// Tags that are gone.
    pub(crate) vanished: Vec<Tag>,
}

impl Store {
    /// Takes over a list of tags that was read to its end; `began` is when reading it began.
    ///
    /// Tags that were looked at since then are kept even if the list lacks them: they are newer than it.
    pub(crate) async fn write_listing(
        &self,
        repository: RepositoryId,
        tags: &[Tag],
        began: Millis,
    ) -> Result<Listed> {
        let database = self.database().await?;
        let sql = "SELECT string_agg(name, ' ') FROM tags WHERE repository_id = $1";
        let known: HashSet<Tag> =
            database.names(sqlx::query(sql).bind(repository.0)).await?.into_iter().collect();
        let listed: HashSet<&Tag> = tags.iter().collect();
        let mut appeared: Vec<Tag> =
            listed.iter().filter(|tag| !known.contains(**tag)).map(|tag| (*tag).clone()).collect();
        appeared.sort_unstable();
        for part in appeared.chunks(PART) {
            self.insert_unread(repository, part).await?;
        }
        let missing: Vec<&Tag> = known.iter().filter(|tag| !listed.contains(tag)).collect();
        let mut vanished = Vec::new();
        for piece in batch::padded(&missing) {
            let sql = format!(
                "DELETE FROM tags WHERE repository_id = $1 AND seen_at < $2 AND name IN ({}) RETURNING name",
                batch::list(3, piece.len())
            );
            let query = sqlx::query(&sql).bind(repository.0).bind(began);
            let query = piece.iter().fold(query, |query, tag| query.bind(tag.as_str()));
            let mut transaction = database.write().await?;
            for row in transaction.all(query).await? {
                vanished.extend(row.try_get::<String, _>(0)?.parse());
            }
            transaction.commit().await?;
        }
        let mut transaction = database.write().await?;
        // Somebody else who lists it for the first time may have written the tags, and not counted them yet.
        let sql = "SELECT 1 FROM repositories WHERE id = $1 AND listed_at IS NULL";
        let is_first = !transaction.all(sqlx::query(sql).bind(repository.0)).await?.is_empty();
        let has_changed = is_first || !appeared.is_empty() || !vanished.is_empty();
        if has_changed {
            count_tags(&mut transaction, repository).await?;
        }
        let sql = "UPDATE repositories SET listed_at = $2 WHERE id = $1";
        transaction.run(sqlx::query(sql).bind(repository.0).bind(began)).await?;
        transaction.commit_as(if has_changed { Shown::Rows } else { Shown::Nothing }).await?;
        Ok(Listed { appeared, vanished })
    }

    /// Writes down tags that nobody has looked at.
    async fn insert_unread(&self, repository: RepositoryId, tags: &[Tag]) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        for piece in batch::pieces(tags) {
            let sql = format!(
                "INSERT INTO tags (repository_id, name, sort_key, kind, state, seen_at, attached_to, attached) \
                 VALUES {} ON CONFLICT (repository_id, name) DO NOTHING",
                batch::rows(piece.len(), 8)
            );
            let mut query = sqlx::query(&sql);
            for tag in piece {
                let attached = attached::parse(tag);
                query = query
                    .bind(repository.0)
                    .bind(tag.as_str())
                    .bind(tag_order::sort_key(tag.as_str()))
                    .bind(codec::kind_number(Kind::Broken))
                    .bind(codec::state_number(State::Unread))
                    .bind(0_i64)
                    .bind(attached.as_ref().map(|(digest, _)| codec::pack(digest)))
                    .bind(attached.as_ref().map(|(_, attached)| codec::attached_number(*attached)));
            }
            transaction.run(query).await?;
        }
        transaction.commit().await
    }

    /// Removes one tag that the registry does not have any more; false if it was not known.
    pub(crate) async fn remove_tag(&self, repository: RepositoryId, tag: &Tag) -> Result<bool> {
        let mut transaction = self.database().await?.write().await?;
        let sql = "DELETE FROM tags WHERE repository_id = $1 AND name = $2";
        let query = sqlx::query(sql).bind(repository.0).bind(tag.as_str());
        let removed = transaction.run(query).await? == 1;
        if removed {
            count_tags(&mut transaction, repository).await?;
        }
        transaction.commit().await?;
        Ok(removed)
    }
}
