//! Removing a manifest with all its tags.

use std::iter;
use std::time::Duration;

use futures::future::{FutureExt, OptionFuture, join3, try_join, try_join_all};
use registry::client::ManifestBytes;
use registry::deletion::{Changed, Step};
use registry::{Digest, Error as RegistryError, Reference, Tag};
use tokio::time::Instant;

use super::{Beside, Ending, Taken, Trouble, Worker};
use crate::deletion::{Outcome, Why};
use crate::store::ItemRecord;

/// What was seen longer ago is looked at again before anything is deleted because of it.
const JUST_BEFORE: Duration = Duration::from_millis(100);

/// A manifest and its tags, just before the manifest is deleted.
#[derive(Debug)]
pub(in crate::deletion) struct Looked {
    at: Instant,
    manifest: Option<ManifestBytes>,
    /// Where each of the tags is.
    places: Vec<Option<Digest>>,
}

impl Worker<'_> {
    /// Looks at what a step is about, while something else is done.
    async fn look_ahead(&self, step: &Step) -> Option<Looked> {
        let Step::RemoveManifest { digest, tags } = step else { return None };
        // What goes wrong here goes wrong again in a moment, where it is told.
        self.look(digest, tags).await.ok()
    }

    /// Reads a manifest and where its tags are, all at once. What the first tag gives is both, unless the tag has moved.
    async fn look(&self, digest: &Digest, tags: &[Tag]) -> Result<Looked, RegistryError> {
        let at = Instant::now();
        let Some((first, others)) = tags.split_first() else {
            return Ok(Looked { at, manifest: self.manifest(digest).await?, places: Vec::new() });
        };
        let others = try_join_all(others.iter().map(|tag| self.where_is(tag)));
        let (on_tag, others) = try_join(self.tagged(first), others).await?;
        let places = iter::once(on_tag.as_ref().map(|it| it.digest.clone())).chain(others).collect();
        let manifest = match on_tag.filter(|it| it.digest == *digest) {
            Some(manifest) => Some(manifest),
            None => self.manifest(digest).await?,
        };
        Ok(Looked { at, manifest, places })
    }

    pub(super) async fn remove_manifest(
        &self,
        item: &ItemRecord,
        digest: &Digest,
        tags: &[Tag],
        beside: &mut Beside<'_>,
    ) -> Result<Taken, Trouble> {
        let client = &self.place.upstream.client;
        let looked = match beside.looked.take().filter(|it| it.at.elapsed() < JUST_BEFORE) {
            Some(looked) => looked,
            None => self.look(digest, tags).await?,
        };
        let manifest = match looked.manifest {
            Some(manifest) => manifest,
            // Before the process was killed, this was done.
            None if item.begun => return Ok(Taken::Said),
            None => return Ok(Taken::Ended((Outcome::AlreadyGone, None))),
        };
        for (tag, place) in tags.iter().zip(looked.places) {
            if let Some(to) = place.filter(|it| it != digest) {
                let why = Changed::TagMoved { tag: tag.clone(), to: Some(to) };
                return self.leave_alone(item, why.into()).await.map(Taken::Ended);
            }
        }
        self.throw_away(item, &manifest, tags, false, None).await?;
        let deletion = client.delete_manifest(&self.place.name, digest).boxed();
        let ahead = OptionFuture::from(beside.next.map(|step| self.look_ahead(step).boxed()));
        let (mut deleted, settled, ahead) =
            join3(deletion, OptionFuture::from(beside.last.take()), ahead).await;
        (beside.settled, beside.ahead) = (settled, ahead.flatten());
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
        Ok(Taken::Said)
    }

    /// Whether a manifest that was deleted is gone, and its tags with it.
    pub(super) async fn read_back_manifest(&self, digest: &Digest, tags: &[Tag]) -> Result<Ending, Trouble> {
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

    /// Where a tag is that should lead nowhere. Reading it takes one request then, and a HEAD that is made sure of two.
    async fn reads(&self, tag: &Tag) -> Result<Option<Digest>, RegistryError> {
        Ok(self.tagged(tag).await?.map(|it| it.digest))
    }

    /// The manifest that a tag is on.
    async fn tagged(&self, tag: &Tag) -> Result<Option<ManifestBytes>, RegistryError> {
        self.read(&Reference::Tag(tag.clone())).await
    }
}
