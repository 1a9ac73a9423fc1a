//! The order of the rows.

use std::cmp::Ordering;

use registry::summary::TagRow;
use registry::tag_order;

/// What the tags are sorted by.
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

/// Sorts rows that are in the order of their names; those without a value come last in both directions.
pub(super) fn sort(rows: &mut [TagRow], by: SortBy, descending: bool) {
    rows.sort_by(|a, b| {
        let (left, right) = (&a.summary, &b.summary);
        match by {
            SortBy::Name => directed(tag_order::compare(a.name.as_str(), b.name.as_str()), descending),
            SortBy::Created => with_absent_last(left.created.at, right.created.at, descending),
            SortBy::Size => with_absent_last(left.size, right.size, descending),
        }
    });
}

fn with_absent_last<T: Ord>(left: Option<T>, right: Option<T>, descending: bool) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => directed(left.cmp(&right), descending),
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

fn directed(order: Ordering, descending: bool) -> Ordering {
    if descending { order.reverse() } else { order }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_comes_last_in_both_directions() {
        for descending in [false, true] {
            let mut values = [None, Some(1), Some(3), None, Some(2)];
            values.sort_by(|a, b| with_absent_last(*a, *b, descending));
            let expected = if descending { [3, 2, 1] } else { [1, 2, 3] };
            assert_eq!(values[..3], expected.map(Some));
        }
    }
}
