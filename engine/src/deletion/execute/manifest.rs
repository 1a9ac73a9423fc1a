//! Removing a manifest with all its tags.

use std::iter;
use std::time::Duration;

use futures::future::{FutureExt, join, try_join, try_join_all};
use registry::client::ManifestBytes;
use registry::deletion::{Changed, Step};
use registry::{Digest, Error as RegistryError, Reference, Tag};
use tokio::time::Instant;

use super::{Beside, Taken, Trouble, Worker};
use crate::deletion::Outcome;
use crate::store::{ItemRecord, StoreError};

/// What was seen longer ago is looked at again before anything is deleted because of it.
const JUST_BEFORE: Duration = Duration::from_millis(100);

/// A manifest and its tags, just before the manifest is deleted.
#[derive(Debug)]
pub(in crate::deletion) struct Looked {
    at: Instant,
    manifest: Option<ManifestBytes>,
    /// Where each of the tags is.
    places: Vec<Option<Digest>>,
    /// Whether the manifest is in the trash already.
    is_kept: bool,
}

impl Looked {
    /// The first tag that is elsewhere by now, and where.
    fn moved(&self, digest: &Digest, tags: &[Tag]) -> Option<Changed> {
        let mut elsewhere =
            tags.iter().zip(&self.places).filter_map(|(tag, place)| Some((tag, place.as_ref()?)));
        let (tag, to) = elsewhere.find(|(_, place)| *place != digest)?;
        Some(Changed::TagMoved { tag: tag.clone(), to: Some(to.clone()) })
    }
}

impl Worker<'_> {
    /// Looks at what a step is about and keeps it, while something else is done.
    async fn look_ahead(&self, item: &ItemRecord, step: &Step) -> Option<Looked> {
        let Step::RemoveManifest { digest, tags } = step else { return None };
        // What goes wrong here goes wrong again in a moment, where it is told.
        let mut looked = self.look(digest, tags).await.ok()?;
        if let (Some(manifest), None) = (&looked.manifest, looked.moved(digest, tags)) {
            looked.is_kept = self.throw_away(item, manifest, tags, false, None).await.is_ok();
        }
        Some(looked)
    }

    /// Takes out of the trash what was kept ahead and is not deleted now.
    pub(in crate::deletion) async fn let_go(
        &self,
        item: &ItemRecord,
        looked: Option<Looked>,
    ) -> Result<(), StoreError> {
        match looked {
            Some(looked) if looked.is_kept => self.take_out(item).await,
            _ => Ok(()),
        }
    }

    /// The same for what was kept before this process went on with the job, where nothing came of it.
    pub(in crate::deletion) async fn let_go_of_begun(
        &self,
        item: &ItemRecord,
        step: &Step,
    ) -> Result<(), StoreError> {
        match step {
            Step::RemoveManifest { digest, .. } if matches!(self.manifest(digest).await, Ok(Some(_))) => {
                self.take_out(item).await
            }
            _ => Ok(()),
        }
    }

    /// Reads a manifest and where its tags are, all at once. What the first tag gives is both, unless the tag has moved.
    async fn look(&self, digest: &Digest, tags: &[Tag]) -> Result<Looked, RegistryError> {
        let at = Instant::now();
        let Some((first, others)) = tags.split_first() else {
            let manifest = self.manifest(digest).await?;
            return Ok(Looked { at, manifest, places: Vec::new(), is_kept: false });
        };
        let others = try_join_all(others.iter().map(|tag| self.where_is(tag)));
        let (on_tag, others) = try_join(self.tagged(first), others).await?;
        let places = iter::once(on_tag.as_ref().map(|it| it.digest.clone())).chain(others).collect();
        let manifest = match on_tag.filter(|it| it.digest == *digest) {
            Some(manifest) => Some(manifest),
            None => self.manifest(digest).await?,
        };
        Ok(Looked { at, manifest, places, is_kept: false })
    }

    pub(super) async fn remove_manifest(
        &self,
        item: &ItemRecord,
        digest: &Digest,
        tags: &[Tag],
        beside: &mut Beside<'_>,
    ) -> Result<Taken, Trouble> {
        let client = &self.place.upstream.client;
        // It stays there until it is certain that this is deleted: whoever finds it there lets go of it.
        let is_kept = beside.looked.as_ref().is_some_and(|it| it.is_kept);
        let looked = match beside.looked.as_mut().filter(|it| it.at.elapsed() < JUST_BEFORE) {
            Some(looked) => looked,
            None => &mut self.look(digest, tags).await?,
        };
        if let Some(why) = looked.moved(digest, tags).filter(|_| looked.manifest.is_some()) {
            return self.leave_alone(item, why.into()).await.map(Taken::Ended);
        }
        let manifest = match looked.manifest.take() {
            Some(manifest) => manifest,
            // Before the process was killed, this was done, and the trash has the only copy.
            None if item.begun => {
                beside.looked = None;
                return Ok(Taken::Said);
            }
            None => return Ok(Taken::Ended((Outcome::AlreadyGone, None))),
        };
        // What is kept already was so while nobody had asked the job to stop; who asks since then cancels it.
        if !is_kept {
            self.throw_away(item, &manifest, tags, false, None).await?;
        }
        beside.looked = None;
        let deletion = async {
            let began = Instant::now();
            let deleted = client.delete_manifest(&self.place.name, digest).await;
            self.pace.deleted_in(began.elapsed());
            deleted
        };
        let ahead = async {
            self.pace.late().await;
            let (item, step) = beside.next?;
            self.look_ahead(item, step).await
        };
        let (mut deleted, ahead) = join(deletion.boxed(), ahead.boxed()).await;
        if let Some(mut looked) = ahead {
            // A try before this one may have kept it.
            looked.is_kept |= beside.ahead.as_ref().is_some_and(|it| it.is_kept);
            beside.ahead = Some(looked);
        }
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
                let kept = (&Reference::Digest(digest.clone()), digest);
                self.take_out_unless_gone(item, kept, &error).await?;
                return Err(error.into());
            }
        }
        Ok(Taken::Said)
    }

    /// The manifest that a tag is on.
    async fn tagged(&self, tag: &Tag) -> Result<Option<ManifestBytes>, RegistryError> {
        self.read(&Reference::Tag(tag.clone())).await
    }
}
