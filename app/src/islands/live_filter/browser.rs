use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::web_sys::{Element, Event, FormData, HtmlFormElement, UrlSearchParams};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use crate::islands::{dom, results};

/// How long a pause in typing is.
const PAUSE: Duration = Duration::from_millis(150);

pub(super) fn filter_while_typing(root: &Element) {
    let Some(form) = dom::first(root, "form").and_then(|it| it.dyn_into::<HtmlFormElement>().ok()) else {
        return;
    };
    let waiting: Rc<RefCell<Option<TimeoutHandle>>> = Rc::default();
    let newest: Rc<Cell<u32>> = Rc::default();
    let target = form.clone();
    dom::listen(&target, "input", move |_: Event| {
        if let Some(earlier) = waiting.take() {
            earlier.clear();
        }
        let (form, newest) = (form.clone(), newest.clone());
        let handle = set_timeout_with_handle(move || send(form, newest), PAUSE);
        waiting.replace(handle.ok());
    });
}

fn send(form: HtmlFormElement, newest: Rc<Cell<u32>>) {
    let number = newest.get() + 1;
    newest.set(number);
    spawn_local(async move {
        // Whatever goes wrong, the form still has its button.
        let Some(url) = address_of(&form) else { return };
        let Ok(html) = results::fetch(&url).await else { return };
        // An answer that was overtaken must not replace a newer one.
        if newest.get() == number && results::replace(&html) {
            let _ =
                window().history().and_then(|it| it.replace_state_with_url(&JsValue::NULL, "", Some(&url)));
        }
    });
}

/// The address that sending the form leads to, without the fields that are empty.
fn address_of(form: &HtmlFormElement) -> Option<String> {
    let data = FormData::new_with_form(form).ok()?;
    let query = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    for name in dom::all(form, "[name]").filter_map(|it| it.get_attribute("name")) {
        if query.get(&name).is_some_and(|value| value.is_empty()) {
            query.delete(&name);
        }
    }
    let query = String::from(query.to_string());
    let path = form.get_attribute("action")?;
    Some(if query.is_empty() { path } else { format!("{path}?{query}") })
}
