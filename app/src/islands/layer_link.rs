//! Links the segments of the stowage bar with the rows below it.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// Highlights the row of the segment under the pointer or focus, and the other way round.
#[island]
pub fn LayerLink(children: Children) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(root) = root.get() {
            browser::link_steps(&root);
        }
    });
    view! { <div node_ref=root>{children()}</div> }
}
