//! The state of a page, all of which is in its query.

use engine::SortBy;
use form_urlencoded::{Serializer, parse};

/// Rows of a page of tags.
const TAGS_PER_PAGE: usize = 100;

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

/// The state of a list of tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagsQuery {
    /// The filter.
    pub q: String,
    /// Only what runs on this platform.
    pub platform: String,
    /// What to sort by.
    pub sort: SortBy,
    /// `false` for the column's usual direction: names downwards, the newest first, the largest first.
    pub reversed: bool,
    /// The page, from 1; 0 for the first.
    pub page: usize,
    /// Whether signatures and the like are shown as tags.
    pub attached: bool,
}

/// What is shown of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImageView {
    /// The layers.
    #[default]
    Layers,
    /// How a container is run, labels, annotations.
    Config,
    /// The manifest as JSON.
    Manifest,
}

/// The state of an image's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageQuery {
    /// The platform chosen: `linux/arm64`, or the digest of its manifest.
    pub platform: String,
    /// What is shown of it.
    pub view: ImageView,
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

impl TagsQuery {
    /// Reads a query; what is not understood keeps its default.
    pub fn parse(query: &str) -> Self {
        let mut it = Self::default();
        let mut dir = String::new();
        for (key, value) in parse(query.as_bytes()) {
            match (&*key, &*value) {
                ("q", q) => q.trim().clone_into(&mut it.q),
                ("platform", platform) => platform.trim().clone_into(&mut it.platform),
                ("sort", "created") => it.sort = SortBy::Created,
                ("sort", "size") => it.sort = SortBy::Size,
                ("dir", word) => word.clone_into(&mut dir),
                ("page", page) => it.page = page.parse().unwrap_or_default(),
                ("attached", "show") => it.attached = true,
                _ => {}
            }
        }
        it.reversed = dir == it.direction(true);
        it
    }

    /// The query with its question mark; empty for the defaults.
    pub fn to_text(&self) -> String {
        let sort = match self.sort {
            SortBy::Name => "",
            SortBy::Created => "created",
            SortBy::Size => "size",
        };
        text(&[
            ("q", &self.q),
            ("platform", &self.platform),
            ("sort", sort),
            ("dir", if self.reversed { self.direction(true) } else { "" }),
            ("page", &page(self.page)),
            ("attached", if self.attached { "show" } else { "" }),
        ])
    }

    /// Whether the largest value comes first; versions, dates and sizes are usually wanted from the top.
    pub fn is_descending(&self) -> bool {
        !self.reversed
    }

    fn direction(&self, reversed: bool) -> &'static str {
        if reversed { "asc" } else { "desc" }
    }

    /// The question for the engine.
    pub fn to_engine(&self) -> engine::TagQuery {
        engine::TagQuery {
            q: self.q.clone(),
            platform: self.platform.clone(),
            sort: self.sort,
            descending: self.is_descending(),
            page: self.page,
            per_page: TAGS_PER_PAGE,
            attached: self.attached,
        }
    }
}

impl ImageQuery {
    /// Reads a query; what is not understood keeps its default.
    pub fn parse(query: &str) -> Self {
        let mut it = Self::default();
        for (key, value) in parse(query.as_bytes()) {
            match (&*key, &*value) {
                ("platform", platform) => platform.trim().clone_into(&mut it.platform),
                ("view", "config") => it.view = ImageView::Config,
                ("view", "manifest") => it.view = ImageView::Manifest,
                _ => {}
            }
        }
        it
    }

    /// The query with its question mark; empty for the defaults.
    pub fn to_text(&self) -> String {
        let view = match self.view {
            ImageView::Layers => "",
            ImageView::Config => "config",
            ImageView::Manifest => "manifest",
        };
        text(&[("platform", &self.platform), ("view", view)])
    }
}

fn page(number: usize) -> String {
    if number > 1 { number.to_string() } else { String::new() }
}

fn text(pairs: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(key, value);
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_lead_back_to_themselves() {
        for query in
            ["", "?q=a+b%2F&sort=created&dir=asc&page=2&attached=show", "?platform=linux%2Farm64&sort=size"]
        {
            assert_eq!(TagsQuery::parse(query.trim_start_matches('?')).to_text(), query);
        }
        for query in ["", "?q=x&view=flat&page=3"] {
            assert_eq!(CatalogQuery::parse(query.trim_start_matches('?')).to_text(), query);
        }
        for query in ["", "?platform=linux%2Farm64&view=config", "?view=manifest"] {
            assert_eq!(ImageQuery::parse(query.trim_start_matches('?')).to_text(), query);
        }
    }

    #[test]
    fn what_is_not_understood_keeps_its_default() {
        assert_eq!(TagsQuery::parse("sort=colour&page=-1&dir=up&x=y&%ff=%ff"), TagsQuery::default());
        assert_eq!(CatalogQuery::parse("view=cube&page=one"), CatalogQuery::default());
    }
}
