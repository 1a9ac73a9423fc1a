//! Finding out whether what was deleted is gone.

use std::collections::HashSet;

use futures::future::{FutureExt, join_all, try_join_all};
use registry::deletion::Step;
use registry::{Digest, Reference, Tag};

use super::{Ending, Trouble, Worker};
use crate::deletion::{Outcome, Why};

/// How many names a list of tags may have for each that is looked for in it, or the tags are asked for one by one:
/// registries that give fewer than a hundred of them in an answer are rare, and those that give all in one are not.
const NAMES: usize = 200;

impl Worker<'_> {
    /// Whether what steps have deleted is gone, in their order. `n_tags` is about how many tags the repository has.
    pub(in crate::deletion) async fn read_back(
        &self,
        steps: &[&Step],
        n_tags: usize,
    ) -> Vec<Result<Ending, Trouble>> {
        let n_removed: usize = steps.iter().map(|step| step.tags().len()).sum();
        let listed = match n_removed > 1 && n_tags <= n_removed.saturating_mul(NAMES) {
            true => self.listed().await,
            false => None,
        };
        let listed = listed.as_ref();
        join_all(steps.iter().map(|step| self.read_back_one(step, listed).boxed())).await
    }

    /// The same for one step.
    pub(in crate::deletion) async fn read_back_alone(&self, step: &Step) -> Result<Ending, Trouble> {
        self.read_back_one(step, None).await
    }

    /// All tags; nothing where they cannot be listed.
    async fn listed(&self) -> Option<HashSet<Tag>> {
        let tags = self.place.upstream.client.tags(&self.place.name).boxed();
        let tags = self.pace.aside(self.pace.ask(tags)).await;
        tags.ok().map(HashSet::from_iter)
    }

    async fn read_back_one(&self, step: &Step, listed: Option<&HashSet<Tag>>) -> Result<Ending, Trouble> {
        // The others read back what they do while they do it; nobody says of them that it is done without that.
        let Step::RemoveManifest { digest, tags } = step else { return Err(Trouble::Left) };
        let mut manifest = self.pace.aside(self.manifest(digest).boxed()).await?;
        let mut remain = Vec::new();
        // What is not listed is gone, as far as its manifest is.
        let is_open = |tag: &&Tag| manifest.is_some() || listed.is_none_or(|it| it.contains(*tag));
        let open: Vec<&Tag> = tags.iter().filter(is_open).collect();
        let places = try_join_all(open.iter().map(|tag| self.reads(tag))).await?;
        for (tag, _) in open.into_iter().zip(places).filter(|(_, place)| place.as_ref() == Some(digest)) {
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
    async fn reads(&self, tag: &Tag) -> Result<Option<Digest>, Trouble> {
        let tag = Reference::Tag(tag.clone());
        let on_tag = self.pace.aside(self.read(&tag).boxed()).await?;
        Ok(on_tag.map(|it| it.digest))
    }
}
