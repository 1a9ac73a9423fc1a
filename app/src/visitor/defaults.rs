//! What pages are like, unless their address or their reader says otherwise.

use registry::namespace_tree::Branches;

use super::Theme;

/// What the configuration says about pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// What stands beside the product in the top bar, and in the browser's tab.
    pub title: Option<String>,
    /// The colours for who has not chosen.
    pub theme: Theme,
    /// The address of a style sheet with other colours.
    pub colours: Option<String>,
    /// Lists of tags.
    pub tags: TagDefaults,
    /// Catalogs.
    pub catalog: CatalogDefaults,
    /// Labels that are shown before all others, by their names.
    pub labels: Vec<String>,
}

/// What lists of tags are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagDefaults {
    /// Rows of a page.
    pub per_page: usize,
    /// Whether the smallest name comes first.
    pub ascending: bool,
    /// Whether there is a column of digests.
    pub digest: bool,
}

impl Default for TagDefaults {
    fn default() -> Self {
        Self { per_page: 100, ascending: false, digest: true }
    }
}

/// What catalogs are like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CatalogDefaults {
    /// How many parts of a path make a namespace.
    pub branches: Branches,
    /// Whether namespaces are open; where nothing is said, they are in small registries.
    pub expanded: Option<bool>,
}
