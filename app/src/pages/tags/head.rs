//! The head of the table of tags, whose columns sort.

use engine::{PendingRow, TagPage, TagSort};
use leptos::prelude::*;

use crate::address::{Address, TagsQuery};
use crate::components::reader::locale;

/// The columns that are there only where something is known for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Columns {
    /// When tags were pushed.
    pub(super) pushed: bool,
    /// When tags were pulled.
    pub(super) pulled: bool,
}

impl Columns {
    pub(super) fn of(page: &TagPage) -> Self {
        let any = |known: fn(&PendingRow) -> bool| page.rows.iter().any(known);
        Self { pushed: any(|row| row.pushed_at().is_some()), pulled: any(|row| row.pulled_at().is_some()) }
    }
}

pub(super) fn head(
    address: &Address,
    query: &TagsQuery,
    columns: Columns,
    picks: bool,
) -> impl IntoView + use<> {
    let locale = locale();
    let column = |by: TagSort, text: &'static str, class: &'static str| {
        let current = query.sort == by;
        let reversed = if current { !query.reversed } else { query.is_usually_reversed(by) };
        let descending = query.is_descending();
        let query = TagsQuery { sort: by, reversed, page: 0, ..query.clone() };
        let sort = current.then_some(if descending { "descending" } else { "ascending" });
        let arrow = current.then_some(if descending { " ↓" } else { " ↑" });
        let href = format!("{}{}", address.path(), query.to_text());
        view! {
            <th scope="col" class=class aria-sort=sort>
                <a href=href>{text}<span aria-hidden="true">{arrow}</span></a>
            </th>
        }
    };
    let pick = picks.then(|| {
        let label = locale.select_page();
        view! { <th scope="col" class="pick"><input type="checkbox" data-select-page aria-label=label title=label /></th> }
    });
    view! {
        <thead>
            <tr>
                {pick}
                {column(TagSort::Name, locale.tag(), "")}
                {column(TagSort::Platforms, locale.platforms(), "")}
                {column(TagSort::Size, locale.size(), "num")}
                {column(TagSort::Created, locale.created(), "")}
                {columns.pushed.then(|| column(TagSort::Pushed, locale.pushed(), ""))}
                {columns.pulled.then(|| column(TagSort::Pulled, locale.pulled(), ""))}
                {query.defaults.digest.then(|| view! { <th scope="col">{locale.digest()}</th> })}
            </tr>
        </thead>
    }
}
