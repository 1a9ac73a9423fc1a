//! Small helpers over the document.

use leptos::prelude::*;
use leptos::wasm_bindgen::convert::FromWasmAbi;
use leptos::wasm_bindgen::prelude::Closure;
use leptos::web_sys::{CssStyleSheet, Element, Event, EventTarget};
use wasm_bindgen::JsCast;

/// The first element below `root` that matches.
pub(super) fn first(root: &Element, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}

/// All elements below `root` that match, in the order of the document.
pub(super) fn all(root: &Element, selector: &str) -> impl Iterator<Item = Element> {
    let list = root.query_selector_all(selector).ok();
    let n_nodes = list.as_ref().map_or(0, leptos::web_sys::NodeList::length);
    (0..n_nodes).filter_map(move |idx| list.as_ref()?.get(idx)?.dyn_into().ok())
}

/// The element that an event happened on, or the nearest one around it that matches.
pub(super) fn closest(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// Listens for as long as the target lives.
pub(super) fn listen<E: FromWasmAbi + 'static>(
    root: &EventTarget,
    event: &str,
    handler: impl FnMut(E) + 'static,
) {
    let handler = Closure::<dyn FnMut(E)>::new(handler);
    let _ = root.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    // The element owns the listener now; both go with the page.
    handler.forget();
}

/// Makes styles that came with another answer count; a constructed style sheet is this page's own.
pub(super) fn apply_styles(styles: &str) {
    let Ok(sheet) = CssStyleSheet::new() else { return };
    if sheet.replace_sync(styles).is_ok() {
        let sheets = document().adopted_style_sheets();
        sheets.set_length(0);
        sheets.push(&sheet);
    }
}
