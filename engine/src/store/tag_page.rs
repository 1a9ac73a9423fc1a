//! A page of a repository's tags, in any order and with any filter over all of them.

mod conditions;
mod remembered;

use std::collections::HashMap;
use std::sync::Arc;

use registry::Tag;
use registry::summary::{Summary, TagRow};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Beside, Millis, RepositoryRecord, Result, Store, batch, codec, compact};
use crate::inventory::filter::Filter;
use crate::inventory::tags::{TagSelection, TagSort};

use conditions::Conditions;

pub(super) use remembered::Remembered;

/// A page of tags as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredPage {
    /// How many tags match.
    pub(crate) matched: usize,
    /// The page, from 1; the last one where a later one was asked for.
    pub(crate) page: usize,
    pub(crate) rows: Vec<StoredRow>,
}

/// A row as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredRow {
    id: i64,
    pub(crate) row: Arc<TagRow>,
    /// When the registry last said where the tag is; 0 where it was not asked yet.
    pub(crate) seen_at: Millis,
    pub(crate) pushed_at: Option<Millis>,
    pub(crate) pulled_at: Option<Millis>,
    /// What the page is sorted by, unless that is the name.
    pub(crate) position: Option<i64>,
}

/// A row before it is known what else lies on the same manifest.
struct Bare {
    id: i64,
    row: TagRow,
    manifest: Option<i64>,
    seen_at: Millis,
    pushed_at: Option<Millis>,
    pulled_at: Option<Millis>,
    position: Option<i64>,
}

const COLUMNS: &str = "t.name, t.state, t.detail, t.seen_at, t.pushed_at, t.pulled_at, t.manifest_id, m.digest, m.summary, t.id";

impl Store {
    /// A page. `filter` is what the selection's text means.
    pub(crate) async fn tag_page(
        &self,
        repository: &RepositoryRecord,
        selection: &TagSelection,
        filter: &Filter,
    ) -> Result<StoredPage> {
        let database = self.database().await?;
        let remembered = database.remembered.as_ref().zip(Remembered::key(database, repository, selection));
        let Some((remembered, key)) = remembered else {
            return self.read_tag_page(repository, selection, filter).await;
        };
        if let Some(page) = remembered.get(database, &key).await? {
            return Ok(page);
        }
        let looks = database.writes().looks();
        let page = self.read_tag_page(repository, selection, filter).await?;
        remembered.insert(key, &page, looks).await;
        Ok(page)
    }

    async fn read_tag_page(
        &self,
        repository: &RepositoryRecord,
        selection: &TagSelection,
        filter: &Filter,
    ) -> Result<StoredPage> {
        let sets = match selection.platform.as_str() {
            "" => None,
            platform => Some(self.platform_sets_with(platform).await?),
        };
        let conditions = Conditions::of(repository.id, selection, sets.as_deref());
        let shown = conditions.after(selection.after.as_ref());
        let per_page = selection.per_page.max(1);
        let (matched, page, bare) = if let Filter::All = filter {
            let matched = match (selection.takes_all(), selection.attached) {
                (true, true) => repository.n_tags + repository.n_attached,
                (true, false) => repository.n_tags,
                (false, _) => self.count(&conditions).await?,
            };
            let page = clamp_page(selection.page, matched, per_page);
            (matched, page, self.rows_between(&shown, selection, page, per_page).await?)
        } else {
            let matching = self.matching(&shown, order(selection), filter).await?;
            let matched = match &selection.after {
                Some(_) => self.matching(&conditions, order(selection), filter).await?.len(),
                None => matching.len(),
            };
            let page = clamp_page(selection.page, matching.len(), per_page);
            let shown = matching.iter().skip((page - 1) * per_page).take(per_page);
            let ids: Vec<i64> = shown.map(|(id, _)| *id).collect();
            (matched, page, self.rows_of(&ids, selection.sort).await?)
        };
        let rows = self.with_neighbours(repository, bare).await?;
        Ok(StoredPage { matched, page, rows })
    }

    /// How many tags are listed and have not been looked at.
    pub(crate) async fn count_unread(&self, repository: &RepositoryRecord) -> Result<usize> {
        let sql = "SELECT COUNT(*) FROM tags WHERE repository_id = $1 AND seen_at = 0";
        let query = sqlx::query(sql).bind(repository.id.0);
        let row = self.database().await?.one(query).await?;
        Ok(codec::count(row.try_get(0)?))
    }

    async fn count(&self, conditions: &Conditions) -> Result<usize> {
        let sql = format!("SELECT COUNT(*) FROM tags t WHERE {}", conditions.sql());
        let row = self.database().await?.one(conditions.bind(sqlx::query(&sql))).await?;
        Ok(codec::count(row.try_get(0)?))
    }

    /// The names of all tags that a selection takes, in its order, whatever page it asks for.
    pub(crate) async fn matching_tags(
        &self,
        repository: &RepositoryRecord,
        selection: &TagSelection,
        filter: &Filter,
    ) -> Result<Vec<Tag>> {
        let sets = match selection.platform.as_str() {
            "" => None,
            platform => Some(self.platform_sets_with(platform).await?),
        };
        let conditions = Conditions::of(repository.id, selection, sets.as_deref());
        let matching = self.matching(&conditions, order(selection), filter).await?;
        Ok(matching.into_iter().filter_map(|(_, name)| name.parse().ok()).collect())
    }

    /// The numbers and names of all tags whose names match, in order.
    ///
    /// The names are read and matched here, for databases understand neither expressions nor letters alike. They come
    /// as one text, which takes a tenth of the time of as many rows; no name holds a blank or a colon.
    async fn matching(
        &self,
        conditions: &Conditions,
        order: &str,
        filter: &Filter,
    ) -> Result<Vec<(i64, String)>> {
        let sql = format!(
            "SELECT string_agg(CAST(id AS TEXT) || ':' || name, ' ') FROM \
             (SELECT t.id, t.name FROM tags t WHERE {} ORDER BY {order}) t",
            conditions.sql()
        );
        let query = conditions.bind(sqlx::query(&sql));
        self.database().await?.numbered(query, |name| filter.takes(name)).await
    }

    async fn rows_of(&self, ids: &[i64], sort: TagSort) -> Result<Vec<Bare>> {
        let database = self.database().await?;
        let position = position(sort);
        let mut found = HashMap::with_capacity(ids.len());
        for piece in batch::padded(ids) {
            let sql = format!(
                "SELECT {COLUMNS}, {position} FROM tags t LEFT JOIN manifests m ON m.id = t.manifest_id WHERE t.id IN ({})",
                batch::list(1, piece.len())
            );
            let query = piece.iter().fold(sqlx::query(&sql), |query, id| query.bind(*id));
            for row in database.all(query).await? {
                found.extend(bare(&row)?.map(|it| (it.id, it)));
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    async fn rows_between(
        &self,
        conditions: &Conditions,
        selection: &TagSelection,
        page: usize,
        per_page: usize,
    ) -> Result<Vec<Bare>> {
        let (order, position) = (order(selection), position(selection.sort));
        // Manifests are joined to the page only, or those of all rows before it would be looked up as well.
        let sql = format!(
            "SELECT {COLUMNS}, {position} FROM (SELECT * FROM tags t WHERE {} ORDER BY {order} LIMIT ${} OFFSET ${}) t \
             LEFT JOIN manifests m ON m.id = t.manifest_id ORDER BY {order}",
            conditions.sql(),
            conditions.n_values() + 1,
            conditions.n_values() + 2,
        );
        let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let query = conditions
            .bind(sqlx::query(&sql))
            .bind(number(per_page))
            .bind(number((page - 1).saturating_mul(per_page)));
        let rows = self.database().await?.all(query).await?;
        rows.iter().filter_map(|row| bare(row).transpose()).collect()
    }

    /// Adds aliases, and what lies beside each image.
    async fn with_neighbours(
        &self,
        repository: &RepositoryRecord,
        rows: Vec<Bare>,
    ) -> Result<Vec<StoredRow>> {
        let mut manifests: Vec<i64> = rows.iter().filter_map(|it| it.manifest).collect();
        manifests.sort_unstable();
        manifests.dedup();
        let aliases = self.aliases(&manifests).await?;
        let images: Vec<Beside<'_>> = rows.iter().filter_map(|it| Beside::of(&it.row.summary)).collect();
        let attached = self.attachments(repository.id, &images).await?;
        let rows = rows.into_iter().map(|mut bare| {
            let on_same = bare.manifest.and_then(|id| aliases.get(&id));
            let others = on_same.into_iter().flatten().filter(|it| **it != bare.row.name);
            bare.row.aliases = others.cloned().collect::<Vec<Tag>>();
            if let Some(found) = bare.row.summary.digest.as_ref().and_then(|it| attached.get(it)) {
                bare.row.attached.clone_from(found);
            }
            let Bare { id, row, seen_at, pushed_at, pulled_at, position, .. } = bare;
            StoredRow { id, row: Arc::new(row), seen_at, pushed_at, pulled_at, position }
        });
        Ok(rows.collect())
    }
}

/// The page that is shown when one is asked for that may not exist.
fn clamp_page(page: usize, matched: usize, per_page: usize) -> usize {
    page.clamp(1, matched.div_ceil(per_page).max(1))
}

/// The column that a page is sorted by before the name; any one where that is the name itself.
fn position(sort: TagSort) -> &'static str {
    match sort {
        TagSort::Name | TagSort::Created => "t.created",
        TagSort::Size => "t.size",
        TagSort::Platforms => "t.platforms",
        TagSort::Pushed => "t.pushed_at",
        TagSort::Pulled => "t.pulled_at",
    }
}

/// The order as SQL; written so that each is the order of an index.
fn order(selection: &TagSelection) -> &'static str {
    match (selection.sort, selection.descending) {
        (TagSort::Name, false) => "t.sort_key",
        (TagSort::Name, true) => "t.sort_key DESC",
        (TagSort::Created, false) => "t.created NULLS LAST, t.sort_key",
        (TagSort::Created, true) => "t.created DESC NULLS LAST, t.sort_key DESC NULLS LAST",
        (TagSort::Size, false) => "t.size NULLS LAST, t.sort_key",
        (TagSort::Size, true) => "t.size DESC NULLS LAST, t.sort_key DESC NULLS LAST",
        (TagSort::Platforms, false) => "t.platforms NULLS LAST, t.sort_key",
        (TagSort::Platforms, true) => "t.platforms DESC NULLS LAST, t.sort_key DESC NULLS LAST",
        (TagSort::Pushed, false) => "t.pushed_at NULLS LAST, t.sort_key",
        (TagSort::Pushed, true) => "t.pushed_at DESC NULLS LAST, t.sort_key DESC NULLS LAST",
        (TagSort::Pulled, false) => "t.pulled_at NULLS LAST, t.sort_key",
        (TagSort::Pulled, true) => "t.pulled_at DESC NULLS LAST, t.sort_key DESC NULLS LAST",
    }
}

/// Reads a row; `None` for a name that no tag can have.
fn bare(row: &AnyRow) -> Result<Option<Bare>> {
    let Ok(name) = row.try_get::<String, _>(0)?.parse() else { return Ok(None) };
    let digest: Option<Vec<u8>> = row.try_get(7)?;
    let digest = digest.as_deref().and_then(codec::unpack);
    let summary: Option<String> = row.try_get(8)?;
    let state = codec::state(row.try_get(1)?);
    let summary = match summary.and_then(|text| compact::read(&text, digest)) {
        Some(summary) => summary,
        None => Summary::broken(state, row.try_get(2)?),
    };
    Ok(Some(Bare {
        id: row.try_get(9)?,
        row: TagRow { name, summary, aliases: Vec::new(), attached: Vec::new() },
        manifest: row.try_get(6)?,
        seen_at: row.try_get(3)?,
        pushed_at: row.try_get(4)?,
        pulled_at: row.try_get(5)?,
        position: row.try_get(10)?,
    }))
}
