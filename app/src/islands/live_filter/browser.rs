use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::web_sys::{
    DomParser, Element, Event, FormData, HtmlFormElement, Response, SupportedType, UrlSearchParams,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::islands::dom;

/// How long a pause in typing is.
const PAUSE: Duration = Duration::from_millis(150);
const RESULTS: &str = "results";

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
        let Ok(html) = fetch_text(&url).await else { return };
        // An answer that was overtaken must not replace a newer one.
        if newest.get() == number {
            replace_results(&html, &url);
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

async fn fetch_text(url: &str) -> Result<String, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(url)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(JsValue::NULL)
}

fn replace_results(html: &str, url: &str) {
    let (html, styles) = take_styles(html);
    let parsed = DomParser::new().and_then(|parser| parser.parse_from_string(&html, SupportedType::TextHtml));
    let Some(page) = parsed.ok() else { return };
    let new =
        page.get_element_by_id(RESULTS).or_else(|| page.query_selector("main > .problem").ok().flatten());
    let (Some(old), Some(new)) = (document().get_element_by_id(RESULTS), new) else { return };
    // An error takes the place of the list, and must leave it again with the next answer.
    new.set_id(RESULTS);
    old.replace_with_with_node_1(&new).unwrap_or_default();
    dom::apply_styles(&styles);
    let history = window().history();
    if let Ok(history) = history {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Takes the style elements out of a page: their nonce is that answer's, so this page's security policy refuses them.
///
/// Texts of registries are escaped, so what looks like an element is one.
fn take_styles(html: &str) -> (String, String) {
    let (mut rest, mut kept, mut styles) = (html, String::with_capacity(html.len()), String::new());
    while let Some((before, after)) = rest.split_once("<style") {
        kept.push_str(before);
        let (element, after) = after.split_once("</style>").unwrap_or((after, ""));
        styles.push_str(element.split_once('>').map_or("", |(_, text)| text));
        rest = after;
    }
    kept.push_str(rest);
    (kept, styles)
}
