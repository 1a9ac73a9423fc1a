//! What looks at tags found, written many at a time.

mod rows;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use registry::summary::{State, Summary};
use registry::{Digest, Tag};

use super::manifests::ManifestRecord;
use super::writing::Shown;
use super::{Millis, RepositoryId, Result, Store};
use rows::NewRow;

/// What a look at a tag found.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) repository: RepositoryId,
    pub(crate) tag: Tag,
    pub(crate) seen_at: Millis,
    /// Whether the repository was known before, so that a tag that appears or moves was pushed just now.
    pub(crate) is_known: bool,
    pub(crate) found: Found,
}

/// Where a tag is.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// Where it was before; the number is that of its row.
    Same(i64),
    /// On a manifest.
    On {
        digest: Digest,
        summary: Arc<Summary>,
        /// What was read of it just now; absent where the inventory holds it.
        record: Option<Arc<ManifestRecord>>,
    },
    /// It is listed and cannot be read.
    Broken { state: State, detail: Option<String> },
}

/// What a finding changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing that anybody sees.
    None,
    /// What a row shows, or that there is one.
    Row,
}

impl Store {
    /// Writes findings in one transaction; says of each what it changed.
    ///
    /// Of several findings of one tag the last one counts.
    pub(crate) async fn write_findings(&self, findings: &[Finding]) -> Result<Vec<Change>> {
        let database = self.database().await?;
        let mut changes = vec![Change::None; findings.len()];
        let mut platforms = Vec::with_capacity(findings.len());
        for finding in findings {
            platforms.push(match &finding.found {
                Found::On { summary, .. } => database.platforms.number(summary, database).await?,
                _ => None,
            });
        }
        let mut by_repository: BTreeMap<RepositoryId, Vec<usize>> = BTreeMap::new();
        for (index, finding) in findings.iter().enumerate() {
            by_repository.entry(finding.repository).or_default().push(index);
        }
        let mut transaction = database.write().await?;
        let mut blobs = HashMap::new();
        for (repository, indexes) in by_repository {
            let sql = "SELECT id FROM repositories WHERE id = $1";
            if transaction.optional(sqlx::query(sql).bind(repository.0)).await?.is_none() {
                // It vanished from the catalog while it was looked at.
                continue;
            }
            let records = indexes.iter().filter_map(|&index| match &findings[index].found {
                Found::On { record: Some(record), .. } => Some(&**record),
                _ => None,
            });
            let (mut manifests, numbers) =
                database.write_manifests(&mut transaction, repository, records).await?;
            blobs.extend(numbers);
            let mut last: BTreeMap<&Tag, usize> = BTreeMap::new();
            let mut same: BTreeMap<Millis, Vec<i64>> = BTreeMap::new();
            for &index in &indexes {
                match findings[index].found {
                    Found::Same(id) => same.entry(findings[index].seen_at).or_default().push(id),
                    _ => drop(last.insert(&findings[index].tag, index)),
                }
            }
            rows::touch(&mut transaction, &same).await?;
            let looked = last.values().map(|&it| &findings[it]);
            rows::look_up(&mut transaction, repository, looked, &mut manifests).await?;
            let tags: Vec<&Tag> = last.keys().copied().collect();
            let before = rows::before(&mut transaction, repository, &tags).await?;
            let mut written = Vec::with_capacity(last.len());
            for (&tag, &index) in &last {
                let before = before.get(tag.as_str());
                let Some(row) = NewRow::of(&findings[index], &manifests, platforms[index], before) else {
                    continue;
                };
                if row.differs_from(before) {
                    changes[index] = Change::Row;
                }
                written.push(row);
            }
            rows::write(&mut transaction, repository, &written).await?;
        }
        // Where all are where they were, only the times of the looks are new.
        let is_same = findings.iter().all(|it| matches!(it.found, Found::Same(_)));
        transaction.commit_as(if is_same { Shown::Looks } else { Shown::Rows }).await?;
        database.remember_blobs(blobs).await;
        Ok(changes)
    }
}
