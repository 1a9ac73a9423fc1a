//! The orders that pages of tags have had from the beginning.

/// What the tags are sorted by; [`TagSort`](super::TagSort) has more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// The name, in natural order.
    #[default]
    Name,
    /// The date.
    Created,
    /// The compressed bytes.
    Size,
}
