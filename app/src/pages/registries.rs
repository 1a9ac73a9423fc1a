//! All registries.

use engine::Engine;
use leptos::prelude::*;

use crate::address::Address;
use crate::components::reader::locale;

/// A row for each registry of the configuration.
#[component]
pub(super) fn RegistriesPage() -> impl IntoView {
    let locale = locale();
    let engine = expect_context::<Engine>();
    let rows = engine
        .registries()
        .map(|it| {
            let href = Address::Catalog { registry: it.id.clone() }.path();
            view! {
                <tr>
                    <td><a href=href><b>{it.id.clone()}</b></a></td>
                    <td class="muted wide"><code>{it.url.clone()}</code></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h1>{locale.registries()}</h1>
        <p class="sub"><span>{locale.n_registries(engine.registries().count())}</span></p>
        <div class="card">
            <table>
                <thead><tr><th scope="col">{locale.registries()}</th><th scope="col">"URL"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
