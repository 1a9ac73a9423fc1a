//! Making a plan.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::closure::Closure;
use super::graph::Graph;
use super::order::order;
use super::plan::{
    Keep, KeepReason, Kept, ManifestRemoval, Plan, Refusal, RefusalReason, Role, Step, TagRemoval,
};
use super::{Holdings, Mode, Protected, Selection};
use crate::digest::Digest;
use crate::reference::Tag;

/// How many shared blobs a plan names; it counts all of them.
const NAMED_BLOBS: usize = 10;

impl Plan {
    /// Says what deleting a selection does.
    pub fn make(holdings: &Holdings, selection: &Selection, protected: &Protected) -> Self {
        let graph = Graph::of(holdings);
        let mut plan = Self::default();
        let (roots, alone) = plan.resolve(&graph, selection, protected);
        let closure = Closure::of(&graph, protected, roots, alone, selection);
        plan.tell_tags(&graph, &closure);
        plan.tell_manifests(&graph, &closure);
        plan.tell_needed(&graph, &closure, selection);
        plan.tell_related(&graph, &closure);
        plan.tell_blobs(holdings, &closure);
        plan.steps = plan.in_order(&graph, &closure);
        plan.tell_trimmed(holdings);
        plan
    }

    /// Which manifests are to go with all their tags, and which tags alone.
    fn resolve<'a>(
        &mut self,
        graph: &Graph<'a>,
        selection: &Selection,
        protected: &Protected,
    ) -> (BTreeSet<&'a Digest>, BTreeSet<&'a Tag>) {
        let holdings = graph.holdings;
        let n_unread = holdings.unread.len();
        let (mut roots, mut alone) = (BTreeSet::new(), BTreeSet::new());
        let mut refuse = |what: &str, why| self.refused.push(Refusal { what: what.to_owned(), why });
        for digest in &selection.digests {
            let tags = graph.tags_on(digest);
            let guarded = tags.iter().find_map(|tag| Some((*tag, protected.get(*tag)?)));
            match (holdings.manifests.get_key_value(digest), guarded) {
                (None, _) => refuse(digest.as_str(), RefusalReason::Gone),
                (_, Some((tag, pattern))) => {
                    let why = RefusalReason::Protected { tag: tag.clone(), pattern: pattern.clone() };
                    refuse(digest.as_str(), why);
                }
                (Some(_), None) if n_unread > 0 => {
                    refuse(digest.as_str(), RefusalReason::Unread { n: n_unread });
                }
                (Some((digest, _)), None) => drop(roots.insert(digest)),
            }
        }
        let mut by_digest: BTreeMap<&Digest, Vec<&Tag>> = BTreeMap::new();
        for name in &selection.tags {
            let why = match (holdings.tags.get_key_value(name), protected.get(name)) {
                (_, Some(pattern)) => {
                    RefusalReason::Protected { tag: name.clone(), pattern: pattern.clone() }
                }
                // Where it is, nobody knows; what is put on it instead can be removed all the same, but not looked at.
                (Some((tag, _)), None) if holdings.unread.contains(tag) => {
                    RefusalReason::Unread { n: n_unread }
                }
                (Some((tag, digest)), None) => {
                    match digest.as_ref().filter(|it| graph.holds(it)) {
                        Some(digest) => by_digest.entry(digest).or_default().push(tag),
                        None => drop(alone.insert(tag)),
                    }
                    continue;
                }
                (None, None) => RefusalReason::Gone,
            };
            refuse(name.as_str(), why);
        }
        for (digest, selected) in by_digest {
            let tags = graph.tags_on(digest);
            let all = selected.len() == tags.len();
            let wanted = all || selection.mode == Mode::Manifest;
            let guarded = tags.iter().find_map(|tag| Some((*tag, protected.get(*tag)?)));
            match guarded {
                Some((tag, pattern)) if wanted => {
                    let why = RefusalReason::Protected { tag: tag.clone(), pattern: pattern.clone() };
                    refuse(digest.as_str(), why);
                    alone.extend(selected);
                }
                None if wanted && n_unread == 0 => drop(roots.insert(digest)),
                _ => alone.extend(selected),
            }
        }
        (roots, alone)
    }

    fn tell_tags(&mut self, graph: &Graph<'_>, closure: &Closure<'_>) {
        for tag in &closure.tags {
            let digest = graph.holdings.tags.get(*tag).and_then(Clone::clone);
            let alone = digest.as_ref().is_none_or(|it| !closure.manifests.contains_key(it));
            self.tags.push(TagRemoval { tag: (*tag).clone(), digest: digest.clone(), alone });
            if let Some(digest) = digest.filter(|_| alone) {
                let stay = graph.tags_on(&digest).iter().filter(|it| !closure.tags.contains(**it));
                let stay: Vec<Tag> = stay.map(|it| (*it).clone()).collect();
                // Said once, for the first of the tags that go.
                let is_first = !self.keeps.iter().any(|it| it.what == Kept::Tags(stay.clone()));
                if !stay.is_empty() && is_first {
                    let why = KeepReason::SameManifest { tag: (*tag).clone() };
                    self.keeps.push(Keep { what: Kept::Tags(stay), why });
                }
            }
        }
    }

    fn tell_manifests(&mut self, graph: &Graph<'_>, closure: &Closure<'_>) {
        for (digest, role) in &closure.manifests {
            let Some(held) = graph.holdings.manifests.get(*digest) else { continue };
            let blobs: HashMap<&Digest, u64> =
                held.blobs.iter().map(|(digest, size)| (digest, *size)).collect();
            let removal = ManifestRemoval {
                digest: (*digest).clone(),
                role: *role,
                kind: held.kind,
                platforms: held.platforms.clone(),
                size: blobs.into_values().fold(held.bytes, u64::saturating_add),
                n_missing: graph.n_missing(digest),
                tags: graph.tags_on(digest).iter().map(|it| (*it).clone()).collect(),
            };
            match role {
                Role::Selected | Role::Child => self.manifests.push(removal),
                Role::Referrer => self.referrers.push(removal),
            }
        }
        self.manifests.sort_by_key(|it| it.role);
    }

    /// Manifests that were selected, and that indexes need which stay.
    fn tell_needed(&mut self, graph: &Graph<'_>, closure: &Closure<'_>, selection: &Selection) {
        for (digest, indexes) in &closure.needed {
            if selection.digests.contains(*digest) {
                let why = RefusalReason::InIndex { indexes: indexes.clone() };
                self.refused.push(Refusal { what: digest.to_string(), why });
            } else if graph.tags_on(digest).iter().all(|tag| closure.tags.contains(*tag)) {
                let why = KeepReason::InIndex { indexes: indexes.clone() };
                self.keeps.push(Keep { what: Kept::Manifest((*digest).clone()), why });
            }
        }
    }

    /// Children and referrers of what goes, that stay.
    fn tell_related(&mut self, graph: &Graph<'_>, closure: &Closure<'_>) {
        let mut related: BTreeSet<&Digest> = BTreeSet::new();
        for digest in closure.manifests.keys() {
            related.extend(graph.children(digest));
            related.extend(graph.referrers(digest));
        }
        for digest in related.into_iter().filter(|it| !closure.manifests.contains_key(*it)) {
            if let Some(why) = closure.keeps(graph, digest) {
                self.keeps.push(Keep { what: Kept::Manifest(digest.clone()), why });
            }
        }
    }

    fn tell_blobs(&mut self, holdings: &Holdings, closure: &Closure<'_>) {
        let mut users: HashMap<&Digest, usize> = HashMap::new();
        for (_, held) in holdings.manifests.iter().filter(|(it, _)| !closure.manifests.contains_key(*it)) {
            let blobs: HashSet<&Digest> = held.blobs.iter().map(|(digest, _)| digest).collect();
            for digest in blobs {
                *users.entry(digest).or_default() += 1;
            }
        }
        let mut shared: BTreeMap<&Digest, u64> = BTreeMap::new();
        for digest in closure.manifests.keys() {
            let Some(held) = holdings.manifests.get(*digest) else { continue };
            self.freed.blobs.insert((*digest).clone(), held.bytes);
            for (blob, size) in &held.blobs {
                if users.contains_key(blob) {
                    shared.insert(blob, *size);
                } else {
                    self.freed.blobs.insert(blob.clone(), *size);
                }
            }
        }
        let mut shared: Vec<(&Digest, u64)> = shared.into_iter().collect();
        shared.sort_by_key(|(digest, size)| (std::cmp::Reverse(*size), *digest));
        for (digest, size) in shared.into_iter().take(NAMED_BLOBS) {
            let n = users.get(digest).copied().unwrap_or_default();
            self.keeps.push(Keep { what: Kept::Blob(digest.clone(), size), why: KeepReason::UsedBy { n } });
        }
    }

    /// Lists of referrers are written anew, and the old ones freed.
    fn tell_trimmed(&mut self, holdings: &Holdings) {
        for step in &self.steps {
            if let Step::TrimReferrers { digest, .. } = step
                && let Some(held) = holdings.manifests.get(digest)
            {
                self.freed.blobs.insert(digest.clone(), held.bytes);
            }
        }
    }

    fn in_order<'a>(&self, graph: &Graph<'a>, closure: &Closure<'a>) -> Vec<Step> {
        let alone = self.tags.iter().filter(|it| it.alone);
        let mut steps: Vec<Step> =
            alone.map(|it| Step::RemoveTag { tag: it.tag.clone(), digest: it.digest.clone() }).collect();
        for (list, tag) in graph.lists().filter(|(list, _)| !closure.manifests.contains_key(*list)) {
            let goes = graph.children(list).filter(|it| closure.manifests.contains_key(*it));
            let without: Vec<Digest> = goes.cloned().collect();
            if !without.is_empty() {
                steps.push(Step::TrimReferrers { tag: tag.clone(), digest: list.clone(), without });
            }
        }
        steps.extend(order(graph, closure).into_iter().map(|digest| Step::RemoveManifest {
            digest: digest.clone(),
            tags: graph.tags_on(digest).iter().map(|it| (*it).clone()).collect(),
        }));
        steps
    }
}
