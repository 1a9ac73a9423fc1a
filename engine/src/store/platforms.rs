//! Sets of platforms: most images of a repository run on the same few.
//!
//! A tag holds one number for its set, by which tags are sorted and filtered: how many platforms there are, times
//! 2^32, plus the number of the set.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use registry::Platform;
use registry::summary::Summary;
use sqlx::Row;

use super::database::Database;
use super::{Result, Store};

/// Separates the platforms of a set.
const SEPARATOR: char = '\n';

/// The sets whose numbers are known.
#[derive(Debug, Default)]
pub(super) struct Platforms(RwLock<HashMap<String, i64>>);

impl Platforms {
    /// Reads the sets that are there.
    pub(super) async fn load(&self, database: &Database) -> Result<()> {
        for row in database.all(sqlx::query("SELECT id, platforms FROM platform_sets")).await? {
            self.remember(row.try_get(1)?, row.try_get(0)?);
        }
        Ok(())
    }

    fn remember(&self, text: String, id: i64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(text, id);
    }

    /// The number of the platforms of something; absent where it runs on none.
    ///
    /// Sets are written outside of the transaction of those who use them, so that a number that was given stays right.
    pub(super) async fn number(&self, summary: &Summary, database: &Database) -> Result<Option<i64>> {
        let Some((text, n_platforms)) = set_of(summary) else { return Ok(None) };
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&text).copied();
        let id = match known {
            Some(id) => id,
            None => {
                let sql = "INSERT INTO platform_sets (platforms) VALUES ($1) \
                           ON CONFLICT (platforms) DO UPDATE SET platforms = excluded.platforms RETURNING id";
                let mut transaction = database.write().await?;
                let id: i64 = transaction.one(sqlx::query(sql).bind(&text)).await?.try_get(0)?;
                transaction.commit().await?;
                self.remember(text, id);
                id
            }
        };
        Ok(Some(order(n_platforms, id)))
    }
}

impl Store {
    /// The numbers of all sets that hold a platform which a filter names.
    pub(super) async fn platform_sets_with(&self, filter: &str) -> Result<Vec<i64>> {
        let query = sqlx::query("SELECT id, platforms FROM platform_sets");
        let rows = self.database().await?.all(query).await?;
        let mut numbers = Vec::new();
        for row in rows {
            let text: String = row.try_get(1)?;
            if text.split(SEPARATOR).any(|it| parse(it).matches(filter)) {
                numbers.push(order(text.split(SEPARATOR).count(), row.try_get(0)?));
            }
        }
        Ok(numbers)
    }
}

fn order(n_platforms: usize, id: i64) -> i64 {
    (i64::try_from(n_platforms).unwrap_or_default() << 32) | (id & 0xffff_ffff)
}

/// The platforms as one text, and their number.
fn set_of(summary: &Summary) -> Option<(String, usize)> {
    let mut names: Vec<String> = summary.platforms.iter().map(|row| row.platform.to_string()).collect();
    names.sort_unstable();
    names.dedup();
    let n_platforms = names.len();
    (n_platforms > 0).then(|| (names.join(&SEPARATOR.to_string()), n_platforms))
}

/// Reads a platform as it is displayed.
fn parse(text: &str) -> Platform {
    let (path, version) = text.split_once(' ').map_or((text, None), |(path, version)| (path, Some(version)));
    let mut parts = path.splitn(3, '/').map(str::to_owned);
    Platform {
        os: parts.next().unwrap_or_default(),
        architecture: parts.next().unwrap_or_default(),
        variant: parts.next(),
        os_version: version.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_platforms_as_they_are_displayed() {
        for text in ["linux/amd64", "linux/arm/v7", "windows/amd64 10.0.20348.1", "unknown/unknown"] {
            assert_eq!(parse(text).to_string(), text);
        }
    }

    #[test]
    fn more_platforms_come_after_fewer() {
        assert!(order(2, 1) > order(1, 900));
    }
}
