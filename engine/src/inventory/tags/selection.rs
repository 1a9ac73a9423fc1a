//! Which tags are wanted, and in which order.

use jiff::Timestamp;
use registry::summary::Kind;

use super::{SortBy, TagCursor, TagQuery};

/// What tags are sorted by. What is not known comes last in both directions, and tags that are alike in it are in the
/// order of their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagSort {
    /// The name, in natural order.
    #[default]
    Name,
    /// The date.
    Created,
    /// The compressed bytes.
    Size,
    /// How many platforms there are, and which.
    Platforms,
    /// When it was last pushed, as far as that was noticed.
    Pushed,
    /// When it was last pulled, as far as the registry tells.
    Pulled,
}

/// Which tags are wanted, and in which order; the default is the first page of all, by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TagSelection {
    /// A part of the name, or `/a regular expression/`; empty for all.
    pub q: String,
    /// Only those that run on this platform (`linux/arm64`, `linux`, `arm64`); empty for all.
    pub platform: String,
    /// Only those of this kind.
    pub kind: Option<Kind>,
    /// Only those with which something is wrong.
    pub broken: bool,
    /// Only those made at this time or later.
    pub created_from: Option<Timestamp>,
    /// Only those made before this time.
    pub created_until: Option<Timestamp>,
    /// Only those of at least so many compressed bytes.
    pub size_from: Option<u64>,
    /// Only those of at most so many compressed bytes.
    pub size_to: Option<u64>,
    /// What to sort by.
    pub sort: TagSort,
    /// The largest, newest or last name first.
    pub descending: bool,
    /// Only those that come after this place in the order.
    pub after: Option<TagCursor>,
    /// The page, from 1.
    pub page: usize,
    /// Rows of a page.
    pub per_page: usize,
    /// Whether signatures and the like, which are tags beside the tag they belong to, are shown as tags.
    pub attached: bool,
}

impl Default for TagSelection {
    fn default() -> Self {
        Self {
            q: String::new(),
            platform: String::new(),
            kind: None,
            broken: false,
            created_from: None,
            created_until: None,
            size_from: None,
            size_to: None,
            sort: TagSort::Name,
            descending: false,
            after: None,
            page: 1,
            per_page: 100,
            attached: false,
        }
    }
}

impl TagSelection {
    /// Whether the names alone do not tell which tags are shown, so that all have to be read first.
    pub(crate) fn needs_all(&self) -> bool {
        self.sort != TagSort::Name || self.looks_inside()
    }

    /// Whether tags are left out for what lies behind them.
    fn looks_inside(&self) -> bool {
        !self.platform.is_empty()
            || self.kind.is_some()
            || self.broken
            || self.created_from.is_some()
            || self.created_until.is_some()
            || self.size_from.is_some()
            || self.size_to.is_some()
    }

    /// Whether every tag is shown on one page or another.
    pub(crate) fn takes_all(&self) -> bool {
        self.q.trim().is_empty() && !self.looks_inside()
    }
}

impl From<&TagQuery> for TagSelection {
    fn from(query: &TagQuery) -> Self {
        Self {
            q: query.q.clone(),
            platform: query.platform.clone(),
            sort: match query.sort {
                SortBy::Name => TagSort::Name,
                SortBy::Created => TagSort::Created,
                SortBy::Size => TagSort::Size,
            },
            descending: query.descending,
            page: query.page,
            per_page: query.per_page,
            attached: query.attached,
            ..Self::default()
        }
    }
}
