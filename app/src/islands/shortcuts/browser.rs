use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos::web_sys::{HtmlDialogElement, HtmlElement};
use wasm_bindgen::JsCast;

use crate::islands::dom;

/// What is focused in a row: the row itself where it is a link, else the first link in it.
const ROWS: &str = "a[data-row], [data-row] a[href]:first-of-type";

pub(super) fn listen_for_keys(dialog: HtmlDialogElement) {
    let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing() || dialog.open() {
            return;
        }
        match event.key().as_str() {
            "/" => focus(document().get_element_by_id("search").and_then(|it| it.dyn_into().ok())),
            "j" => step(1),
            "k" => step(-1),
            "?" => {
                let _ = dialog.show_modal();
            }
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

fn is_typing() -> bool {
    document()
        .active_element()
        .is_some_and(|it| matches!(it.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        let _ = element.focus();
    }
}

/// Moves the focus by so many rows; from anywhere else it begins at the first or the last.
fn step(by: isize) {
    let Some(body) = document().body() else { return };
    let rows: Vec<HtmlElement> = dom::all(&body, ROWS).filter_map(|it| it.dyn_into().ok()).collect();
    let active = document().active_element();
    let at = rows.iter().position(|row| active.as_ref().is_some_and(|active| row.is_same_node(Some(active))));
    let next = match at {
        Some(at) => at.checked_add_signed(by),
        None if by > 0 => Some(0),
        None => rows.len().checked_sub(1),
    };
    focus(next.and_then(|idx| rows.into_iter().nth(idx)));
}
