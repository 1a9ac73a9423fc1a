//! Which layer is looked at, what is searched for, and in which order.

use leptos::prelude::*;
use registry::history::{LayerRow, instruction};

use super::{Files, at};
use crate::components::reader::locale;

/// How much of an instruction a choice shows, in letters.
const LONGEST: usize = 60;

impl Files {
    pub(super) fn controls(&self) -> impl IntoView + use<> {
        let locale = locale();
        let query = &self.query;
        let chosen = at(query, &self.known).layer;
        let last = self.known.layers.len();
        let layers = self.known.layers.iter().enumerate().rev().map(|(idx, it)| {
            let number = idx + 1;
            let value = if number == last { String::new() } else { number.to_string() };
            view! { <option value=value selected=idx == chosen>{choice(number, &it.row)}</option> }
        });
        let keep = |name: &'static str, value: &str| {
            let value = value.to_owned();
            (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value /> })
        };
        view! {
            <form class="bar" action=self.address.path() method="get">
                <input type="hidden" name="view" value="files" />
                {keep("platform", &query.platform)}
                {keep("path", &query.path)}
                <select class="field" name="of" aria-label=locale.what()>
                    <option value="" selected=!query.only>{locale.after_layer()}</option>
                    <option value="layer" selected=query.only>{locale.only_layer()}</option>
                </select>
                <select class="field layer" name="layer" aria-label=locale.layer()>{layers.collect_view()}</select>
                <input
                    class="field"
                    type="search"
                    name="q"
                    value=query.q.clone()
                    placeholder=locale.find_files()
                    aria-label=locale.find_files()
                    autocomplete="off"
                />
                <select class="field small" name="sort" aria-label=locale.order()>
                    <option value="" selected=!query.by_size>{locale.by_name()}</option>
                    <option value="size" selected=query.by_size>{locale.largest_first()}</option>
                </select>
                <button class="btn">{locale.show()}</button>
            </form>
        }
    }
}

/// A layer by its number and the beginning of the instruction that made it.
fn choice(number: usize, layer: &LayerRow) -> String {
    let text = layer.created_by.as_deref().unwrap_or_default();
    if text.is_empty() {
        return locale().layer_number(number);
    }
    let command = instruction(text);
    let text = format!("{number} · {} {}", command.keyword, command.arguments);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
