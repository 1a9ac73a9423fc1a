//! Selecting rows: a whole page, a range, and how many there are.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// Helps with the check boxes of a table: shift selects what lies between, the box in the head selects the page, and
/// `[data-selected]` says how many are selected, and `button[data-at-most]` is off while there are more than it is for.
#[island]
pub fn Selection(
    /// What to say of none.
    none: String,
    /// What to say of one.
    one: String,
    /// What to say of more, with `{n}` in it.
    many: String,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move || browser::help(&none, &one, &many));
    #[cfg(not(feature = "hydrate"))]
    let _ = (none, one, many);
}
