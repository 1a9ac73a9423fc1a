//! Which tags are asked for.

use engine::{TagCursor, TagSelection, TagSort};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use registry::RepositoryName;
use registry::summary::Kind;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

use crate::rest::error::ApiError;
use crate::rest::parameters;

/// Which tags are wanted, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::rest) struct TagParameters {
    /// The id of the registry; may be left out where there is only one.
    pub(super) registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    pub(super) repository: RepositoryName,
    /// A part of the name, or `/a regular expression/`.
    #[serde(default)]
    q: String,
    /// Only those that run on this platform: `linux/arm64`, `linux` or `arm64`.
    #[serde(default)]
    platform: String,
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<Kind>,
    /// Only those with which something is wrong.
    #[serde(default)]
    broken: bool,
    /// Only those made at this time or later.
    #[param(value_type = Option<String>, format = "date-time", example = "2026-01-31T00:00:00Z")]
    created_from: Option<Timestamp>,
    /// Only those made before this time.
    #[param(value_type = Option<String>, format = "date-time", example = "2026-01-31T00:00:00Z")]
    created_until: Option<Timestamp>,
    /// Only those made longer ago than this: `30d`, `12h`, `2w`.
    #[param(value_type = Option<String>, example = "30d")]
    #[serde(default, deserialize_with = "age")]
    older_than: Option<SignedDuration>,
    /// Only those made less long ago than this: `30d`, `12h`, `2w`.
    #[param(value_type = Option<String>, example = "12h")]
    #[serde(default, deserialize_with = "age")]
    newer_than: Option<SignedDuration>,
    /// Only those of at least so many compressed bytes.
    size_from: Option<u64>,
    /// Only those of at most so many compressed bytes.
    size_to: Option<u64>,
    /// What to sort by, over all tags of the repository. What is not known comes last in both directions.
    #[param(inline)]
    #[serde(default)]
    sort: Sort,
    /// In which direction.
    #[param(inline)]
    #[serde(default)]
    dir: Direction,
    /// Which page, from 1. For people, who jump to a page; programs read with `after`.
    #[param(value_type = Option<usize>, minimum = 1, default = 1)]
    #[serde(default, deserialize_with = "page")]
    page: Option<usize>,
    /// Begins to read all tags piece by piece where it is empty; `next` then leads to the following piece. Its value is
    /// a place in the order and means nothing else. Sorted by name, every tag that is there all the time is found exactly
    /// once, whatever comes and goes meanwhile; sorted by something else, a tag that changes in it meanwhile may be found
    /// twice or not at all.
    after: Option<String>,
    /// How many tags a page or a piece has.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    per_page: usize,
    /// Whether tags that only carry signatures, attestations or SBOMs of another image are listed too.
    #[serde(default)]
    attached: bool,
}

/// What tags are sorted by.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    /// The name, in natural order: `1.9` before `1.10`.
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

/// In which direction tags are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Direction {
    /// The first name, the oldest or the smallest first.
    #[default]
    Asc,
    /// The last name, the newest or the largest first.
    Desc,
}

/// How a list is read.
#[derive(Debug)]
pub(super) enum Reading {
    /// One page of this number.
    Page(usize),
    /// Piece by piece.
    Pieces,
}

impl TagParameters {
    /// What the engine is asked for, and how the list is read.
    pub(super) fn selection(self) -> Result<(TagSelection, Reading), ApiError> {
        let sort = match self.sort {
            Sort::Name => TagSort::Name,
            Sort::Created => TagSort::Created,
            Sort::Size => TagSort::Size,
            Sort::Platforms => TagSort::Platforms,
            Sort::Pushed => TagSort::Pushed,
            Sort::Pulled => TagSort::Pulled,
        };
        let descending = self.dir == Direction::Desc;
        let reading = match (&self.after, self.page) {
            (Some(_), Some(_)) => {
                let why = "after: a list is read either by page or by after".to_owned();
                return Err(ApiError::BadParameters(why));
            }
            (Some(_), None) => Reading::Pieces,
            (None, page) => Reading::Page(page.unwrap_or(1)),
        };
        let (page, per_page) = match reading {
            Reading::Page(page) => (page, self.per_page),
            // One more tells whether there is another piece.
            Reading::Pieces => (1, self.per_page + 1),
        };
        let now = Timestamp::now();
        let before = |age: SignedDuration| now.checked_sub(age).unwrap_or(Timestamp::MIN);
        let selection = TagSelection {
            q: self.q,
            platform: self.platform,
            kind: self.kind,
            broken: self.broken,
            created_from: self.created_from.into_iter().chain(self.newer_than.map(before)).max(),
            created_until: self.created_until.into_iter().chain(self.older_than.map(before)).min(),
            size_from: self.size_from,
            size_to: self.size_to,
            sort,
            descending,
            after: place(self.after.as_deref(), sort, descending)?,
            page,
            per_page,
            attached: self.attached,
        };
        Ok((selection, reading))
    }
}

/// The place that `after` names; none at the beginning.
fn place(after: Option<&str>, sort: TagSort, descending: bool) -> Result<Option<TagCursor>, ApiError> {
    let Some(text) = after.filter(|it| !it.is_empty()) else { return Ok(None) };
    let wrong = |why: &str| ApiError::BadParameters(format!("after: {why}"));
    let cursor: TagCursor = text.parse().map_err(|_| wrong("it is no place that Stowage has named"))?;
    if cursor.is_in(sort, descending) {
        Ok(Some(cursor))
    } else {
        Err(wrong("it is a place in a list that is sorted otherwise"))
    }
}

fn usual_items() -> usize {
    parameters::USUAL_ITEMS
}

fn page<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    parameters::page(deserializer).map(Some)
}

/// Reads a length of time as people write it; days have 24 hours.
pub(in crate::rest) fn age<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SignedDuration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let span = text.parse::<Span>().and_then(|it| it.to_duration(SpanRelativeTo::days_are_24_hours()));
    match span {
        Ok(age) if !age.is_negative() => Ok(Some(age)),
        _ => Err(D::Error::custom(format!("expected a length of time such as 30d or 12h, not {text:?}"))),
    }
}
