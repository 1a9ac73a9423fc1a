//! In which order manifests are deleted.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::closure::Closure;
use super::graph::Graph;
use crate::digest::Digest;

/// Indexes before their children, and what is referred to before what refers to it: zot refuses a child of an index
/// that is there, and a registry that is read meanwhile shows nothing with a part missing.
pub(super) fn order<'a>(graph: &Graph<'a>, closure: &Closure<'a>) -> Vec<&'a Digest> {
    let goes = |digest: &&'a Digest| closure.manifests.contains_key(*digest);
    let mut after: BTreeMap<&Digest, BTreeSet<&Digest>> = BTreeMap::new();
    let mut n_before: BTreeMap<&Digest, usize> = closure.manifests.keys().map(|it| (*it, 0)).collect();
    for digest in closure.manifests.keys().copied() {
        let attached =
            graph.attached(digest).iter().filter_map(|tag| graph.holdings.tags.get(*tag)?.as_ref());
        let followers: BTreeSet<&Digest> = graph
            .children(digest)
            .chain(graph.referrers(digest).iter().copied())
            .chain(attached)
            .filter(goes)
            .filter(|it| *it != digest)
            .collect();
        for follower in &followers {
            *n_before.entry(follower).or_default() += 1;
        }
        after.insert(digest, followers);
    }
    let mut ready: VecDeque<&Digest> =
        n_before.iter().filter(|(_, n)| **n == 0).map(|(digest, _)| *digest).collect();
    let mut ordered = Vec::with_capacity(n_before.len());
    while let Some(digest) = ready.pop_front() {
        ordered.push(digest);
        for follower in after.remove(digest).unwrap_or_default() {
            if let Some(n) = n_before.get_mut(follower) {
                *n -= 1;
                if *n == 0 {
                    ready.push_back(follower);
                }
            }
        }
    }
    // Digests cannot form a circle, but tags named like digests can be put anywhere: what hangs in one comes last.
    ordered.extend(after.into_keys().collect::<Vec<_>>());
    ordered
}
