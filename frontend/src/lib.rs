//! The entry of the browser's part of the app.

// Keeps the islands, which nothing here names, from being left out by the linker.
use app as _;

/// Called once by the page's script, before it starts the islands one by one.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
