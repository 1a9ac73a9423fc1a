//! How the manifests and tags of a repository hang together.

use std::collections::{BTreeMap, BTreeSet};

use super::Holdings;
use crate::attached::{self, Attached};
use crate::digest::Digest;
use crate::reference::Tag;

/// The edges between what a repository holds, by the end that is asked from.
pub(super) struct Graph<'a> {
    pub(super) holdings: &'a Holdings,
    tags_on: BTreeMap<&'a Digest, Vec<&'a Tag>>,
    parents: BTreeMap<&'a Digest, Vec<&'a Digest>>,
    referrers: BTreeMap<&'a Digest, Vec<&'a Digest>>,
    attached: BTreeMap<Digest, Vec<&'a Tag>>,
    /// Lists of referrers under a fallback tag, with that tag. They name their children, and do not need them.
    lists: BTreeMap<&'a Digest, &'a Tag>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(holdings: &'a Holdings) -> Self {
        let mut it = Self {
            holdings,
            tags_on: BTreeMap::new(),
            parents: BTreeMap::new(),
            referrers: BTreeMap::new(),
            attached: BTreeMap::new(),
            lists: BTreeMap::new(),
        };
        for (tag, digest) in &holdings.tags {
            let carried = attached::parse(tag);
            if let Some(digest) = digest {
                it.tags_on.entry(digest).or_default().push(tag);
                if matches!(carried, Some((_, Attached::Referrers))) {
                    it.lists.insert(digest, tag);
                }
            }
            if let Some((subject, _)) = carried {
                it.attached.entry(subject).or_default().push(tag);
            }
        }
        for (digest, held) in &holdings.manifests {
            if !it.lists.contains_key(digest) {
                for child in &held.children {
                    it.parents.entry(child).or_default().push(digest);
                }
            }
            if let Some(subject) = &held.subject {
                it.referrers.entry(subject).or_default().push(digest);
            }
        }
        it
    }

    pub(super) fn holds(&self, digest: &Digest) -> bool {
        self.holdings.manifests.contains_key(digest)
    }

    /// All tags on a manifest.
    pub(super) fn tags_on(&self, digest: &Digest) -> &[&'a Tag] {
        self.tags_on.get(digest).map_or(&[], Vec::as_slice)
    }

    /// The indexes that need a manifest.
    pub(super) fn parents(&self, digest: &Digest) -> &[&'a Digest] {
        self.parents.get(digest).map_or(&[], Vec::as_slice)
    }

    /// The manifests that refer to a manifest.
    pub(super) fn referrers(&self, digest: &Digest) -> &[&'a Digest] {
        self.referrers.get(digest).map_or(&[], Vec::as_slice)
    }

    /// The tags that carry something for a manifest: `sha256-….sig` and the like.
    pub(super) fn attached(&self, digest: &Digest) -> &[&'a Tag] {
        self.attached.get(digest).map_or(&[], Vec::as_slice)
    }

    /// The children of a manifest that are there.
    pub(super) fn children(&self, digest: &Digest) -> impl Iterator<Item = &'a Digest> + use<'a> {
        let holdings = self.holdings;
        let held = holdings.manifests.get(digest);
        held.into_iter().flat_map(|it| &it.children).filter(|it| holdings.manifests.contains_key(*it))
    }

    /// How many children of a manifest are not there.
    pub(super) fn n_missing(&self, digest: &Digest) -> usize {
        let children: BTreeSet<&Digest> =
            self.holdings.manifests.get(digest).into_iter().flat_map(|it| &it.children).collect();
        children.into_iter().filter(|it| !self.holds(it)).count()
    }

    /// The lists of referrers under a fallback tag.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&'a Digest, &'a Tag)> {
        self.lists.iter().map(|(digest, tag)| (*digest, *tag))
    }
}
