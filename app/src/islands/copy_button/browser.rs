use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::islands::dom;

/// How long the announcement stays.
const SHOWN: Duration = Duration::from_secs(2);

pub(super) fn copy_on_click(copied: String, announcement: RwSignal<String>) {
    // Copy buttons are shown only where they work.
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-scripted", "");
    }
    let handle = window_event_listener(ev::click, move |event| {
        let Some(button) = dom::closest(&event, "[data-copy]") else { return };
        let Some(text) = button.get_attribute("data-copy") else { return };
        let copied = copied.clone();
        spawn_local(async move {
            // The promise fails where the browser forbids it, for example on plain http; then nothing is announced.
            if JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok() {
                announcement.set(copied);
                set_timeout(move || announcement.set(String::new()), SHOWN);
            }
        });
    });
    on_cleanup(move || handle.remove());
}
