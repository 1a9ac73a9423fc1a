//! Taking one step: checked just before, kept in the trash, and read back.

mod tag;

use std::time::Duration;

use bytes::Bytes;
use futures::future::{BoxFuture, OptionFuture, join, try_join, try_join_all};
use registry::client::{ManifestBytes, sha256_of};
use registry::deletion::{Changed, Holdings, Step};
use registry::{Digest, Error as RegistryError, Reference, Tag};
use serde_json::Value;
use tokio::time::Instant;

use super::{Outcome, Support, Why};
use crate::place::Place;
use crate::store::{ItemRecord, JobRecord, StoreError, Thrown};

/// What was seen longer ago is looked at again before anything is deleted because of it.
const JUST_BEFORE: Duration = Duration::from_millis(100);

/// A manifest and its tags, just before the manifest is deleted.
#[derive(Debug)]
pub(super) struct Looked {
    at: Instant,
    manifest: Option<ManifestBytes>,
    /// Where each of the tags is.
    places: Vec<Option<Digest>>,
}

/// What goes on beside a step.
#[derive(Default)]
pub(super) struct Beside<'a> {
    /// What was seen of this step just before, where that was done.
    pub(super) looked: Option<Looked>,
    /// Writes down how the last step ended. Whoever has killed the program by then finds that out once more.
    pub(super) note: Option<BoxFuture<'a, Result<(), StoreError>>>,
    /// What is looked at while this step is read back, and what was seen of it.
    pub(super) next: Option<&'a Step>,
    pub(super) ahead: Option<Looked>,
}

/// A job at work in its repository.
pub(super) struct Worker<'a> {
    pub(super) place: &'a Place,
    pub(super) job: &'a JobRecord,
    pub(super) support: Support,
}

/// How a step came to its end.
pub(super) type Ending = (Outcome, Option<Why>);

/// Why a step came to no end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server stops.
    #[error("it was left for later")]
    Left,
}

impl Worker<'_> {
    /// Takes a step of a plan.
    pub(super) async fn delete(
        &self,
        item: &ItemRecord,
        step: &Step,
        beside: &mut Beside<'_>,
    ) -> Result<Ending, Trouble> {
        match step {
            Step::RemoveTag { tag, digest } => Box::pin(self.remove_tag(item, tag, digest.as_ref())).await,
            Step::TrimReferrers { tag, digest, without } => self.trim(item, tag, digest, without).await,
            Step::RemoveManifest { digest, tags } => {
                Box::pin(self.remove_manifest(item, digest, tags, beside)).await
            }
        }
    }

    /// Whether the registry may have been changed by a step that was begun.
    pub(super) async fn has_changed(&self, step: &Step) -> Result<bool, RegistryError> {
        match step {
            // A stand-in or a shorter list may be on the tag, which must not stay there.
            Step::RemoveTag { .. } | Step::TrimReferrers { .. } => Ok(true),
            Step::RemoveManifest { digest, .. } => Ok(self.manifest(digest).await?.is_none()),
        }
    }

    /// Ends a step that must not be taken.
    pub(super) async fn leave_alone(&self, item: &ItemRecord, why: Why) -> Result<Ending, Trouble> {
        if item.begun {
            self.take_out(item).await?;
        }
        Ok((Outcome::Skipped, Some(why)))
    }

    /// Looks at what a step is about, while something else is done.
    async fn look_ahead(&self, step: &Step) -> Option<Looked> {
        let Step::RemoveManifest { digest, tags } = step else { return None };
        // What goes wrong here goes wrong again in a moment, where it is told.
        self.look(digest, tags).await.ok()
    }

    /// Reads a manifest and where its tags are, all at once.
    async fn look(&self, digest: &Digest, tags: &[Tag]) -> Result<Looked, RegistryError> {
        let at = Instant::now();
        let places = try_join_all(tags.iter().map(|tag| self.where_is(tag)));
        let (manifest, places) = try_join(self.manifest(digest), places).await?;
        Ok(Looked { at, manifest, places })
    }

    async fn remove_manifest(
        &self,
        item: &ItemRecord,
        digest: &Digest,
        tags: &[Tag],
        beside: &mut Beside<'_>,
    ) -> Result<Ending, Trouble> {
        let client = &self.place.upstream.client;
        let looked = match beside.looked.take().filter(|it| it.at.elapsed() < JUST_BEFORE) {
            Some(looked) => looked,
            None => self.look(digest, tags).await?,
        };
        let manifest = match looked.manifest {
            Some(manifest) => manifest,
            // Before the process was killed, this was done.
            None if item.begun => return self.read_back(digest, tags).await,
            None => return Ok((Outcome::AlreadyGone, None)),
        };
        for (tag, place) in tags.iter().zip(looked.places) {
            if let Some(to) = place.filter(|it| it != digest) {
                let why = Changed::TagMoved { tag: tag.clone(), to: Some(to) };
                return self.leave_alone(item, why.into()).await;
            }
        }
        self.throw_away(item, &manifest, tags, false, None).await?;
        let deletion = client.delete_manifest(&self.place.name, digest);
        let (mut deleted, noted) = join(deletion, OptionFuture::from(beside.note.take())).await;
        noted.transpose()?;
        if matches!(deleted, Err(RegistryError::Held { .. })) && self.support.by_tag && !tags.is_empty() {
            // zot refuses a manifest with several tags, where its rules say so; without them, it deletes it.
            for tag in tags {
                client.delete_tag(&self.place.name, tag).await?;
            }
            deleted = client.delete_manifest(&self.place.name, digest).await;
        }
        match deleted {
            Ok(_) => {}
            Err(error) => {
                self.take_out(item).await?;
                return Err(error.into());
            }
        }
        let ahead = OptionFuture::from(beside.next.map(|step| self.look_ahead(step)));
        let (ending, ahead) = join(self.read_back(digest, tags), ahead).await;
        beside.ahead = ahead.flatten();
        ending
    }

    /// Whether a manifest that was deleted is gone, and its tags with it.
    async fn read_back(&self, digest: &Digest, tags: &[Tag]) -> Result<Ending, Trouble> {
        let places = try_join_all(tags.iter().map(|tag| self.reads(tag)));
        let (mut manifest, places) = try_join(self.manifest(digest), places).await?;
        let mut remain = Vec::new();
        for (tag, _) in tags.iter().zip(places).filter(|(_, place)| place.as_ref() == Some(digest)) {
            // Some registries leave the tags (crane, newer Nexus), and take them off one by one.
            if self.support.by_tag {
                self.place.upstream.client.delete_tag(&self.place.name, tag).await?;
                if self.reads(tag).await?.as_ref() != Some(digest) {
                    // The manifest may have answered only because the tag was still on it.
                    manifest = self.manifest(digest).await?;
                    continue;
                }
            }
            remain.push(tag.clone());
        }
        Ok(match (manifest.is_some(), remain.is_empty()) {
            (false, true) => (Outcome::Deleted, None),
            (true, _) => (Outcome::StillThere, Some(Why::Ignored)),
            (false, false) => (Outcome::StillThere, Some(Why::TagsRemain { tags: remain })),
        })
    }

    /// What a tag gives that should be gone. Where there is nothing, this takes one request, and a HEAD that is made sure
    /// of takes two.
    async fn reads(&self, tag: &Tag) -> Result<Option<Digest>, RegistryError> {
        let reference = Reference::Tag(tag.clone());
        Ok(self.read(&reference).await?.map(|it| it.digest))
    }

    /// Writes a list of referrers anew without some of them, and deletes the old one.
    async fn trim(
        &self,
        item: &ItemRecord,
        tag: &Tag,
        digest: &Digest,
        without: &[Digest],
    ) -> Result<Ending, Trouble> {
        let (client, name) = (&self.place.upstream.client, &self.place.name);
        let now_at = self.where_is(tag).await?;
        let moved = Why::from(Changed::TagMoved { tag: tag.clone(), to: now_at.clone() });
        let Some(old) = self.manifest(digest).await? else {
            return Ok(if item.begun { (Outcome::Deleted, None) } else { (Outcome::Skipped, Some(moved)) });
        };
        let new = trimmed(&old.bytes, without);
        let new_digest = sha256_of(&new).await;
        if now_at.as_ref() != Some(digest) && now_at.as_ref() != Some(&new_digest) {
            return Ok((Outcome::Skipped, Some(moved)));
        }
        self.throw_away(item, &old, std::slice::from_ref(tag), false, None).await?;
        let reference = Reference::Tag(tag.clone());
        let put = client.put_manifest(name, &reference, &old.media_type, new).await;
        if let Err(error) = put {
            self.take_out(item).await?;
            return Err(error.into());
        }
        client.delete_manifest(name, digest).await?;
        Ok(match self.where_is(tag).await? == Some(new_digest) && self.manifest(digest).await?.is_none() {
            true => (Outcome::Deleted, None),
            false => (Outcome::StillThere, Some(Why::Ignored)),
        })
    }

    /// Where a tag is; nothing where it leads nowhere.
    pub(super) async fn where_is(&self, tag: &Tag) -> Result<Option<Digest>, RegistryError> {
        let (client, reference) = (&self.place.upstream.client, Reference::Tag(tag.clone()));
        match client.head_manifest(&self.place.name, &reference).await {
            Ok(head) => match head.digest {
                Some(digest) => Ok(Some(digest)),
                None => Ok(Some(client.manifest(&self.place.name, &reference).await?.digest)),
            },
            Err(error) if error.is_unknown() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A manifest, if the registry has it.
    pub(super) async fn manifest(&self, digest: &Digest) -> Result<Option<ManifestBytes>, RegistryError> {
        self.read(&Reference::Digest(digest.clone())).await
    }

    async fn read(&self, reference: &Reference) -> Result<Option<ManifestBytes>, RegistryError> {
        match self.place.upstream.client.manifest(&self.place.name, reference).await {
            Ok(manifest) => Ok(Some(manifest)),
            Err(error) if error.is_unknown() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn throw_away(
        &self,
        item: &ItemRecord,
        manifest: &ManifestBytes,
        tags: &[Tag],
        tags_only: bool,
        stand_in: Option<&Digest>,
    ) -> Result<(), StoreError> {
        let thrown = Thrown {
            job: &self.job.id,
            position: item.position,
            registry: &self.job.registry,
            repository: &self.job.repository,
            digest: &manifest.digest,
            media_type: &manifest.media_type,
            content: &manifest.bytes,
            tags,
            tags_only,
            actor: &self.job.actor.name,
        };
        self.place.upstream.store.throw_away(&thrown, stand_in).await
    }

    async fn take_out(&self, item: &ItemRecord) -> Result<(), StoreError> {
        self.place.upstream.store.take_out(&self.job.id, item.position).await
    }
}

/// The same after a step was taken, so that the next ones are checked against what is left.
pub(super) fn without(holdings: &mut Holdings, step: &Step) {
    match step {
        Step::RemoveTag { tag, .. } => drop(holdings.tags.remove(tag)),
        Step::TrimReferrers { tag, digest, .. } => {
            holdings.tags.remove(tag);
            holdings.manifests.remove(digest);
        }
        Step::RemoveManifest { digest, tags } => {
            holdings.manifests.remove(digest);
            for tag in tags {
                holdings.tags.remove(tag);
            }
        }
    }
}

/// A list of referrers without some of them.
fn trimmed(list: &Bytes, without: &[Digest]) -> Bytes {
    let mut value: Value = serde_json::from_slice(list).unwrap_or_default();
    if let Some(manifests) = value.get_mut("manifests").and_then(Value::as_array_mut) {
        manifests.retain(|it| {
            let digest = it.get("digest").and_then(Value::as_str);
            !without.iter().any(|gone| Some(gone.as_str()) == digest)
        });
    }
    Bytes::from(value.to_string())
}
