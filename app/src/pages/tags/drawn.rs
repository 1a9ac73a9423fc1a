//! Rows that were drawn before, for as long as they would be drawn the same way again.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use leptos::prelude::*;
use moka::sync::Cache;
use registry::summary::TagRow;

use crate::components::reader::reader;
use crate::format::ago_until;
use crate::visitor::Locale;

use super::rows::{Place, Times, bar_lengths};

/// How many bytes of text are kept.
const LARGEST: u64 = 8 << 20;

/// Rows as markup, and a style sheet for their bars.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub(super) rows: Arc<str>,
    pub(super) bars: Arc<str>,
}

/// What rows are drawn from.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    /// Where each lies in memory, and its times.
    rows: Vec<(usize, Times)>,
    place: Place,
    locale: Locale,
}

#[derive(Clone, Debug)]
struct Kept {
    drawn: Drawn,
    /// The second since 1970 from which on one of their times is told differently.
    until: i64,
    /// So that nothing else comes to lie where they lie.
    _rows: Arc<[Arc<TagRow>]>,
}

/// What was drawn by this process, for whichever engine.
static DRAWN: LazyLock<Cache<Key, Kept>> = LazyLock::new(|| {
    let length = |it: &Kept| it.drawn.rows.len() + it.drawn.bars.len();
    let weight = move |_: &Key, it: &Kept| u32::try_from(length(it)).unwrap_or(u32::MAX);
    Cache::builder().max_capacity(LARGEST).weigher(weight).build()
});

/// Draws rows, unless they were drawn before.
pub(super) fn draw(rows: Vec<(Arc<TagRow>, Times)>, place: Place) -> Drawn {
    let reader = reader();
    let lying = rows.iter().map(|(row, times)| (Arc::as_ptr(row).addr(), *times)).collect();
    let key = Key { rows: lying, place, locale: reader.locale };
    if let Some(kept) = DRAWN.get(&key).filter(|it| reader.now.as_second() < it.until) {
        return kept.drawn;
    }
    let views = rows.iter().map(|(row, times)| key.place.row(row, *times)).collect_view();
    let until =
        rows.iter().flat_map(|(row, times)| told(row, *times)).map(|at| ago_until(at, reader.now)).min();
    let rows: Arc<[Arc<TagRow>]> = rows.into_iter().map(|(row, _)| row).collect();
    let drawn = Drawn { rows: views.to_html().into(), bars: bar_lengths(&rows).into() };
    DRAWN.insert(key, Kept { drawn: drawn.clone(), until: until.unwrap_or(i64::MAX), _rows: rows });
    drawn
}

/// The times that a row tells.
fn told(row: &TagRow, (pushed, pulled): Times) -> impl Iterator<Item = Timestamp> {
    [row.summary.created.at, pushed.flatten(), pulled.flatten()].into_iter().flatten()
}
