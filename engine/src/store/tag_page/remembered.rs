//! Pages that were read before, for as long as nothing was written since that they could show.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::future::Cache;

use super::{StoredPage, StoredRow};
use crate::inventory::tags::TagSelection;
use crate::store::database::Database;
use crate::store::{Millis, RepositoryRecord, Result, batch};

/// How many rows are remembered, each of which takes about a kilobyte.
const ROWS: u64 = 8192;
/// How long at most, should somebody write into the file whose writes are not counted.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// The pages.
#[derive(Debug)]
pub(in crate::store) struct Remembered(Cache<Key, Arc<Kept>>);

/// Everything that a page depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    repository: i64,
    n_tags: usize,
    n_attached: usize,
    selection: TagSelection,
    /// How often something was written that lists of tags show, before the page was read.
    writes: u64,
}

#[derive(Debug)]
struct Kept {
    page: StoredPage,
    looks: Mutex<Looks>,
}

/// When each row was last looked at, which changes all the time and says nothing else about it.
#[derive(Debug)]
struct Looks {
    /// How often such times were written before these were read.
    writes: u64,
    seen_at: Vec<Millis>,
}

impl Default for Remembered {
    fn default() -> Self {
        let weight = |_: &Key, kept: &Arc<Kept>| u32::try_from(kept.page.rows.len() + 1).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(ROWS).weigher(weight).time_to_live(KEPT_FOR).build())
    }
}

impl Remembered {
    /// What a page depends on; to be asked before it is read. Absent for one that nobody will ask for again.
    pub(super) fn key(database: &Database, of: &RepositoryRecord, selection: &TagSelection) -> Option<Key> {
        let is_repeated = selection.after.is_none()
            && selection.created_from.is_none()
            && selection.created_until.is_none();
        is_repeated.then(|| Key {
            repository: of.id.0,
            n_tags: of.n_tags,
            n_attached: of.n_attached,
            selection: selection.clone(),
            writes: database.writes().rows(),
        })
    }

    /// A page as it was read, with the times of now.
    pub(super) async fn get(&self, database: &Database, key: &Key) -> Result<Option<StoredPage>> {
        let Some(kept) = self.0.get(key).await else { return Ok(None) };
        let writes = database.writes().looks();
        let known = kept.seen_at(writes);
        let seen_at = match known {
            Some(seen_at) => seen_at,
            None => {
                let seen_at = read_again(database, &kept.page.rows).await?;
                *kept.looks() = Looks { writes, seen_at: seen_at.clone() };
                seen_at
            }
        };
        let rows = kept.page.rows.iter().zip(seen_at);
        let rows = rows.map(|(row, seen_at)| StoredRow { seen_at, ..row.clone() }).collect();
        Ok(Some(StoredPage { rows, ..kept.page }))
    }

    /// Remembers a page; `looks` is how often times were written before it was read.
    pub(super) async fn insert(&self, key: Key, page: &StoredPage, looks: u64) {
        let seen_at = page.rows.iter().map(|it| it.seen_at).collect();
        let looks = Mutex::new(Looks { writes: looks, seen_at });
        self.0.insert(key, Arc::new(Kept { page: page.clone(), looks })).await;
    }
}

impl Kept {
    fn looks(&self) -> MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The times, unless others were written since.
    fn seen_at(&self, writes: u64) -> Option<Vec<Millis>> {
        let looks = self.looks();
        (looks.writes == writes).then(|| looks.seen_at.clone())
    }
}

/// When rows were last looked at. One that has gone meanwhile keeps its time: the next page is without it.
async fn read_again(database: &Database, rows: &[StoredRow]) -> Result<Vec<Millis>> {
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let mut times = HashMap::with_capacity(ids.len());
    for piece in batch::padded(&ids) {
        let sql = format!(
            "SELECT string_agg(CAST(id AS TEXT) || ':' || CAST(seen_at AS TEXT), ' ') FROM tags WHERE id IN ({})",
            batch::list(1, piece.len())
        );
        let query = piece.iter().fold(sqlx::query(&sql), |query, id| query.bind(*id));
        for (id, seen_at) in database.numbered(query, |_| true).await? {
            times.extend(seen_at.parse::<Millis>().ok().map(|it| (id, it)));
        }
    }
    Ok(rows.iter().map(|row| times.get(&row.id).copied().unwrap_or(row.seen_at)).collect())
}
