//! `TAGLIST_…` and `SHOW_CONTENT_DIGEST`: what lists of tags are like.

use app::visitor::TagDefaults;

use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};
use crate::config::remark::Remark;

const ORDER: &str = "TAGLIST_ORDER";
const ORDER_EXAMPLE: &str = "TAGLIST_ORDER=num-asc;alpha-asc, or TAGLIST_ORDER=alpha-desc;num-desc";
const PAGE_SIZE: &str = "TAGLIST_PAGE_SIZE";
const DIGEST: &str = "SHOW_CONTENT_DIGEST";
/// The rows of the longest page.
const MOST: usize = 1000;

/// The directions of numbers and of words in names.
struct Order {
    numbers_rise: bool,
    words_rise: bool,
}

/// Reads the order of names, the rows of a page, and whether there is a column of digests.
pub(super) fn read(variables: &Variables) -> Result<TagDefaults, ConfigErrors> {
    let mut errors = Collector::default();
    let usual = TagDefaults::default();
    let order = errors.take(order(variables));
    let rows = errors.take(rows(variables));
    let digest = errors.take(variables.choice(DIGEST));
    let (Some(order), Some(rows), Some(digest)) = (order, rows, digest) else { return Err(errors.finish()) };
    Ok(TagDefaults {
        per_page: rows.map_or(usual.per_page, |it| it.min(MOST)),
        // Most names of tags are versions, so the direction of numbers is what people see.
        ascending: order.map_or(usual.ascending, |it| it.numbers_rise),
        digest: digest.unwrap_or(usual.digest),
    })
}

fn order(variables: &Variables) -> Result<Option<Order>, ConfigError> {
    let Some(text) = variables.text(ORDER)? else { return Ok(None) };
    let (mut numbers, mut words) = (None, None);
    let mut n_parts = 0;
    for part in text.split(';').map(str::trim) {
        n_parts += 1;
        match part {
            "num-asc" => numbers = Some(true),
            "num-desc" => numbers = Some(false),
            "alpha-asc" => words = Some(true),
            "alpha-desc" => words = Some(false),
            _ => {}
        }
    }
    match (numbers, words, n_parts) {
        (Some(numbers_rise), Some(words_rise), 2) => Ok(Some(Order { numbers_rise, words_rise })),
        _ => {
            let why = "does not give a direction to numbers and one to words";
            Err(ConfigError::value(ORDER, text, why, ORDER_EXAMPLE))
        }
    }
}

fn rows(variables: &Variables) -> Result<Option<usize>, ConfigError> {
    let Some(text) = variables.text(PAGE_SIZE)? else { return Ok(None) };
    match text.parse() {
        Ok(rows @ 1..) => Ok(Some(rows)),
        _ => {
            let why = "is not a number of rows";
            Err(ConfigError::value(PAGE_SIZE, text, why, &format!("{PAGE_SIZE}=100")))
        }
    }
}

/// Says so where names cannot be sorted as they were, and where pages would be too long.
pub(super) fn remarks(variables: &Variables) -> Vec<Remark> {
    let mixed = order(variables).ok().flatten().filter(|it| it.numbers_rise != it.words_rise);
    let mixed = mixed.map(|_| {
        let why = "names are sorted in one direction, words and numbers alike, and that of numbers counts";
        Remark::in_part(ORDER, why)
    });
    let long = rows(variables).ok().flatten().filter(|it| *it > MOST);
    let long = long.map(|rows| {
        let why = format!("the longest page has {MOST} rows, and {rows} would be slow to look at");
        Remark::in_part(PAGE_SIZE, why)
    });
    mixed.into_iter().chain(long).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Result<TagDefaults, String> {
        read(&pairs.iter().copied().collect()).map_err(|errors| errors.to_string())
    }

    #[test]
    fn all_orders_of_old_are_understood() {
        for (order, ascending, n_remarks) in [
            ("num-asc;alpha-asc", true, 0),
            ("num-desc;alpha-asc", false, 1),
            ("num-asc;alpha-desc", true, 1),
            ("num-desc;alpha-desc", false, 0),
            ("alpha-asc;num-asc", true, 0),
            ("alpha-asc;num-desc", false, 1),
            ("alpha-desc;num-asc", true, 1),
            ("alpha-desc;num-desc", false, 0),
        ] {
            let pairs = [(ORDER, order)];
            assert_eq!(tags(&pairs).unwrap().ascending, ascending, "{order}");
            assert_eq!(remarks(&pairs.into_iter().collect()).len(), n_remarks, "{order}");
        }
        for wrong in ["newest", "num-asc", "num-asc;num-desc", "num-asc;alpha-asc;x"] {
            assert!(tags(&[(ORDER, wrong)]).unwrap_err().contains("for example"), "{wrong}");
        }
    }

    #[test]
    fn pages_have_some_rows_and_not_too_many() {
        assert_eq!(tags(&[(PAGE_SIZE, "20")]).unwrap().per_page, 20);
        let long = [(PAGE_SIZE, "100000")];
        assert_eq!(tags(&long).unwrap().per_page, MOST);
        assert_eq!(remarks(&long.into_iter().collect()).len(), 1);
        assert!(tags(&[(PAGE_SIZE, "0")]).is_err() && tags(&[(PAGE_SIZE, "all")]).is_err());
    }

    #[test]
    fn digests_are_shown_unless_somebody_says_no() {
        assert!(tags(&[]).unwrap().digest && tags(&[(DIGEST, "true")]).unwrap().digest);
        assert!(!tags(&[(DIGEST, "false")]).unwrap().digest);
    }
}
