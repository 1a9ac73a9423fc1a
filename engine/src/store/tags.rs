//! Tags, by their names.

use std::collections::HashMap;

use registry::{Digest, Tag};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Millis, RepositoryId, Result, Store, batch, codec};

/// What is known of a tag before it is looked at again.
#[derive(Clone, Debug)]
pub(crate) struct KnownTag {
    /// The number of its row.
    pub(crate) id: i64,
    /// Where it was; absent where it could not be read, or was not read yet.
    pub(crate) digest: Option<Digest>,
    /// Whether the registry will say the same of that manifest tomorrow.
    pub(crate) settled: bool,
    /// When it was last looked at; 0 for never.
    pub(crate) seen_at: Millis,
}

/// A tag with what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct TagRecord {
    pub(crate) tag: Tag,
    pub(crate) known: KnownTag,
}

/// How many tags are read at a time, so that a large repository does not fill the memory.
const PAGE: i64 = 512;

impl Store {
    /// The next tags after a name, in the order of their bytes; nothing at the end.
    pub(crate) async fn tags_after(&self, repository: RepositoryId, after: &str) -> Result<Vec<TagRecord>> {
        let sql = "SELECT t.name, t.id, t.seen_at, m.digest, m.settled FROM \
                   (SELECT * FROM tags WHERE repository_id = $1 AND name > $2 ORDER BY name LIMIT $3) t \
                   LEFT JOIN manifests m ON m.id = t.manifest_id ORDER BY t.name";
        let query = sqlx::query(sql).bind(repository.0).bind(after).bind(PAGE);
        let mut tags = Vec::new();
        for row in self.database().await?.all(query).await? {
            if let Some((tag, known)) = known_tag(&row)? {
                tags.push(TagRecord { tag, known });
            }
        }
        Ok(tags)
    }

    /// What is known of tags.
    pub(crate) async fn known_tags(
        &self,
        repository: RepositoryId,
        tags: &[Tag],
    ) -> Result<HashMap<Tag, KnownTag>> {
        let database = self.database().await?;
        let mut known = HashMap::with_capacity(tags.len());
        for piece in batch::padded(tags) {
            let sql = format!(
                "SELECT t.name, t.id, t.seen_at, m.digest, m.settled FROM tags t \
                 LEFT JOIN manifests m ON m.id = t.manifest_id \
                 WHERE t.repository_id = $1 AND t.name IN ({})",
                batch::list(2, piece.len())
            );
            let query = piece
                .iter()
                .fold(sqlx::query(&sql).bind(repository.0), |query, tag| query.bind(tag.as_str()));
            for row in database.all(query).await? {
                known.extend(known_tag(&row)?);
            }
        }
        Ok(known)
    }

    /// All tags on a digest, in natural order.
    pub(crate) async fn tags_on(&self, repository: RepositoryId, digest: &Digest) -> Result<Vec<Tag>> {
        let sql = "SELECT name FROM tags WHERE repository_id = $1 AND manifest_id = \
                       (SELECT id FROM manifests WHERE repository_id = $1 AND digest = $2) ORDER BY sort_key";
        let query = sqlx::query(sql).bind(repository.0).bind(codec::pack(digest));
        let rows = self.database().await?.all(query).await?;
        let names = rows.iter().map(|row| row.try_get::<String, _>(0));
        Ok(names.collect::<Result<Vec<_>, _>>()?.into_iter().filter_map(|it| it.parse().ok()).collect())
    }

    /// All tags on each of some manifests, the last in the natural order first.
    pub(super) async fn aliases(&self, manifests: &[i64]) -> Result<HashMap<i64, Vec<Tag>>> {
        let database = self.database().await?;
        let mut aliases: HashMap<i64, Vec<Tag>> = HashMap::new();
        for piece in batch::padded(manifests) {
            // One text takes a tenth of the time of as many rows; no name holds a blank or a colon.
            let sql = format!(
                "SELECT string_agg(CAST(manifest_id AS TEXT) || ':' || name, ' ') FROM \
                 (SELECT manifest_id, name FROM tags WHERE manifest_id IN ({}) ORDER BY sort_key DESC) t",
                batch::list(1, piece.len())
            );
            let query = piece.iter().fold(sqlx::query(&sql), |query, id| query.bind(*id));
            let text: Option<String> = database.one(query).await?.try_get(0)?;
            for entry in text.iter().flat_map(|text| text.split(' ')) {
                let Some((id, name)) = entry.split_once(':') else { continue };
                if let (Ok(id), Ok(name)) = (id.parse(), name.parse()) {
                    aliases.entry(id).or_default().push(name);
                }
            }
        }
        Ok(aliases)
    }
}

/// Reads a row of name, number, time, digest and whether it is settled; `None` for a name that no tag can have.
fn known_tag(row: &AnyRow) -> Result<Option<(Tag, KnownTag)>> {
    let Ok(name) = row.try_get::<String, _>(0)?.parse() else { return Ok(None) };
    let digest: Option<Vec<u8>> = row.try_get(3)?;
    let settled: Option<i64> = row.try_get(4)?;
    let tag = KnownTag {
        id: row.try_get(1)?,
        seen_at: row.try_get(2)?,
        digest: digest.as_deref().and_then(codec::unpack),
        settled: settled == Some(1),
    };
    Ok(Some((name, tag)))
}
