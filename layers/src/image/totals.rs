//! What lies below directories, in sum.

use super::row::{At, View};
use super::{Change, ImageTree};

/// What is shown at a path and below it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Total {
    /// Bytes of files, hard links left out.
    pub(super) size: u64,
    /// Bytes of files that were removed.
    pub(super) removed: u64,
    /// How many paths are shown, with this one.
    pub(super) n: u32,
    /// How many of those were added, changed or removed.
    pub(super) n_changed: u32,
}

impl ImageTree {
    /// The sums of a path and of all that lie in it, in their order.
    pub(super) fn totals(&self, node: u32, at: At) -> Vec<Total> {
        let end = self.nodes[node as usize].end;
        let mut totals = vec![Total::default(); (end - node) as usize];
        for it in (node..end).rev() {
            let place = (it - node) as usize;
            let own = self.own_total(it, at, totals[place].n > 0);
            totals[place] = totals[place].plus(own);
            if it > node {
                let parent = (self.nodes[it as usize].parent - node) as usize;
                totals[parent] = totals[parent].plus(totals[place]);
            }
        }
        totals
    }

    fn own_total(&self, node: u32, at: At, has_below: bool) -> Total {
        let Some(shown) = self.shown(node, at) else { return Total::default() };
        if at.view == View::Layer && !shown.is_made && !has_below {
            return Total::default();
        }
        let stored = shown.version.known.stored();
        let is_removed = shown.change == Change::Removed;
        // What the layer did not store is none of its bytes.
        let is_stored = !is_removed && (at.view == View::Image || shown.is_made);
        Total {
            size: if is_stored { stored } else { 0 },
            removed: if is_removed { stored } else { 0 },
            n: 1,
            n_changed: u32::from(shown.change != Change::Unchanged),
        }
    }
}

impl Total {
    fn plus(self, other: Self) -> Self {
        Self {
            size: self.size.saturating_add(other.size),
            removed: self.removed.saturating_add(other.removed),
            n: self.n + other.n,
            n_changed: self.n_changed + other.n_changed,
        }
    }
}
