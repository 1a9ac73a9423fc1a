//! The state of a list of tags.

use engine::{TagSelection, TagSort};
use form_urlencoded::parse;
use jiff::{SignedDuration, Timestamp};
use registry::summary::Kind;

use super::{page, text};
use crate::visitor::TagDefaults;

/// Longer ages than ten thousand days are taken for mistakes.
const OLDEST: u32 = 10_000;

/// The columns that can be sorted by, as the address names them.
const SORTS: [(TagSort, &str); 6] = [
    (TagSort::Name, ""),
    (TagSort::Created, "created"),
    (TagSort::Size, "size"),
    (TagSort::Platforms, "platforms"),
    (TagSort::Pushed, "pushed"),
    (TagSort::Pulled, "pulled"),
];

/// The kinds that can be chosen, as the address names them.
const KINDS: [(Kind, &str); 3] =
    [(Kind::Image, "image"), (Kind::Index, "index"), (Kind::Artifact, "artifact")];

/// The state of a list of tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagsQuery {
    /// The filter.
    pub q: String,
    /// Only what runs on this platform.
    pub platform: String,
    /// Only what is of this kind.
    pub kind: Option<Kind>,
    /// Only that with which something is wrong.
    pub broken: bool,
    /// Instead of tags, the manifests that no tag leads to.
    pub untagged: bool,
    /// Only what was made so many days ago or earlier.
    pub older: Option<u32>,
    /// Only what has at least so many compressed bytes.
    pub larger: Option<u64>,
    /// What to sort by.
    pub sort: TagSort,
    /// `false` for what is first where nobody says otherwise: the largest name, the newest, the largest.
    pub reversed: bool,
    /// The page, from 1; 0 for the first.
    pub page: usize,
    /// Whether signatures and the like are shown as tags.
    pub attached: bool,
    /// What the configuration says about lists of tags; no part of the address.
    pub defaults: TagDefaults,
}

impl TagsQuery {
    /// Reads a query; what is not understood keeps its default.
    pub fn parse(query: &str) -> Self {
        Self::parse_with(query, TagDefaults::default())
    }

    /// The same where the configuration says what is usual.
    pub fn parse_with(query: &str, defaults: TagDefaults) -> Self {
        let mut it = Self { defaults, ..Self::default() };
        let mut reversed = None;
        for (key, value) in parse(query.as_bytes()) {
            match (&*key, &*value) {
                ("q", q) => q.trim().clone_into(&mut it.q),
                ("platform", platform) => platform.trim().clone_into(&mut it.platform),
                ("kind", word) => it.kind = named(&KINDS, word),
                ("state", "broken") => it.broken = true,
                ("state", "untagged") => it.untagged = true,
                ("older", age) => {
                    let days = age.strip_suffix('d').and_then(|days| days.parse().ok());
                    it.older = days.filter(|days| (1..=OLDEST).contains(days));
                }
                ("larger", bytes) => it.larger = bytes.parse().ok().filter(|bytes| *bytes > 0),
                ("sort", word) => it.sort = named(&SORTS, word).unwrap_or_default(),
                ("dir", "asc") => reversed = Some(true),
                ("dir", "desc") => reversed = Some(false),
                ("page", page) => it.page = page.parse().unwrap_or_default(),
                ("attached", "show") => it.attached = true,
                _ => {}
            }
        }
        it.reversed = reversed.unwrap_or_else(|| it.is_usually_reversed(it.sort));
        it
    }

    /// The query with its question mark; empty for the defaults.
    pub fn to_text(&self) -> String {
        let or_nothing = |text: Option<String>| text.unwrap_or_default();
        text(&[
            ("q", &self.q),
            ("platform", &self.platform),
            ("kind", self.kind.map(Self::kind_name).unwrap_or_default()),
            ("state", self.state_name()),
            ("older", &or_nothing(self.older.map(|days| format!("{days}d")))),
            ("larger", &or_nothing(self.larger.map(|bytes| bytes.to_string()))),
            ("sort", self.sort_name()),
            ("dir", self.direction_name()),
            ("page", &page(self.page)),
            ("attached", if self.attached { "show" } else { "" }),
        ])
    }

    /// The name of the column it is sorted by, as the address gives it; empty for the usual one.
    pub fn sort_name(&self) -> &'static str {
        name_of(&SORTS, self.sort).unwrap_or_default()
    }

    /// The direction, as the address gives it; empty for the usual one.
    pub fn direction_name(&self) -> &'static str {
        match self.reversed {
            it if it == self.is_usually_reversed(self.sort) => "",
            true => "asc",
            false => "desc",
        }
    }

    /// Whether a column begins with its smallest value where the address says nothing.
    pub fn is_usually_reversed(&self, sort: TagSort) -> bool {
        sort == TagSort::Name && self.defaults.ascending
    }

    fn state_name(&self) -> &'static str {
        match (self.broken, self.untagged) {
            (true, _) => "broken",
            (false, true) => "untagged",
            (false, false) => "",
        }
    }

    /// A kind as the address names it.
    pub fn kind_name(kind: Kind) -> &'static str {
        name_of(&KINDS, kind).unwrap_or_default()
    }

    /// Whether the largest value comes first; versions, dates and sizes are usually wanted from the top.
    pub fn is_descending(&self) -> bool {
        !self.reversed
    }

    /// The question for the engine; ages are counted back from `now`.
    pub fn to_engine(&self, now: Timestamp) -> TagSelection {
        let day = SignedDuration::from_hours(24);
        TagSelection {
            q: self.q.clone(),
            platform: self.platform.clone(),
            kind: self.kind,
            broken: self.broken,
            // Ages that can be parsed are days, not centuries, so there always is such a moment.
            created_until: self.older.and_then(|days| now.checked_sub(day * i32::try_from(days).ok()?).ok()),
            size_from: self.larger,
            sort: self.sort,
            descending: self.is_descending(),
            page: self.page,
            per_page: self.defaults.per_page,
            attached: self.attached,
            ..TagSelection::default()
        }
    }
}

fn named<T: Copy>(all: &[(T, &str)], word: &str) -> Option<T> {
    all.iter().find(|(_, name)| *name == word).map(|(it, _)| *it)
}

fn name_of<T: PartialEq>(all: &[(T, &'static str)], wanted: T) -> Option<&'static str> {
    all.iter().find(|(it, _)| *it == wanted).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_lead_back_to_themselves() {
        for query in [
            "",
            "?q=a+b%2F&sort=created&dir=asc&page=2&attached=show",
            "?platform=linux%2Farm64&sort=size",
            "?state=untagged",
            "?kind=index&state=broken&older=30d&larger=1048576&sort=platforms",
        ] {
            assert_eq!(TagsQuery::parse(query.trim_start_matches('?')).to_text(), query);
        }
    }

    #[test]
    fn what_is_not_understood_keeps_its_default() {
        let query = "sort=colour&page=-1&dir=up&x=y&%ff=%ff&older=yesterday&older=0d&larger=big&kind=broken&state=fine";
        assert_eq!(TagsQuery::parse(query), TagsQuery::default());
    }

    #[test]
    fn the_configuration_says_what_is_usual() {
        let defaults = TagDefaults { per_page: 20, ascending: true, ..TagDefaults::default() };
        for (query, descending) in
            [("", false), ("?dir=desc", true), ("?sort=size", true), ("?sort=size&dir=asc", false)]
        {
            let it = TagsQuery::parse_with(query.trim_start_matches('?'), defaults);
            assert_eq!((it.is_descending(), it.to_text().as_str()), (descending, query));
            assert_eq!(it.to_engine(Timestamp::UNIX_EPOCH).per_page, 20);
        }
    }

    #[test]
    fn an_age_is_counted_back_from_now() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let selection = TagsQuery::parse("older=30d").to_engine(now);
        assert_eq!(selection.created_until, Some("2026-05-02T12:00:00Z".parse().unwrap()));
        let selection = TagsQuery::parse("older=10000d").to_engine(now);
        assert!(selection.created_until.is_some());
    }
}
