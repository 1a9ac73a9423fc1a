//! What lies in a directory.

use super::row::{At, Row};
use super::totals::Total;
use super::{Change, ImageTree};
use crate::entry::Kind;
use crate::path::FilePath;

impl ImageTree {
    /// What lies in a directory, by the bytes of the names; absent where there is no such directory.
    ///
    /// The links in a path are not followed.
    pub fn directory(&self, path: &FilePath, at: At) -> Option<Vec<Row>> {
        let node = self.find_node(path)?;
        let totals = self.totals(node, at);
        // What was in a directory is below what the layer put in its place.
        self.row_with(node, at, totals[0]).filter(|it| it.kind == Kind::Directory || it.n_below > 0)?;
        let rows = self.children(node).filter_map(|it| self.row_with(it, at, totals[(it - node) as usize]));
        Some(rows.collect())
    }

    /// What lies at a path; absent where there is nothing. That of the root tells the sums of all.
    pub fn find(&self, path: &FilePath, at: At) -> Option<Row> {
        let node = self.find_node(path)?;
        self.row_with(node, at, self.totals(node, at)[0])
    }

    /// A path with what is below it in sum; absent where nothing is shown.
    pub(super) fn row_with(&self, node: u32, at: At, total: Total) -> Option<Row> {
        // The root is always there, even without layers.
        let shown = self.shown(node, at).filter(|_| total.n > 0 || node == 0)?;
        let mut row = self.row(node, at, &shown);
        if row.kind == Kind::Directory {
            row.size = if row.change == Change::Removed { total.removed } else { total.size };
        }
        row.n_below = total.n.saturating_sub(1);
        row.n_changed_below = total.n_changed.saturating_sub(u32::from(row.change != Change::Unchanged));
        Some(row)
    }
}
