//! The order of tags that people expect: `1.9` before `1.10`, `2.0-rc.1` before `2.0`.

use std::cmp::Ordering;

/// Compares two tags in natural order, with pre-releases before their release.
///
/// Numbers compare by value, whatever their length; a leading `v` does not count; a part that says pre-release
/// (`alpha`, `beta`, `rc` …) sorts before the end of the other tag, any other suffix (`-alpine`) after it.
/// Tags that are alike in all this compare by their bytes, so the order is total.
pub fn compare(left: &str, right: &str) -> Ordering {
    let bare = |tag: &'_ str| -> usize {
        let digit_follows = tag.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        usize::from(digit_follows && tag.starts_with(['v', 'V']))
    };
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
