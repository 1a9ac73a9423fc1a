//! The order of tags that people expect: `1.9` before `1.10`, `2.0-rc.1` before `2.0`.

use std::cmp::Ordering;

/// Compares two tags in natural order, with pre-releases before their release.
///
/// Numbers compare by value, whatever their length; a leading `v` does not count; a part that says pre-release
/// (`alpha`, `beta`, `rc` …) sorts before the end of the other tag, any other suffix (`-alpine`) after it.
/// Tags that are alike in all this compare by their bytes, so the order is total.
pub fn compare(left: &str, right: &str) -> Ordering {
    let mut lefts = Parts { rest: &left[bare(left)..] };
    let mut rights = Parts { rest: &right[bare(right)..] };
    loop {
        let order = match (lefts.next(), rights.next()) {
            (None, None) => return left.cmp(right),
            (Some(part), None) => part.against_end(),
            (None, Some(part)) => part.against_end().reverse(),
            (Some(left), Some(right)) => left.compare(&right),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// A key whose bytes compare as [`compare`] compares the tags, so that a database can keep them in this order.
///
/// Tags hold no zero byte, and their numbers fewer than 256 digits; for such texts the two orders are the same.
pub fn sort_key(tag: &str) -> Vec<u8> {
    const PRE_RELEASE: u8 = 1;
    const END: u8 = 2;
    const WORD: u8 = 3;
    const NUMBER: u8 = 4;
    let mut key = Vec::with_capacity(2 * tag.len() + 8);
    for part in (Parts { rest: &tag[bare(tag)..] }) {
        match part {
            Part::Number(digits) => {
                let digits = digits.trim_start_matches('0');
                key.extend([NUMBER, u8::try_from(digits.len()).unwrap_or(u8::MAX)]);
                key.extend(digits.bytes());
            }
            Part::Word(word) => {
                key.push(if is_pre_release(word) { PRE_RELEASE } else { WORD });
                key.extend(word.bytes().map(|b| b.to_ascii_lowercase()));
                key.push(0);
            }
        }
    }
    key.push(END);
    key.extend(tag.bytes());
    key
}

/// Where the tag begins without its `v`.
fn bare(tag: &str) -> usize {
    let digit_follows = tag.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    usize::from(digit_follows && tag.starts_with(['v', 'V']))
}

struct Parts<'a> {
    rest: &'a str,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Number(&'a str),
    Word(&'a str),
}

/// Numbers and words, with the separators between them left out.
impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        self.rest = self.rest.trim_start_matches(['.', '-', '_', '+']);
        let first = self.rest.bytes().next()?;
        let digits = first.is_ascii_digit();
        let end = self
            .rest
            .find(|c: char| c.is_ascii_digit() != digits || matches!(c, '.' | '-' | '_' | '+'))
            .unwrap_or(self.rest.len());
        let (part, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(if digits { Part::Number(part) } else { Part::Word(part) })
    }
}

impl Part<'_> {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => {
                let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
                left.len().cmp(&right.len()).then_with(|| left.cmp(right))
            }
            (Self::Word(left), Self::Word(right)) => {
                let is_early = |word| !is_pre_release(word);
                is_early(left).cmp(&is_early(right)).then_with(|| {
                    left.bytes()
                        .map(|b| b.to_ascii_lowercase())
                        .cmp(right.bytes().map(|b| b.to_ascii_lowercase()))
                })
            }
            // A word such as `latest` or `alpine` comes before a number at the same place.
            (Self::Word(_), Self::Number(_)) => Ordering::Less,
            (Self::Number(_), Self::Word(_)) => Ordering::Greater,
        }
    }

    /// How a tag with this further part compares to one that ends here.
    fn against_end(&self) -> Ordering {
        match self {
            Self::Word(word) if is_pre_release(word) => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

fn is_pre_release(word: &str) -> bool {
    const WORDS: [&str; 12] =
        ["alpha", "a", "beta", "b", "rc", "c", "pre", "preview", "dev", "snapshot", "nightly", "canary"];
    WORDS.iter().any(|it| word.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut tags: Vec<&str>) -> Vec<&str> {
        tags.sort_by(|a, b| compare(a, b));
        tags
    }

    #[test]
    fn compares_numbers_by_value() {
        assert_eq!(sorted(vec!["1.10", "1.9", "1.9.1", "10", "2"]), ["1.9", "1.9.1", "1.10", "2", "10"]);
        assert_eq!(
            sorted(vec!["build-100000000000000000000", "build-99"]),
            ["build-99", "build-100000000000000000000"]
        );
    }

    #[test]
    fn puts_pre_releases_before_the_release_and_variants_after_it() {
        assert_eq!(
            sorted(vec!["2.0-alpine", "2.0", "2.0-rc.2", "2.0-rc.10", "2.0-alpha", "2.0b1"]),
            ["2.0-alpha", "2.0b1", "2.0-rc.2", "2.0-rc.10", "2.0", "2.0-alpine"]
        );
    }

    #[test]
    fn does_not_count_the_v() {
        assert_eq!(sorted(vec!["v1.10", "1.9", "v1.8"]), ["v1.8", "1.9", "v1.10"]);
    }

    /// Every text of up to four parts out of those that the order treats differently.
    fn many_tags() -> Vec<String> {
        let parts = &[
            "", "1", "01", "10", "9", "a", "B", "rc", "RC", "alpine", "v1", "v", "-", ".", "_x", "+2",
            "latest",
        ];
        let pairs =
            || parts.iter().flat_map(move |left| parts.iter().map(move |right| format!("{left}{right}")));
        let joined = pairs().flat_map(|left| ["1", ".0", "-rc1"].map(|end| format!("{left}{end}")));
        let mut tags: Vec<String> = pairs().chain(joined).collect();
        tags.sort();
        tags.dedup();
        tags
    }

    #[test]
    fn keys_compare_as_the_tags_do() {
        let tags = many_tags();
        assert!(tags.len() > 500, "{}", tags.len());
        let keys: Vec<Vec<u8>> = tags.iter().map(|tag| sort_key(tag)).collect();
        for (left, left_key) in tags.iter().zip(&keys) {
            for (right, right_key) in tags.iter().zip(&keys) {
                assert_eq!(left_key.cmp(right_key), compare(left, right), "{left} {right}");
            }
        }
    }

    #[test]
    fn is_a_total_order() {
        let tags = [
            "1", "01", "v1", "1.0", "1-0", "a", "A", "latest", "1a", "1.a", "rc", "1-rc", "1rc", "", "v",
            "-", "1-",
        ];
        for a in tags {
            assert_eq!(compare(a, a), Ordering::Equal);
            for b in tags {
                assert_eq!(compare(a, b), compare(b, a).reverse(), "{a} {b}");
                assert!(a == b || compare(a, b).is_ne(), "{a} {b}");
                for c in tags {
                    if compare(a, b).is_le() && compare(b, c).is_le() {
                        assert!(compare(a, c).is_le(), "{a} {b} {c}");
                    }
                }
            }
        }
    }
}
