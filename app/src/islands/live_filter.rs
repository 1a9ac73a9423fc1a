//! Filters a list while somebody types.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// Sends the form inside shortly after a key or a choice, and puts the answer's `#results` in the place of its own.
///
/// The address follows, so the page can be reloaded and shared at any moment.
#[island]
pub fn LiveFilter(children: Children) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(root) = root.get() {
            browser::filter_while_typing(&root);
        }
    });
    view! { <div node_ref=root>{children()}</div> }
}
