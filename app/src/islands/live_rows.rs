//! Rows that follow the registry while somebody looks.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// Listens to what the server notices, and reads `#results` again when it changes; tells how far a scan is.
#[island]
pub fn LiveRows(
    /// Where the server tells what happens.
    events: String,
    /// What to say when nothing has changed.
    checked: String,
    /// What to say of a scan, with `{done}` and `{total}` in it; empty where the rows tell how far it is.
    progress: String,
) -> impl IntoView {
    let status = NodeRef::<leptos::html::P>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(status) = status.get() {
            browser::follow(
                browser::Words { checked: checked.clone(), progress: progress.clone() },
                &events,
                &status,
            );
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (events, checked, progress);
    view! { <p class="progress" role="status" hidden node_ref=status></p> }
}
