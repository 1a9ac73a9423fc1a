use std::cmp::Ordering;
use std::str;

use crate::tag_order::{compare, sort_key};

/// Any three lines are in an order, and their keys are in the same.
pub fn tag_order(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let mut lines = text.lines();
    let mut next = || lines.next().unwrap_or_default();
    let [a, b, c] = [next(), next(), next()];
    for (left, right) in [(a, b), (b, c), (a, c)] {
        let order = compare(left, right);
        assert_eq!(order, compare(right, left).reverse(), "{left:?} {right:?}");
        assert_eq!(order == Ordering::Equal, left == right, "{left:?} {right:?}");
        if is_like_a_tag(left) && is_like_a_tag(right) {
            assert_eq!(order, sort_key(left).cmp(&sort_key(right)), "{left:?} {right:?}");
        }
    }
    let mut sorted = [a, b, c];
    sorted.sort_by(|left, right| compare(left, right));
    assert!(compare(sorted[0], sorted[2]).is_le(), "{sorted:?}");
}

/// Whether the key of a text is said to compare as the text does.
fn is_like_a_tag(text: &str) -> bool {
    !text.contains('\0') && text.split(|it: char| !it.is_ascii_digit()).all(|digits| digits.len() < 256)
}
