//! Putting back what was deleted.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::Timestamp;
use registry::manifest::Manifest;
use registry::{Digest, Error as RegistryError, Reference, RepositoryName, Tag};

use super::execute::{Ending, Trouble, Worker};
use super::{Job, Outcome, Task, Why};
use crate::access::Role;
use crate::scan::timestamp;
use crate::store::{ItemRecord, Ledger, TrashRecord, now};
use crate::{Engine, Error};

/// Something in the trash.
#[derive(Clone, Debug)]
pub struct TrashEntry {
    /// Its number.
    pub id: i64,
    /// The job that deleted it.
    pub job: String,
    /// The id of the registry.
    pub registry: String,
    /// The repository.
    pub repository: RepositoryName,
    /// Its digest.
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// The tags that were on it and went.
    pub tags: Vec<Tag>,
    /// Whether only the tags went.
    pub tags_only: bool,
    /// When it was deleted.
    pub deleted_at: Timestamp,
    /// Until when it can be put back.
    pub kept_until: Timestamp,
    /// Who deleted it.
    pub actor: String,
}

impl Engine {
    /// What can be put back, the newest first; of everything, or of one job. What has been there for too long is
    /// forgotten first.
    pub async fn trash(&self, job: Option<&str>, limit: usize) -> Result<Vec<TrashEntry>, Error> {
        let kept = i64::try_from(self.policy.trash_for.as_millis()).unwrap_or(i64::MAX);
        self.store.empty_trash(now().saturating_sub(kept)).await?;
        let visible = self.visible_places(Ledger::Trash, Role::Maintainer).await?;
        let entries =
            self.store.trash(job, visible.as_deref(), limit).await?.into_iter().map(|it| TrashEntry {
                id: it.id,
                job: it.job,
                registry: it.registry,
                repository: it.repository,
                digest: it.digest,
                media_type: it.media_type,
                tags: it.tags,
                tags_only: it.tags_only,
                deleted_at: timestamp(it.deleted_at),
                kept_until: timestamp(it.deleted_at.saturating_add(kept)),
                actor: it.actor,
            });
        Ok(entries.collect())
    }

    /// Puts things back, with the children that were deleted with them: a job for each repository. `overwrite` takes tags
    /// away from where they are by now.
    ///
    /// # Errors
    /// [`Error::NotInTrash`] where one of them is not there.
    pub async fn restore(&self, entries: &[i64], overwrite: bool) -> Result<Vec<Job>, Error> {
        self.restoring_must_be_on().await?;
        let mut wanted: BTreeMap<i64, TrashRecord> = BTreeMap::new();
        for id in entries {
            let record = self.store.trashed(*id).await?.ok_or(Error::NotInTrash)?;
            self.may_restore(&record).await?;
            self.with_children(record, &mut wanted).await?;
        }
        self.begin_restoring(wanted.into_values().collect(), overwrite).await
    }

    /// Puts back everything that a job deleted.
    ///
    /// # Errors
    /// [`Error::NotInTrash`] where there is nothing of it.
    pub async fn restore_job(&self, job: &str, overwrite: bool) -> Result<Vec<Job>, Error> {
        self.restoring_must_be_on().await?;
        let records = self.store.trash(Some(job), None, usize::MAX).await?;
        // Those of a job are of one repository.
        self.may_restore(records.first().ok_or(Error::NotInTrash)?).await?;
        self.begin_restoring(records, overwrite).await
    }

    async fn restoring_must_be_on(&self) -> Result<(), Error> {
        self.must_be_known()?;
        if self.policy.enabled {
            return Ok(());
        }
        self.write_refusal("", "", &Error::DeletionOff).await?;
        Err(Error::DeletionOff)
    }

    /// Refuses where nothing may be put back into the repository of something, or not by who asks. What they may not see
    /// is not in the trash.
    async fn may_restore(&self, record: &TrashRecord) -> Result<(), Error> {
        match self.may_delete(&record.registry, &record.repository).await {
            Ok(_) => Ok(()),
            Err(Error::Registry(RegistryError::RepositoryUnknown { .. })) => Err(Error::NotInTrash),
            Err(error) => Err(error),
        }
    }

    /// An index is put back with its children, as far as they are in the trash as well.
    async fn with_children(
        &self,
        record: TrashRecord,
        into: &mut BTreeMap<i64, TrashRecord>,
    ) -> Result<(), Error> {
        let mut open = vec![record];
        while let Some(record) = open.pop() {
            if into.contains_key(&record.id) {
                continue;
            }
            let content = self.store.trash_content(record.id).await?.unwrap_or_default();
            if let Ok(Manifest::Index(index)) = Manifest::parse(&record.media_type, &content) {
                for child in index.manifests {
                    let found = self
                        .store
                        .trashed_digest(&record.registry, &record.repository, &child.digest)
                        .await?;
                    open.extend(found);
                }
            }
            into.insert(record.id, record);
        }
        Ok(())
    }

    async fn begin_restoring(
        &self,
        mut records: Vec<TrashRecord>,
        overwrite: bool,
    ) -> Result<Vec<Job>, Error> {
        // They were deleted from the outside to the inside, and a registry takes an index only with its children.
        records.sort_by_key(|it| std::cmp::Reverse((it.job.clone(), it.position)));
        let mut by_place: BTreeMap<(String, RepositoryName), Vec<Task>> = BTreeMap::new();
        let mut seen: BTreeSet<i64> = BTreeSet::new();
        for record in records.into_iter().filter(|it| seen.insert(it.id)) {
            let task =
                Task::Restore { entry: record.id, digest: record.digest, tags: record.tags, overwrite };
            by_place.entry((record.registry, record.repository)).or_default().push(task);
        }
        let mut jobs = Vec::new();
        for ((registry, repository), tasks) in by_place {
            jobs.push(self.begin_job(None, &registry, &repository, &tasks).await?);
        }
        Ok(jobs)
    }
}

impl Worker<'_> {
    /// Puts one thing back.
    pub(super) async fn restore(
        &self,
        item: &ItemRecord,
        entry: i64,
        overwrite: bool,
    ) -> Result<Ending, Trouble> {
        let store = &self.place.upstream.store;
        let Some(record) = store.trashed(entry).await? else {
            // Before the process was killed, this was done.
            return Ok(match item.begun {
                true => (Outcome::Restored, None),
                false => (Outcome::NotRestored, Some(Why::NotInTrash)),
            });
        };
        store.begin_item(&self.job.id, item.position, None).await?;
        let content = Bytes::from(store.trash_content(entry).await?.unwrap_or_default());
        let mut changed = false;
        if self.manifest(&record.digest).await?.is_none() {
            match self.put(&record, Reference::Digest(record.digest.clone()), &content).await {
                Ok(()) => changed = true,
                Err(error @ RegistryError::ContentMissing { .. }) => {
                    return Ok((Outcome::NotRestored, Some(Why::from(&error))));
                }
                Err(error) => return Err(error.into()),
            }
        }
        let mut elsewhere = None;
        for tag in &record.tags {
            match self.where_is(tag).await? {
                Some(digest) if digest == record.digest => {}
                Some(digest) if !overwrite => {
                    elsewhere.get_or_insert(Why::TagElsewhere { tag: tag.clone(), digest });
                }
                _ => {
                    self.put(&record, Reference::Tag(tag.clone()), &content).await?;
                    changed = true;
                }
            }
        }
        if let Some(why) = elsewhere {
            return Ok((Outcome::NotRestored, Some(why)));
        }
        store.mark_restored(entry).await?;
        Ok((if changed { Outcome::Restored } else { Outcome::AlreadyThere }, None))
    }

    async fn put(
        &self,
        record: &TrashRecord,
        reference: Reference,
        content: &Bytes,
    ) -> Result<(), RegistryError> {
        let client = &self.place.upstream.client;
        client.put_manifest(&self.place.name, &reference, &record.media_type, content.clone()).await
    }
}
