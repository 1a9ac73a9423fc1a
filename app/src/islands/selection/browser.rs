use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::web_sys::{Element, Event, HtmlInputElement, MouseEvent};
use wasm_bindgen::JsCast;

use crate::islands::dom;

const BOXES: &str = "#results td.pick input";

pub(super) fn help(none: &str, one: &str, many: &str) {
    let Some(body) = document().body() else { return };
    let last: Rc<RefCell<Option<HtmlInputElement>>> = Rc::default();
    let words = (none.to_owned(), one.to_owned(), many.to_owned());
    // Rows come and go, so the page listens for them.
    dom::listen(&body, "click", move |event: MouseEvent| {
        let Some(input) = dom::closest(&event, "input[type=checkbox]").and_then(as_input) else { return };
        if input.has_attribute("data-select-page") {
            boxes().for_each(|it| it.set_checked(input.checked()));
        } else if input.closest("td.pick").ok().flatten().is_some() {
            let before = last.replace(Some(input.clone()));
            if let Some(before) = before.filter(|_| event.shift_key()) {
                select_between(&before, &input);
            }
        }
        tell(&words);
    });
    dom::listen(&body, "change", |_: Event| mark());
    mark();
}

fn as_input(element: Element) -> Option<HtmlInputElement> {
    element.dyn_into().ok()
}

fn boxes() -> impl Iterator<Item = HtmlInputElement> {
    let body = document().body();
    let all: Vec<_> = body.iter().flat_map(|body| dom::all(body, BOXES)).filter_map(as_input).collect();
    all.into_iter()
}

fn select_between(from: &HtmlInputElement, to: &HtmlInputElement) {
    let all: Vec<_> = boxes().collect();
    let place = |input: &HtmlInputElement| all.iter().position(|it| it == input);
    if let (Some(from), Some(last)) = (place(from), place(to)) {
        let (first, last) = (from.min(last), from.max(last));
        all[first..=last].iter().for_each(|it| it.set_checked(to.checked()));
    }
}

/// Says how many are selected, and offers what can be done with so many.
fn tell((none, one, many): &(String, String, String)) {
    mark();
    let n_selected = boxes().filter(HtmlInputElement::checked).count();
    let body = document().body();
    for button in body.iter().flat_map(|body| dom::all(body, "button[data-at-most]")) {
        let at_most = button.get_attribute("data-at-most").and_then(|it| it.parse().ok());
        let is_off = at_most.is_some_and(|it: usize| n_selected > it);
        let _ = button.toggle_attribute_with_force("disabled", is_off);
    }
    let text = match n_selected {
        0 => none.clone(),
        1 => one.clone(),
        n => many.replace("{n}", &n.to_string()),
    };
    if let Some(place) = document().query_selector("[data-selected]").ok().flatten() {
        place.set_text_content(Some(&text));
    }
}

/// Rows that are selected look so.
fn mark() {
    for input in boxes() {
        if let Some(row) = input.closest("tr").ok().flatten() {
            let _ = row.class_list().toggle_with_force("sel", input.checked());
        }
    }
}
