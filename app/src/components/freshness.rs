//! How fresh a list is.

use jiff::Timestamp;
use leptos::prelude::*;

use super::notice::Notice;
use super::reader::{locale, reader};
use super::time::Ago;
use crate::base_path::under;
use crate::error;

/// When the registry last said what is shown, and a button that asks it again.
#[component]
pub(crate) fn Freshness(
    /// Absent for what has just been read.
    seen_at: Option<Timestamp>,
    /// The path and query of the page, to come back to.
    here: String,
) -> impl IntoView {
    let reader = reader();
    let locale = reader.locale;
    let at = seen_at.unwrap_or(reader.now);
    view! {
        <form class="fresh" action=under("/refresh") method="post">
            <span data-checked>{locale.checked()}" "<Ago at /></span>
            <input type="hidden" name="here" value=here />
            <button class="link">{locale.refresh()}</button>
        </form>
    }
}

/// Why what is shown could not be compared with the registry.
#[component]
pub(crate) fn OutOfDate(problem: registry::Error) -> impl IntoView {
    let locale = locale();
    let problem = error::problem_of(&problem.into(), locale);
    view! {
        <Notice>
            <p>{locale.out_of_date()}" "{problem.detail}</p>
            {problem.remedy.map(|remedy| view! { <p>{remedy}</p> })}
        </Notice>
    }
}
