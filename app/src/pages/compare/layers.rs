//! The layers of two images: those that both begin with, and where they part.

use leptos::prelude::*;
use registry::compare::{Comparison, OwnStep};
use registry::history::LayerRow;

use crate::components::chip::{Chip, Tone};
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::step::{Instruction, LayerSize};

pub(super) fn view(comparison: &Comparison, titles: [String; 2]) -> impl IntoView + use<> {
    let locale = locale();
    let [title_a, title_b] = titles;
    let layers: Vec<_> = comparison.common.iter().filter(|it| it.digest.is_some()).collect();
    let size = layers.iter().filter_map(|it| it.size).sum();
    let common = if layers.is_empty() {
        view! { <p class="muted">{locale.no_common_layers()}</p> }.into_any()
    } else {
        let steps = comparison.common.iter().map(|it| line(it, false)).collect_view();
        view! {
            <details class="panel">
                <summary>{locale.n_common_layers(layers.len(), &locale.bytes(size))}</summary>
                <ul class="lines">{steps}</ul>
            </details>
        }
        .into_any()
    };
    view! {
        <h2>{locale.layers()}</h2>
        {common}
        <div class="sides">{own(title_a, &comparison.only_a)} {own(title_b, &comparison.only_b)}</div>
    }
}

/// What one of them has after those that both begin with.
fn own(title: String, steps: &[OwnStep]) -> impl IntoView + use<> {
    let locale = locale();
    let size = steps.iter().filter_map(|it| it.step.size).sum();
    let lines = if steps.is_empty() {
        view! { <p class="pad muted">{locale.no_more_layers()}</p> }.into_any()
    } else {
        let lines = steps.iter().map(|it| line(&it.step, it.shared)).collect_view();
        view! { <ul class="lines">{lines}</ul> }.into_any()
    };
    view! {
        <section class="card">
            <div class="head"><h3>{title}</h3> <span class="muted"><Size bytes=Some(size) /></span></div>
            {lines}
        </section>
    }
}

fn line(step: &LayerRow, shared: bool) -> impl IntoView + use<> {
    let locale = locale();
    let text = step.created_by.clone().unwrap_or_default();
    let shared = shared.then(|| view! { <Chip tone=Tone::Plain text=locale.shared_elsewhere() /> });
    view! {
        <li>
            <span class="instr" title=text><Instruction text=text.clone() /> {shared}</span>
            <span class="num"><LayerSize layer=step.clone() /></span>
        </li>
    }
}
