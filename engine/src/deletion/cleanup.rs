//! What somebody wants to be deleted: single things, or all that a rule takes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use registry::deletion::{Holdings, Mode, Selection};
use registry::{Digest, Tag};

use crate::Error;
use crate::inventory::filter::Filter;
use crate::inventory::tags::{TagSelection, TagSort};
use crate::place::Place;
use crate::store::RepositoryRecord;

/// What somebody wants to be deleted in a repository.
#[derive(Clone, Debug, Default)]
pub struct DeletionTarget {
    /// These tags.
    pub tags: Vec<Tag>,
    /// These manifests, with their tags.
    pub digests: Vec<Digest>,
    /// All that a rule takes.
    pub rule: Option<CleanupRule>,
    /// What is done with other tags on the same manifests.
    pub mode: Mode,
}

/// Takes many things at once.
#[derive(Clone, Debug)]
pub enum CleanupRule {
    /// Everything: all tags, and all that is untagged.
    Everything,
    /// Manifests that no tag and no index leads to.
    Untagged,
    /// All tags that a filter takes, whatever page they are on, but for the newest ones.
    Tags {
        /// The filter; its order and its page do not matter.
        filter: Box<TagSelection>,
        /// So many of the newest of these stay. Tags without a date stay as well where this is not 0.
        keep_newest: usize,
    },
}

impl DeletionTarget {
    /// The tags and manifests that are meant, as far as the inventory knows them.
    pub(super) async fn resolve(
        &self,
        place: &Place,
        record: &RepositoryRecord,
        holdings: &Holdings,
    ) -> Result<Selection, Error> {
        let mut selection = Selection {
            tags: self.tags.iter().cloned().collect(),
            digests: self.digests.iter().cloned().collect(),
            mode: self.mode,
        };
        match &self.rule {
            None => {}
            Some(CleanupRule::Everything) => {
                selection.tags.extend(holdings.tags.keys().cloned());
                selection.digests.extend(untagged(holdings));
            }
            Some(CleanupRule::Untagged) => selection.digests.extend(untagged(holdings)),
            Some(CleanupRule::Tags { filter, keep_newest }) => {
                let mut all = TagSelection { after: None, attached: false, ..(**filter).clone() };
                if *keep_newest > 0 {
                    (all.sort, all.descending) = (TagSort::Created, true);
                    all.created_from = Some(all.created_from.unwrap_or(Timestamp::MIN));
                }
                let text = Filter::parse(&all.q)?;
                let tags = place.upstream.store.matching_tags(record, &all, &text).await?;
                selection.tags.extend(tags.into_iter().skip(*keep_newest));
            }
        }
        Ok(selection)
    }
}

/// Manifests that nothing leads to. What refers to one that is there belongs to that one.
fn untagged(holdings: &Holdings) -> impl Iterator<Item = Digest> {
    let mut reached: BTreeSet<&Digest> = holdings.tags.values().flatten().collect();
    reached.extend(holdings.manifests.values().flat_map(|it| &it.children));
    let all = holdings.manifests.iter().filter(move |(digest, held)| {
        !reached.contains(digest)
            && held.subject.as_ref().is_none_or(|it| !holdings.manifests.contains_key(it))
    });
    all.map(|(digest, _)| digest.clone()).collect::<Vec<_>>().into_iter()
}
