//! From page to page of a list.

use leptos::prelude::*;

use super::reader::locale;

/// `1–100 of 1,284`, and links to the pages before and after.
#[component]
pub(crate) fn Pager(
    /// The page shown, from 1.
    page: usize,
    /// Rows of a page.
    per_page: usize,
    /// Rows of the whole list.
    total: usize,
    /// The address of a page.
    href: impl Fn(usize) -> String,
) -> impl IntoView {
    let locale = locale();
    let n_pages = total.div_ceil(per_page).max(1);
    let first = (page - 1) * per_page + 1;
    let last = (page * per_page).min(total);
    let previous =
        (page > 1).then(|| view! { <a rel="prev" href=href(page - 1)>"‹ "{locale.previous_page()}</a> });
    let next =
        (page < n_pages).then(|| view! { <a rel="next" href=href(page + 1)>{locale.next_page()}" ›"</a> });
    (n_pages > 1).then(|| {
        view! {
            <nav class="pager" aria-label=locale.pages()>
                <span>{locale.range(first, last, total)}</span>
                <span>{previous}{next}</span>
            </nav>
        }
    })
}
