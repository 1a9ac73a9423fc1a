//! The tags of a repository.

mod cursor;
mod first_look;
mod order;
mod page;
mod revalidation;
mod rows;
mod selection;

use jiff::Timestamp;

pub use cursor::TagCursor;
pub use order::SortBy;
pub use rows::PendingRow;
pub use selection::{TagSelection, TagSort};

pub(crate) use page::{page, refresh};
pub(crate) use revalidation::{Revalidations, revalidate};

/// Which tags are wanted, and in which order; [`TagSelection`] can say more.
#[derive(Clone, Debug)]
pub struct TagQuery {
    /// A part of the name, or `/a regular expression/`; empty for all.
    pub q: String,
    /// Only those that run on this platform (`linux/arm64`, `linux`, `arm64`); empty for all.
    pub platform: String,
    /// What to sort by.
    pub sort: SortBy,
    /// The largest, newest or last name first.
    pub descending: bool,
    /// The page, from 1.
    pub page: usize,
    /// Rows of a page.
    pub per_page: usize,
    /// Whether signatures and the like, which are tags beside the tag they belong to, are shown as tags.
    pub attached: bool,
}

/// A page of tags.
#[derive(Debug)]
pub struct TagPage {
    /// How many tags the repository has, without those that only carry signatures and the like.
    pub total: usize,
    /// How many tags match the query.
    pub matched: usize,
    /// How many tags carry signatures and the like for another one.
    pub n_attached: usize,
    /// How many tags have not been read yet, so that sorting and filtering do not take them into account.
    pub n_unread: usize,
    /// The page shown, from 1; the last one where the query asks for one past it.
    pub page: usize,
    /// Rows of a page.
    pub per_page: usize,
    /// The rows in order; each becomes ready by itself.
    pub rows: Vec<PendingRow>,
    /// When the registry last said where these tags are: the time of the row that was asked for the longest ago.
    /// Absent where none was asked for before.
    pub seen_at: Option<Timestamp>,
    /// When the whole repository was last compared with the registry.
    pub scanned_at: Option<Timestamp>,
    /// Why the last comparison did not succeed, so that the page may be out of date.
    pub problem: Option<registry::Error>,
}

impl TagPage {
    /// How many pages there are; at least one.
    pub fn n_pages(&self) -> usize {
        self.matched.div_ceil(self.per_page).max(1)
    }
}
