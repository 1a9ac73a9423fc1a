//! What is done with the tags that are selected.

use leptos::prelude::*;

use crate::address::{Address, TagsQuery};
use crate::components::reader::locale;

/// Says how many tags are selected, and plans their deletion; or that of all that match, whatever page they are on.
pub(super) fn bar(query: &TagsQuery, matched: usize, per_page: usize) -> impl IntoView + use<> {
    let locale = locale();
    let filter = TagsQuery { page: 0, ..query.clone() }.to_text();
    let all = (matched > per_page).then(|| {
        view! { <button class="btn" name="all" value=filter>{locale.all_that_match(matched)}</button> }
    });
    view! {
        <div class="selbar">
            <span data-selected aria-live="polite">{locale.select_hint()}</span>
            <span class="push"></span>
            <label class="muted">
                <input type="checkbox" name="mode" value="manifest" />
                " "
                {locale.with_aliases()}
            </label>
            {all}
            <button class="btn" formaction=Address::Compare.path() formmethod="get" data-at-most="2">
                {locale.compare()}
            </button>
            <button class="btn warnbtn">{locale.plan_deletion()}</button>
        </div>
    }
}
