//! The layers of an image: the stowage bar, and a row for each step.

use leptos::prelude::*;
use registry::Digest;
use registry::history::LayerRow;

use crate::address::Address;
use crate::components::copy::CopyButton;
use crate::components::reader::locale;
use crate::components::step::{Instruction, LayerSize};
use crate::components::stowage_bar::{StowageBar, total_size};
use crate::islands::layer_link::LayerLink;

/// The layers, the first step first.
#[component]
pub(super) fn Layers(
    layers: Vec<LayerRow>,
    /// How many of the layers are those of an image that this one is built on, and what it is called.
    base: Option<(usize, String)>,
) -> impl IntoView {
    let locale = locale();
    if layers.is_empty() {
        return view! { <p class="muted">{locale.no_layers()}</p> }.into_any();
    }
    let total = total_size(&layers);
    let mut number = 0;
    let rows = layers
        .iter()
        .enumerate()
        .map(|(idx, layer)| {
            if !layer.empty {
                number += 1;
            }
            let base =
                base.as_ref().filter(|(n, _)| !layer.empty && number <= *n).map(|(_, name)| name.clone());
            step(layer, idx + 1, number, total, base)
        })
        .collect_view();
    view! {
        <LayerLink>
            <StowageBar layers=layers.clone() />
            <div class="card">
                <table class="rows layers">
                    <thead>
                        <tr>
                            <th scope="col" class="num">"#"</th>
                            <th scope="col">{locale.instruction()}</th>
                            <th scope="col" class="num">{locale.size()}</th>
                            <th scope="col" class="num">{locale.share()}</th>
                            <th scope="col">{locale.layer()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </LayerLink>
    }
    .into_any()
}

fn step(
    layer: &LayerRow,
    position: usize,
    number: usize,
    total: u64,
    base: Option<String>,
) -> impl IntoView + use<> {
    let locale = locale();
    let text = layer.created_by.clone().unwrap_or_default();
    let share = layer.size.filter(|_| !layer.empty).map(|size| locale.percent(size, total));
    let shown_number = if layer.empty { "–".to_owned() } else { number.to_string() };
    let base = base.map(|name| view! { " "<span class="chip" title=name>{locale.base_layer()}</span> });
    let foreign = layer.foreign.then(|| view! { <span class="chip warn">{locale.foreign_layer()}</span> });
    view! {
        <tr id=format!("step-{position}") data-step=position.to_string() tabindex="-1">
            <td class="num faint">{shown_number}</td>
            <td class="instr" title=text><Instruction text=text.clone() /></td>
            <td class="num"><LayerSize layer=layer.clone() /></td>
            <td class="num wide">{share}</td>
            <td class="hide">{layer.digest.clone().map(|digest| view! { <LayerDigest digest /> })}{base}{foreign}</td>
        </tr>
    }
}

/// A layer's digest, which leads to the tags that share the layer.
#[component]
fn LayerDigest(digest: Digest) -> impl IntoView {
    let href = Address::search_for(digest.as_str());
    view! {
        <a class="digest" href=href title=locale().tags_with_layer()>
            <code>{digest.short().to_owned()}</code>
        </a>
        <CopyButton text=digest.to_string() label=locale().copy_digest() />
    }
}
