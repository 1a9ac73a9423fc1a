//! Removing a tag and nothing else.

use registry::client::ManifestBytes;
use registry::deletion::Changed;
use registry::{Digest, Error as RegistryError, Reference, Tag};

use super::{Ending, Trouble, Worker};
use crate::deletion::stand_in::StandIn;
use crate::deletion::{Outcome, Why};
use crate::store::ItemRecord;
use crate::upstream::unique;

impl Worker<'_> {
    pub(super) async fn remove_tag(
        &self,
        item: &ItemRecord,
        tag: &Tag,
        digest: Option<&Digest>,
    ) -> Result<Ending, Trouble> {
        let now_at = self.where_is(tag).await?;
        if let (Some(stand_in), true) = (&item.stand_in, now_at == item.stand_in) {
            let original = match digest {
                Some(digest) => self.manifest(digest).await?,
                None => None,
            };
            return self.delete_stand_in(item, tag, stand_in, original.as_ref()).await;
        }
        match (&now_at, digest) {
            (Some(to), expected) if Some(to) != expected => {
                let why = Changed::TagMoved { tag: tag.clone(), to: now_at };
                return self.leave_alone(item, why.into()).await;
            }
            (None, Some(_)) => {
                let outcome = if item.begun { Outcome::Deleted } else { Outcome::AlreadyGone };
                return Ok((outcome, None));
            }
            (None, None) if !self.is_listed(tag).await? => {
                let outcome = if item.begun { Outcome::Deleted } else { Outcome::AlreadyGone };
                return Ok((outcome, None));
            }
            _ => {}
        }
        let original = match digest {
            Some(digest) => self.manifest(digest).await?,
            None => None,
        };
        if self.support.by_tag {
            return self.remove_tag_by_name(item, tag, original.as_ref()).await;
        }
        let like = original.as_ref().map_or("", |it| it.media_type.as_str());
        let stand_in = StandIn::like(like, &unique()).await;
        let (client, name) = (&self.place.upstream.client, &self.place.name);
        client.put_blob(name, stand_in.config.clone()).await?;
        self.keep(item, tag, original.as_ref(), Some(&stand_in.digest)).await?;
        // As late as can be, for no registry puts something on a tag only if it is still where it was.
        let now_at = self.where_is(tag).await?;
        if now_at.as_ref() != digest {
            self.take_out(item).await?;
            return Ok((Outcome::Skipped, Some(Changed::TagMoved { tag: tag.clone(), to: now_at }.into())));
        }
        let reference = Reference::Tag(tag.clone());
        let put = client.put_manifest(name, &reference, stand_in.media_type, stand_in.manifest.clone()).await;
        if let Err(error) = put {
            if let Some(original) = &original {
                self.take_out_unless_gone(item, (&reference, &original.digest), &error).await?;
            }
            return Err(error.into());
        }
        self.delete_stand_in(item, tag, &stand_in.digest, original.as_ref()).await
    }

    /// Deletes what was put on a tag, and the tag with it. If that cannot be done, the tag is put back where it was.
    async fn delete_stand_in(
        &self,
        item: &ItemRecord,
        tag: &Tag,
        stand_in: &Digest,
        original: Option<&ManifestBytes>,
    ) -> Result<Ending, Trouble> {
        let (client, name) = (&self.place.upstream.client, &self.place.name);
        let now_at = self.where_is(tag).await?;
        let was_pushed_meanwhile = now_at.as_ref().is_some_and(|it| it != stand_in);
        let deleted = client.delete_manifest(name, stand_in).await;
        if was_pushed_meanwhile {
            self.take_out(item).await?;
            return Ok((Outcome::Skipped, Some(Changed::TagMoved { tag: tag.clone(), to: now_at }.into())));
        }
        let is_gone = match &deleted {
            Ok(_) => self.where_is(tag).await?.as_ref() != Some(stand_in),
            Err(_) => false,
        };
        if is_gone {
            return Ok((Outcome::Deleted, None));
        }
        if let Some(original) = original {
            let reference = Reference::Tag(tag.clone());
            client.put_manifest(name, &reference, &original.media_type, original.bytes.clone()).await?;
            self.take_out(item).await?;
        }
        deleted?;
        Ok((Outcome::StillThere, Some(Why::Ignored)))
    }

    async fn remove_tag_by_name(
        &self,
        item: &ItemRecord,
        tag: &Tag,
        original: Option<&ManifestBytes>,
    ) -> Result<Ending, Trouble> {
        self.keep(item, tag, original, None).await?;
        if let Err(error) = self.place.upstream.client.delete_tag(&self.place.name, tag).await {
            if let Some(original) = original {
                let kept = (&Reference::Tag(tag.clone()), &original.digest);
                self.take_out_unless_gone(item, kept, &error).await?;
            }
            return Err(error.into());
        }
        let is_there = match original {
            Some(original) => self.where_is(tag).await?.as_ref() == Some(&original.digest),
            None => self.is_listed(tag).await?,
        };
        if is_there {
            self.take_out(item).await?;
            return Ok((Outcome::StillThere, Some(Why::Ignored)));
        }
        Ok((Outcome::Deleted, None))
    }

    async fn is_listed(&self, tag: &Tag) -> Result<bool, RegistryError> {
        match self.place.upstream.client.tags(&self.place.name).await {
            Ok(tags) => Ok(tags.contains(tag)),
            Err(error) if error.is_unknown() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Keeps what a tag is on, so that the tag can be put back; one that leads nowhere leaves nothing to keep.
    async fn keep(
        &self,
        item: &ItemRecord,
        tag: &Tag,
        original: Option<&ManifestBytes>,
        stand_in: Option<&Digest>,
    ) -> Result<(), Trouble> {
        match original {
            Some(original) => {
                self.throw_away(item, original, std::slice::from_ref(tag), true, stand_in).await
            }
            None => {
                let store = &self.place.upstream.store;
                Ok(store.begin_item(&self.job.id, item.position, stand_in).await?)
            }
        }
    }
}
