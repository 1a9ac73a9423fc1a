//! What goes along with what is selected.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::plan::{KeepReason, Role};
use super::{Protected, Selection};
use crate::digest::Digest;
use crate::reference::Tag;

/// What goes: a set that contains nothing that something outside it needs.
#[derive(Default)]
pub(super) struct Closure<'a> {
    /// Every manifest that goes, and why.
    pub(super) manifests: BTreeMap<&'a Digest, Role>,
    /// Every tag that goes, with its manifest or alone.
    pub(super) tags: BTreeSet<&'a Tag>,
    /// Manifests that were selected and stay, with what needs them.
    pub(super) needed: BTreeMap<&'a Digest, Vec<Digest>>,
}

impl<'a> Closure<'a> {
    /// `roots` are the manifests that are to go with all their tags, `alone` the tags that are to go without.
    pub(super) fn of(
        graph: &Graph<'a>,
        protected: &Protected,
        mut roots: BTreeSet<&'a Digest>,
        mut alone: BTreeSet<&'a Tag>,
        selection: &Selection,
    ) -> Self {
        let mut needed = BTreeMap::new();
        loop {
            let mut it = Self::around(graph, protected, &roots, &alone);
            let outside = |digest: &Digest| -> Vec<Digest> {
                let parents = graph.parents(digest).iter();
                parents
                    .filter(|parent| !it.manifests.contains_key(**parent))
                    .map(|it| (*it).clone())
                    .collect()
            };
            let held: Vec<(&Digest, Vec<Digest>)> =
                roots.iter().map(|root| (*root, outside(root))).filter(|(_, by)| !by.is_empty()).collect();
            if held.is_empty() {
                it.needed = needed;
                return it;
            }
            for (root, by) in held {
                roots.remove(root);
                needed.insert(root, by);
                alone.extend(graph.tags_on(root).iter().filter(|tag| selection.tags.contains(**tag)));
            }
        }
    }

    fn around(
        graph: &Graph<'a>,
        protected: &Protected,
        roots: &BTreeSet<&'a Digest>,
        alone: &BTreeSet<&'a Tag>,
    ) -> Self {
        let mut it = Self { tags: alone.clone(), ..Self::default() };
        for root in roots {
            it.manifests.insert(root, Role::Selected);
            it.tags.extend(graph.tags_on(root));
        }
        // What may not go yet may go once its last parent has been found to go.
        loop {
            let mut found: Vec<(&Digest, Role)> = Vec::new();
            for digest in it.manifests.keys() {
                found.extend(graph.children(digest).map(|child| (child, Role::Child)));
                found.extend(graph.referrers(digest).iter().map(|referrer| (*referrer, Role::Referrer)));
                for tag in graph.attached(digest).iter().filter(|tag| !protected.contains_key(**tag)) {
                    it.tags.insert(tag);
                    let manifest = graph.holdings.tags.get(*tag).and_then(Option::as_ref);
                    found
                        .extend(manifest.filter(|it| graph.holds(it)).map(|digest| (digest, Role::Referrer)));
                }
            }
            // A list of referrers that would name none any more.
            for (list, tag) in graph.lists().filter(|(_, tag)| !protected.contains_key(*tag)) {
                let mut children = graph.children(list).peekable();
                if children.peek().is_some() && children.all(|child| it.manifests.contains_key(child)) {
                    it.tags.insert(tag);
                    found.push((list, Role::Referrer));
                }
            }
            let before = it.manifests.len();
            for (digest, role) in found {
                if !it.manifests.contains_key(digest) && it.keeps(graph, digest).is_none() {
                    it.manifests.insert(digest, role);
                }
            }
            if it.manifests.len() == before {
                return it;
            }
        }
    }

    /// Why a manifest stays that is related to one that goes; `None` if nothing keeps it.
    pub(super) fn keeps(&self, graph: &Graph<'_>, digest: &Digest) -> Option<KeepReason> {
        if !graph.holdings.unread.is_empty() {
            return Some(KeepReason::Unread { n: graph.holdings.unread.len() });
        }
        let tags: Vec<Tag> = graph
            .tags_on(digest)
            .iter()
            .filter(|tag| !self.tags.contains(**tag))
            .map(|it| (*it).clone())
            .collect();
        if !tags.is_empty() {
            return Some(KeepReason::Tagged { tags });
        }
        let parents = graph.parents(digest).iter().filter(|it| !self.manifests.contains_key(**it));
        let parents: Vec<Digest> = parents.map(|it| (*it).clone()).collect();
        if !parents.is_empty() {
            return Some(KeepReason::InIndex { indexes: parents });
        }
        let subject = graph.holdings.manifests.get(digest)?.subject.as_ref()?;
        (graph.holds(subject) && !self.manifests.contains_key(subject))
            .then(|| KeepReason::About { subject: subject.clone() })
    }
}
