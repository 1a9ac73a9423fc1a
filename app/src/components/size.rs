//! Sizes, and bars that compare them.

use leptos::prelude::*;

use super::reader::locale;

/// A size in binary units, with the exact bytes in its title.
#[component]
pub(crate) fn Size(bytes: Option<u64>) -> impl IntoView {
    let locale = locale();
    match bytes {
        Some(bytes) => {
            let exact =
                format!("{bytes} {}", if locale == crate::visitor::Locale::Fr { "octets" } else { "bytes" });
            view! { <data value=bytes.to_string() title=exact>{locale.bytes(bytes)}</data> }.into_any()
        }
        None => view! { <span class="faint">{locale.unknown()}</span> }.into_any(),
    }
}

/// A bar as long as the share of `part` in `whole`. It only repeats the number beside it.
#[component]
pub(crate) fn ShareBar(part: u64, whole: u64) -> impl IntoView {
    // SVG geometry needs no inline style, which the security policy forbids.
    let width = (u128::from(part) * 100 / u128::from(whole.max(1))).max(1);
    view! {
        <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect width=width.to_string() height="6"></rect>
        </svg>
    }
}
