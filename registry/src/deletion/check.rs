//! Whether a step of a plan may still be taken.

use std::collections::BTreeSet;
use std::fmt;

use super::plan::Step;
use super::{Holdings, graph::Graph};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::reference::Tag;

/// What has changed since a plan was made, so that a step must not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Changed {
    /// A tag is somewhere else.
    TagMoved {
        /// The tag.
        tag: Tag,
        /// Where it is; absent where it leads nowhere.
        to: Option<Digest>,
    },
    /// Tags are on the manifest that the plan does not know.
    NewTags {
        /// These.
        tags: Vec<Tag>,
    },
    /// Indexes need the manifest that the plan does not delete.
    NewIndexes {
        /// These.
        indexes: Vec<Digest>,
    },
    /// Nobody knows where some tags are.
    Unread {
        /// How many.
        n: usize,
    },
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagMoved { tag, to: Some(to) } => write!(f, "{tag} is on {to} by now"),
            Self::TagMoved { tag, to: None } => write!(f, "{tag} leads nowhere by now"),
            Self::NewTags { tags } => write!(f, "tags were put on it since the plan: {}", list(tags)),
            Self::NewIndexes { indexes } => write!(f, "indexes need it since the plan: {}", list(indexes)),
            Self::Unread { n } => write!(f, "{n} tags could not be read, and may be on it"),
        }
    }
}

fn list(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Says of each step whether something that the plan leaves alone would be harmed by it now.
///
/// What a step is about may be gone by itself; that is for whoever takes the step to find out.
pub fn check(holdings: &Holdings, steps: &[Step]) -> Vec<Result<(), Changed>> {
    let graph = Graph::of(holdings);
    let goes: BTreeSet<&Digest> = steps
        .iter()
        .filter_map(|step| match step {
            Step::RemoveManifest { digest, .. } => Some(digest),
            _ => None,
        })
        .collect();
    steps.iter().map(|step| check_step(&graph, &goes, step)).collect()
}

fn check_step(graph: &Graph<'_>, goes: &BTreeSet<&Digest>, step: &Step) -> Result<(), Changed> {
    let stays_on = |tag: &Tag, digest: Option<&Digest>| match graph.holdings.tags.get(tag) {
        Some(now) if now.as_ref() != digest => Err(Changed::TagMoved { tag: tag.clone(), to: now.clone() }),
        _ => Ok(()),
    };
    match step {
        Step::RemoveTag { tag, digest } => {
            // One that led nowhere is on nothing, whatever digest was known of it.
            let digest = digest.as_ref().filter(|it| graph.holds(it));
            stays_on(tag, digest)
        }
        Step::TrimReferrers { tag, digest, .. } => stays_on(tag, Some(digest)),
        Step::RemoveManifest { digest, tags } => {
            let n = graph.holdings.unread.len();
            if n > 0 {
                return Err(Changed::Unread { n });
            }
            for tag in tags {
                stays_on(tag, Some(digest))?;
            }
            let new = graph.tags_on(digest).iter().filter(|it| !tags.contains(it));
            let new: Vec<Tag> = new.map(|it| (*it).clone()).collect();
            if !new.is_empty() {
                return Err(Changed::NewTags { tags: new });
            }
            let indexes = graph.parents(digest).iter().filter(|it| !goes.contains(**it));
            let indexes: Vec<Digest> = indexes.map(|it| (*it).clone()).collect();
            if indexes.is_empty() { Ok(()) } else { Err(Changed::NewIndexes { indexes }) }
        }
    }
}
