//! The state of a catalog.

use form_urlencoded::parse;

use super::{page, text};

/// How a catalog is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CatalogView {
    /// Namespaces that open and close.
    #[default]
    Tree,
    /// One list.
    Flat,
}

/// The state of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogQuery {
    /// The filter.
    pub q: String,
    /// How it is shown.
    pub view: CatalogView,
    /// The page of the flat list, from 1; 0 for the first.
    pub page: usize,
}

impl CatalogQuery {
    /// Reads a query; what is not understood keeps its default.
    pub fn parse(query: &str) -> Self {
        let mut it = Self::default();
        for (key, value) in parse(query.as_bytes()) {
            match (&*key, &*value) {
                ("q", q) => q.trim().clone_into(&mut it.q),
                ("view", "flat") => it.view = CatalogView::Flat,
                ("page", page) => it.page = page.parse().unwrap_or_default(),
                _ => {}
            }
        }
        it
    }

    /// The query with its question mark; empty for the defaults.
    pub fn to_text(&self) -> String {
        let flat = self.view == CatalogView::Flat;
        text(&[("q", &self.q), ("view", if flat { "flat" } else { "" }), ("page", &page(self.page))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_lead_back_to_themselves() {
        for query in ["", "?q=x&view=flat&page=3"] {
            assert_eq!(CatalogQuery::parse(query.trim_start_matches('?')).to_text(), query);
        }
    }

    #[test]
    fn what_is_not_understood_keeps_its_default() {
        assert_eq!(CatalogQuery::parse("view=cube&page=one"), CatalogQuery::default());
    }
}
