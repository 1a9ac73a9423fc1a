//! Who built something, and from what.

use leptos::prelude::*;
use registry::artifact::{Material, Provenance};

use super::facts;
use crate::components::reader::locale;

/// How many materials are shown.
const MOST_MATERIALS: usize = 200;

pub(super) fn view(it: &Provenance) -> impl IntoView + use<> {
    let locale = locale();
    let materials = it.materials.iter().take(MOST_MATERIALS).cloned().map(material).collect_view();
    let shown = it.materials.len().min(MOST_MATERIALS);
    let cut = (shown < it.n_materials)
        .then(|| view! { <p class="muted">{locale.first_of(shown, it.n_materials)}</p> });
    let materials = (shown > 0).then(|| {
        view! {
            <details class="panel">
                <summary>{locale.materials()}" ("{locale.number(it.n_materials)}")"</summary>
                <dl class="card facts">{materials}</dl>
                {cut}
            </details>
        }
    });
    view! {
        <h2>{locale.provenance()}</h2>
        {facts([
            (locale.builder(), it.builder.clone()),
            (locale.source(), it.source.clone()),
            (locale.commit(), it.commit.clone()),
            (locale.entry_point(), it.entry_point.clone()),
            (locale.build_type(), it.build_type.clone()),
            (locale.invocation(), it.invocation.clone()),
            (locale.build_started(), it.started.clone()),
            (locale.build_finished(), it.finished.clone()),
        ])}
        {materials}
    }
}

fn material(Material { uri, digest }: Material) -> impl IntoView {
    let digest: Vec<String> = digest.into_iter().map(|(name, hex)| format!("{name}:{hex}")).collect();
    view! { <div><dt>{uri}</dt><dd><code>{digest.join(" ")}</code></dd></div> }
}
