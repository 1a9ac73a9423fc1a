//! The part of a page that changes while somebody looks: a list with what is told about it.

use leptos::prelude::*;
use leptos::web_sys::{DomParser, Response, SupportedType};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::dom;

/// The id of the element that holds it.
pub(super) const RESULTS: &str = "results";

/// The page at an address.
pub(super) async fn fetch(url: &str) -> Result<String, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(url)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(JsValue::NULL)
}

/// Puts the results of another answer in the place of this page's; false where there are none.
pub(super) fn replace(html: &str) -> bool {
    let (html, styles) = take_styles(html);
    let parsed = DomParser::new().and_then(|parser| parser.parse_from_string(&html, SupportedType::TextHtml));
    let Some(page) = parsed.ok() else { return false };
    let new =
        page.get_element_by_id(RESULTS).or_else(|| page.query_selector("main > .problem").ok().flatten());
    let (Some(old), Some(new)) = (document().get_element_by_id(RESULTS), new) else { return false };
    // An error takes the place of the list, and must leave it again with the next answer.
    new.set_id(RESULTS);
    old.replace_with_with_node_1(&new).unwrap_or_default();
    dom::apply_styles(&styles);
    true
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
