//! The rows that findings make.

use std::collections::{BTreeMap, HashMap};

use registry::attached;
use registry::summary::{Kind, Summary};
use registry::{Digest, Tag, tag_order};
use sqlx::Row;

use super::{Finding, Found};
use crate::store::writing::Writing;
use crate::store::{Millis, RepositoryId, Result, batch, codec};

/// A row as it was.
pub(super) struct Before {
    manifest: Option<i64>,
    state: i64,
    seen_at: Millis,
}

/// A row as it will be.
pub(super) struct NewRow<'a> {
    tag: &'a Tag,
    manifest: Option<i64>,
    summary: Option<&'a Summary>,
    kind: i64,
    state: i64,
    platforms: Option<i64>,
    detail: Option<&'a str>,
    pushed_at: Option<Millis>,
    seen_at: Millis,
    /// Whether its manifest is not as it was, so that other tags on it have changed as well.
    has_changed_manifest: bool,
}

impl<'a> NewRow<'a> {
    /// The row that a finding makes; `None` if its manifest has been removed meanwhile, and the next look will tell.
    pub(super) fn of(
        finding: &'a Finding,
        manifests: &HashMap<Digest, i64>,
        platforms: Option<i64>,
        before: Option<&Before>,
    ) -> Option<Self> {
        let (manifest, summary, kind, state, detail) = match &finding.found {
            Found::Same(_) => return None,
            Found::On { digest, summary, .. } => {
                (Some(*manifests.get(digest)?), Some(&**summary), summary.kind, summary.state, None)
            }
            Found::Broken { state, detail } => (None, None, Kind::Broken, *state, detail.as_deref()),
        };
        let state = codec::state_number(state);
        let stayed = manifest.is_some() && before.is_some_and(|it| it.manifest == manifest);
        Some(Self {
            tag: &finding.tag,
            manifest,
            summary,
            kind: codec::kind_number(kind),
            state,
            platforms,
            detail,
            pushed_at: Some(finding.seen_at).filter(|_| finding.is_known && manifest.is_some() && !stayed),
            seen_at: finding.seen_at,
            has_changed_manifest: stayed && before.is_some_and(|it| it.state != state),
        })
    }

    /// Whether somebody who looks at the row sees something else than before.
    pub(super) fn differs_from(&self, before: Option<&Before>) -> bool {
        before.is_none_or(|it| it.manifest != self.manifest || it.state != self.state || it.seen_at == 0)
    }

    fn created(&self) -> Option<i64> {
        self.summary.and_then(|it| it.created.at).map(codec::micros)
    }

    fn size(&self) -> Option<i64> {
        self.summary.and_then(|it| it.size).map(codec::bytes)
    }
}

/// Writes down that tags are where they were.
pub(super) async fn touch(transaction: &mut Writing, same: &BTreeMap<Millis, Vec<i64>>) -> Result<()> {
    // A time for each of a batch would be a statement for each; the earliest is true of all.
    let Some((earliest, _)) = same.first_key_value() else { return Ok(()) };
    let ids: Vec<i64> = same.values().flatten().copied().collect();
    for piece in batch::padded(&ids) {
        let sql = format!("UPDATE tags SET seen_at = $1 WHERE id IN ({})", batch::list(2, piece.len()));
        let query = piece.iter().fold(sqlx::query(&sql).bind(*earliest), |query, id| query.bind(*id));
        transaction.run(query).await?;
    }
    Ok(())
}

/// Adds the numbers of manifests that the inventory holds already.
pub(super) async fn look_up(
    transaction: &mut Writing,
    repository: RepositoryId,
    findings: impl Iterator<Item = &Finding>,
    manifests: &mut HashMap<Digest, i64>,
) -> Result<()> {
    let unknown: Vec<&Digest> = findings
        .filter_map(|it| match &it.found {
            Found::On { digest, .. } if !manifests.contains_key(digest) => Some(digest),
            _ => None,
        })
        .collect();
    for piece in batch::padded(&unknown) {
        let sql = format!(
            "SELECT id, digest FROM manifests WHERE repository_id = $1 AND digest IN ({})",
            batch::list(2, piece.len())
        );
        let query = piece
            .iter()
            .fold(sqlx::query(&sql).bind(repository.0), |query, digest| query.bind(codec::pack(digest)));
        for row in transaction.all(query).await? {
            let digest: Vec<u8> = row.try_get(1)?;
            if let Some(digest) = codec::unpack(&digest) {
                manifests.insert(digest, row.try_get(0)?);
            }
        }
    }
    Ok(())
}

pub(super) async fn before(
    transaction: &mut Writing,
    repository: RepositoryId,
    tags: &[&Tag],
) -> Result<HashMap<String, Before>> {
    let mut before = HashMap::with_capacity(tags.len());
    for piece in batch::padded(tags) {
        let sql = format!(
            "SELECT name, manifest_id, state, seen_at FROM tags WHERE repository_id = $1 AND name IN ({})",
            batch::list(2, piece.len())
        );
        let query =
            piece.iter().fold(sqlx::query(&sql).bind(repository.0), |query, tag| query.bind(tag.as_str()));
        for row in transaction.all(query).await? {
            let it = Before { manifest: row.try_get(1)?, state: row.try_get(2)?, seen_at: row.try_get(3)? };
            before.insert(row.try_get(0)?, it);
        }
    }
    Ok(before)
}

pub(super) async fn write(
    transaction: &mut Writing,
    repository: RepositoryId,
    rows: &[NewRow<'_>],
) -> Result<()> {
    for piece in batch::pieces(rows) {
        let sql = format!(
            "INSERT INTO tags (repository_id, name, sort_key, manifest_id, kind, state, created, size, platforms, \
             pushed_at, seen_at, attached_to, attached, detail) VALUES {} \
             ON CONFLICT (repository_id, name) DO UPDATE SET manifest_id = excluded.manifest_id, \
             kind = excluded.kind, state = excluded.state, created = excluded.created, size = excluded.size, \
             platforms = excluded.platforms, pushed_at = COALESCE(excluded.pushed_at, tags.pushed_at), \
             seen_at = excluded.seen_at, detail = excluded.detail",
            batch::rows(piece.len(), 14)
        );
        let mut query = sqlx::query(&sql);
        for row in piece {
            let attached = attached::parse(row.tag);
            query = query
                .bind(repository.0)
                .bind(row.tag.as_str())
                .bind(tag_order::sort_key(row.tag.as_str()))
                .bind(row.manifest)
                .bind(row.kind)
                .bind(row.state)
                .bind(row.created())
                .bind(row.size())
                .bind(row.platforms)
                .bind(row.pushed_at)
                .bind(row.seen_at)
                .bind(attached.as_ref().map(|(digest, _)| codec::pack(digest)))
                .bind(attached.as_ref().map(|(_, attached)| codec::attached_number(*attached)))
                .bind(row.detail);
        }
        transaction.run(query).await?;
    }
    for row in rows.iter().filter(|it| it.has_changed_manifest) {
        let sql = "UPDATE tags SET kind = $2, state = $3, created = $4, size = $5, platforms = $6 \
                   WHERE manifest_id = $1 AND state <> $3";
        let query = sqlx::query(sql)
            .bind(row.manifest)
            .bind(row.kind)
            .bind(row.state)
            .bind(row.created())
            .bind(row.size())
            .bind(row.platforms);
        transaction.run(query).await?;
    }
    Ok(())
}
