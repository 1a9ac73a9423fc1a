//! Everything that a repository holds, for plans of deletions.

use std::collections::{HashMap, HashSet};

use registry::deletion::{Held, Holdings};
use registry::summary::{Kind, State};
use registry::{Digest, Tag};
use sqlx::Row;

use super::repositories::count_tags;
use super::writing::Writing;
use super::{ManifestRecord, RegistryId, RepositoryId, Result, Store, batch, codec, compact};

/// What a repository does not have any more.
#[derive(Clone, Debug)]
pub(crate) struct Gone<'a> {
    pub(crate) repository: RepositoryId,
    pub(crate) tags: Vec<&'a Tag>,
    pub(crate) manifests: Vec<&'a Digest>,
}

impl Store {
    /// Every tag and manifest of a repository with what they hang on, as far as the inventory knows it.
    pub(crate) async fn holdings(&self, repository: RepositoryId) -> Result<Holdings> {
        let database = self.database().await?;
        let all = |sql: &'static str| database.all(sqlx::query(sql).bind(repository.0));
        let mut holdings = Holdings::default();
        let mut digests: HashMap<i64, Digest> = HashMap::new();
        let mut blobs: HashMap<i64, (Digest, u64)> = HashMap::new();
        for row in all("SELECT b.id, b.digest, b.size FROM blobs b WHERE b.id IN ( \
                            SELECT mb.blob_id FROM manifest_blobs mb JOIN manifests m ON m.id = mb.manifest_id \
                            WHERE m.repository_id = $1)")
        .await?
        {
            let digest: Vec<u8> = row.try_get(1)?;
            if let Some(digest) = codec::unpack(&digest) {
                blobs.insert(row.try_get(0)?, (digest, codec::unsigned(row.try_get(2)?)));
            }
        }
        for row in all("SELECT m.id, m.digest, m.bytes, m.subject, \
                            (SELECT string_agg(CAST(blob_id AS TEXT), ' ') FROM manifest_blobs \
                             WHERE manifest_id = m.id) FROM manifests m WHERE m.repository_id = $1")
        .await?
        {
            let digest: Vec<u8> = row.try_get(1)?;
            let Some(digest) = codec::unpack(&digest) else { continue };
            let subject: Option<Vec<u8>> = row.try_get(3)?;
            let used: Option<String> = row.try_get(4)?;
            let used = used.iter().flat_map(|text| text.split(' ')).filter_map(|it| it.parse().ok());
            let held = Held {
                kind: Kind::Image,
                platforms: Vec::new(),
                bytes: codec::unsigned(row.try_get(2)?),
                children: Vec::new(),
                blobs: used.filter_map(|id: i64| blobs.get(&id).cloned()).collect(),
                subject: subject.as_deref().and_then(codec::unpack),
            };
            digests.insert(row.try_get(0)?, digest.clone());
            holdings.manifests.insert(digest, held);
        }
        for row in all("SELECT c.manifest_id, c.child FROM manifest_children c JOIN manifests m \
                        ON m.id = c.manifest_id WHERE m.repository_id = $1 ORDER BY c.manifest_id, c.position")
        .await?
        {
            let child: Vec<u8> = row.try_get(1)?;
            let parent = digests.get(&row.try_get(0)?).and_then(|it| holdings.manifests.get_mut(it));
            if let (Some(parent), Some(child)) = (parent, codec::unpack(&child)) {
                parent.children.push(child);
            }
        }
        // One text takes a tenth of the time of as many rows; no name holds a blank or a colon.
        let sql = "SELECT string_agg(CAST(COALESCE(manifest_id, 0) AS TEXT) || ':' || CAST(state AS TEXT) || ':' || name, ' ') \
                   FROM tags WHERE repository_id = $1";
        let text: Option<String> = database.one(sqlx::query(sql).bind(repository.0)).await?.try_get(0)?;
        for entry in text.iter().flat_map(|text| text.split(' ')) {
            let mut parts = entry.splitn(3, ':');
            let (Some(id), Some(state), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            let Ok(tag) = name.parse::<registry::Tag>() else { continue };
            let digest = id.parse().ok().and_then(|id: i64| digests.get(&id)).cloned();
            let state = codec::state(state.parse().unwrap_or_default());
            if digest.is_none() && matches!(state, State::Unread | State::Failed) {
                holdings.unread.insert(tag.clone());
            }
            holdings.tags.insert(tag, digest);
        }
        Ok(holdings)
    }

    /// What lists tell of manifests: kind and platforms, for those that are named in a plan.
    pub(crate) async fn kinds(
        &self,
        repository: RepositoryId,
        digests: &[&Digest],
    ) -> Result<HashMap<Digest, (Kind, Vec<String>)>> {
        let database = self.database().await?;
        let mut kinds = HashMap::with_capacity(digests.len());
        for piece in batch::padded(digests) {
            let sql = format!(
                "SELECT digest, summary FROM manifests WHERE repository_id = $1 AND digest IN ({})",
                batch::list(2, piece.len())
            );
            let query = piece
                .iter()
                .fold(sqlx::query(&sql).bind(repository.0), |query, digest| query.bind(codec::pack(digest)));
            for row in database.all(query).await? {
                let (digest, summary): (Vec<u8>, String) = (row.try_get(0)?, row.try_get(1)?);
                let Some(digest) = codec::unpack(&digest) else { continue };
                let Some(summary) = compact::read(&summary, Some(digest.clone())) else { continue };
                let platforms = summary.platforms.iter().map(|it| it.platform.to_string());
                kinds.insert(digest, (summary.kind, platforms.filter(|it| !it.is_empty()).collect()));
            }
        }
        Ok(kinds)
    }

    /// Which blobs and manifests other repositories of a registry hold as well.
    pub(crate) async fn used_elsewhere(
        &self,
        registry: RegistryId,
        repository: RepositoryId,
        digests: &[&Digest],
    ) -> Result<HashSet<Digest>> {
        let database = self.database().await?;
        let mut used = HashSet::new();
        for piece in batch::padded(digests) {
            let list = batch::list(3, piece.len());
            let sql = format!(
                "SELECT b.digest FROM blobs b WHERE b.digest IN ({list}) AND EXISTS ( \
                     SELECT 1 FROM manifest_blobs mb JOIN manifests m ON m.id = mb.manifest_id \
                     JOIN repositories r ON r.id = m.repository_id \
                     WHERE mb.blob_id = b.id AND m.repository_id <> $1 AND r.registry_id = $2) \
                 UNION SELECT m.digest FROM manifests m JOIN repositories r ON r.id = m.repository_id \
                     WHERE m.digest IN ({list}) AND m.repository_id <> $1 AND r.registry_id = $2 \
                 UNION SELECT c.child FROM manifest_children c JOIN manifests m ON m.id = c.manifest_id \
                     JOIN repositories r ON r.id = m.repository_id \
                     WHERE c.child IN ({list}) AND m.repository_id <> $1 AND r.registry_id = $2"
            );
            let query = sqlx::query(&sql).bind(repository.0).bind(registry.0);
            let query = piece.iter().fold(query, |query, digest| query.bind(codec::pack(digest)));
            for row in database.all(query).await? {
                let digest: Vec<u8> = row.try_get(0)?;
                used.extend(codec::unpack(&digest));
            }
        }
        Ok(used)
    }

    /// How many repositories of a registry have never been scanned, so that nobody knows what they use.
    pub(crate) async fn count_unscanned(&self, registry: RegistryId) -> Result<usize> {
        let sql = "SELECT COUNT(*) FROM repositories WHERE registry_id = $1 AND scanned_at IS NULL";
        let row = self.database().await?.one(sqlx::query(sql).bind(registry.0)).await?;
        Ok(codec::count(row.try_get(0)?))
    }

    /// Writes down manifests that no tag leads to.
    pub(crate) async fn write_untagged(
        &self,
        repository: RepositoryId,
        records: &[std::sync::Arc<ManifestRecord>],
    ) -> Result<()> {
        let database = self.database().await?;
        let mut transaction = database.write().await?;
        let records = records.iter().map(|it| &**it);
        let (_, blobs) = database.write_manifests(&mut transaction, repository, records).await?;
        transaction.commit().await?;
        database.remember_blobs(blobs).await;
        Ok(())
    }

    /// Forgets what a registry does not have any more.
    pub(crate) async fn remove(&self, gone: &Gone<'_>) -> Result<()> {
        let mut transaction = self.database().await?.write().await?;
        remove(&mut transaction, gone).await?;
        transaction.commit().await
    }
}

/// The same within a transaction. Other tags on a manifest lead nowhere until they are looked at.
pub(super) async fn remove(transaction: &mut Writing, gone: &Gone<'_>) -> Result<()> {
    let repository = gone.repository;
    for piece in batch::padded(&gone.tags) {
        let sql = format!(
            "DELETE FROM tags WHERE repository_id = $1 AND name IN ({})",
            batch::list(2, piece.len())
        );
        let query = sqlx::query(&sql).bind(repository.0);
        transaction.run(piece.iter().fold(query, |query, tag| query.bind(tag.as_str()))).await?;
    }
    let missing = codec::state_number(State::ManifestMissing);
    for piece in batch::padded(&gone.manifests) {
        let digests: Vec<_> = piece.iter().map(|digest| codec::pack(digest)).collect();
        let which = |first| {
            let digests = batch::list(first, piece.len());
            format!("FROM manifests WHERE repository_id = $1 AND digest IN ({digests})")
        };
        let sql = format!(
            "UPDATE tags SET manifest_id = NULL, state = $2 WHERE manifest_id IN (SELECT id {})",
            which(3)
        );
        let query = sqlx::query(&sql).bind(repository.0).bind(missing);
        transaction.run(digests.iter().fold(query, |query, digest| query.bind(digest.as_slice()))).await?;
        let sql = format!("DELETE {}", which(2));
        let query = sqlx::query(&sql).bind(repository.0);
        transaction.run(digests.iter().fold(query, |query, digest| query.bind(digest.as_slice()))).await?;
    }
    if gone.tags.is_empty() { Ok(()) } else { count_tags(transaction, repository).await }
}
