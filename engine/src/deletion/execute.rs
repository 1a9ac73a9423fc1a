//! Taking one step: checked just before, kept in the trash, and read back.

mod manifest;
mod pace;
mod read_back;
mod tag;

use bytes::Bytes;
use futures::future::FutureExt;
use registry::client::{ManifestBytes, sha256_of};
use registry::deletion::{Changed, Holdings, Step};
use registry::{Digest, Error as RegistryError, Reference, Tag};
use serde_json::Value;

use super::{Outcome, Support, Why};
use crate::place::Place;
use crate::store::{ItemRecord, JobRecord, StoreError, Thrown};

pub(super) use manifest::Looked;
pub(super) use pace::Pace;

/// What goes on while a step is taken.
#[derive(Default)]
pub(super) struct Beside<'a> {
    /// What was seen of this step just before, where that was done; left there where it was not needed.
    pub(super) looked: Option<Looked>,
    /// What is looked at and kept meanwhile, and what was seen of it.
    pub(super) next: Option<(&'a ItemRecord, &'a Step)>,
    pub(super) ahead: Option<Looked>,
}

/// How far a step has come.
pub(super) enum Taken {
    /// The registry says that it has done it, which is not read back yet.
    Said,
    Ended(Ending),
}

/// A job at work in its repository.
pub(super) struct Worker<'a> {
    pub(super) place: &'a Place,
    pub(super) job: &'a JobRecord,
    pub(super) support: Support,
    pub(super) pace: Pace,
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
    /// The server stops, or the job was asked to.
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
    ) -> Result<Taken, Trouble> {
        match step {
            Step::RemoveTag { tag, digest } => {
                Box::pin(self.remove_tag(item, tag, digest.as_ref())).await.map(Taken::Ended)
            }
            Step::TrimReferrers { tag, digest, without } => {
                self.trim(item, tag, digest, without).await.map(Taken::Ended)
            }
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

    /// Takes out of the trash what a call that failed has left where it was. The answer may have been lost on its way
    /// although the registry did as it was asked; then the trash has the only copy, so it is kept unless another is seen.
    async fn take_out_unless_gone(
        &self,
        item: &ItemRecord,
        (reference, digest): (&Reference, &Digest),
        error: &RegistryError,
    ) -> Result<(), StoreError> {
        let was_refused = !error.is_temporary() || matches!(error, RegistryError::RateLimited { .. });
        let is_there = async || matches!(self.read(reference).await, Ok(Some(it)) if it.digest == *digest);
        match was_refused || is_there().await {
            true => self.take_out(item).await,
            false => Ok(()),
        }
    }

    /// Ends a step that must not be taken.
    pub(super) async fn leave_alone(&self, item: &ItemRecord, why: Why) -> Result<Ending, Trouble> {
        if item.begun {
            self.take_out(item).await?;
        }
        Ok((Outcome::Skipped, Some(why)))
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
            return self.leave_alone(item, moved).await;
        }
        self.throw_away(item, &old, std::slice::from_ref(tag), false, None).await?;
        let reference = Reference::Tag(tag.clone());
        let put = client.put_manifest(name, &reference, &old.media_type, new).await;
        if let Err(error) = put {
            self.take_out_unless_gone(item, (&reference, digest), &error).await?;
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
        match self.pace.ask(client.head_manifest(&self.place.name, &reference).boxed()).await {
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
        match self.pace.ask(self.place.upstream.client.manifest(&self.place.name, reference).boxed()).await {
            Ok(manifest) => Ok(Some(manifest)),
            Err(error) if error.is_unknown() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps what is about to be deleted. It is left, if the job was asked to stop.
    async fn throw_away(
        &self,
        item: &ItemRecord,
        manifest: &ManifestBytes,
        tags: &[Tag],
        tags_only: bool,
        stand_in: Option<&Digest>,
    ) -> Result<(), Trouble> {
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
        match self.place.upstream.store.throw_away(&thrown, stand_in).await? {
            true => Ok(()),
            false => {
                // It is still there, whatever an earlier try has kept.
                self.take_out(item).await?;
                Err(Trouble::Left)
            }
        }
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
