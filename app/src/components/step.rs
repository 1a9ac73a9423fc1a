//! The step that made a layer, as lists show it.

use leptos::prelude::*;
use registry::history::{LayerRow, instruction};

use super::reader::locale;
use super::size::Size;

/// The instruction, or that nobody recorded it.
#[component]
pub(crate) fn Instruction(
    /// What the builder recorded; empty where it recorded nothing.
    text: String,
) -> impl IntoView {
    if text.is_empty() {
        return view! { <span class="faint">{locale().no_instruction()}</span> }.into_any();
    }
    let command = instruction(&text);
    view! { <code><b>{command.keyword.to_owned()}</b>" "{command.arguments.to_string()}</code> }.into_any()
}

/// The size of the layer, or that the step made none.
#[component]
pub(crate) fn LayerSize(layer: LayerRow) -> impl IntoView {
    match layer.empty {
        true => view! { <span class="faint">{locale().empty_layer()}</span> }.into_any(),
        false => view! { <Size bytes=layer.size /> }.into_any(),
    }
}
