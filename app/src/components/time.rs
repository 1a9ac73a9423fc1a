//! Dates, relative to now, with the instant in the title.

use jiff::Timestamp;
use leptos::prelude::*;
use registry::created::Created;

use super::reader::reader;

/// How long ago an instant was.
#[component]
pub(crate) fn Ago(at: Timestamp) -> impl IntoView {
    let reader = reader();
    // Nanoseconds help nobody; the second is enough to tell two builds apart.
    let instant = Timestamp::from_second(at.as_second()).unwrap_or(at).to_string();
    view! { <time datetime=instant.clone() title=instant>{reader.locale.ago(at, reader.now)}</time> }
}

/// The day of an instant that is yet to come.
#[component]
pub(crate) fn At(at: Timestamp) -> impl IntoView {
    let instant = at.to_string();
    // An instant begins with its day.
    let day = instant.split('T').next().unwrap_or_default().to_owned();
    view! { <time datetime=instant.clone() title=instant>{day}</time> }
}

/// When something was made, or why that is not known.
#[component]
pub(crate) fn CreatedAt(created: Created) -> impl IntoView {
    let reader = reader();
    match created.at {
        Some(at) => view! { <Ago at /> }.into_any(),
        None => {
            let (text, title) = reader.locale.no_date(created.state);
            view! { <span class="faint" title=title>{text}</span> }.into_any()
        }
    }
}
