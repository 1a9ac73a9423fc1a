//! The keyboard: `/` searches, `j` and `k` go from row to row, `Enter` opens, `?` tells.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// Listens for keys, and holds the list of them.
#[island]
pub fn Shortcuts(
    /// The heading of the list.
    title: String,
    /// What `/` does.
    search: String,
    /// What `j` and `k` do.
    rows: String,
    /// What `Enter` does.
    open: String,
    /// What `?` does.
    help: String,
    /// The word on the button that closes the list.
    close: String,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            browser::listen_for_keys(dialog);
            // This island is on every page, and one more would be more to send.
            super::old_address::follow();
        }
    });
    view! {
        <dialog node_ref=dialog class="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">{title}</h2>
            <dl>
                <div>
                    <dt><kbd>"/"</kbd></dt>
                    <dd>{search}</dd>
                </div>
                <div>
                    <dt><kbd>"j"</kbd>" "<kbd>"k"</kbd></dt>
                    <dd>{rows}</dd>
                </div>
                <div>
                    <dt><kbd>"Enter"</kbd></dt>
                    <dd>{open}</dd>
                </div>
                <div>
                    <dt><kbd>"?"</kbd></dt>
                    <dd>{help}</dd>
                </div>
            </dl>
            <form method="dialog">
                <button class="btn">{close}</button>
            </form>
        </dialog>
    }
}
