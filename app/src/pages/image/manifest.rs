//! The manifest of an image as JSON.

use leptos::prelude::*;
use serde_json::Value;

use crate::components::json::Json;
use crate::components::reader::locale;

/// The chosen platform's manifest, and the index that it lies in.
#[component]
pub(super) fn Manifests(manifest: Option<Value>, index: Option<Value>) -> impl IntoView {
    let locale = locale();
    let manifest = match manifest {
        Some(value) => view! {
            <h2>{locale.manifest_json()}</h2>
            <Json value />
        }
        .into_any(),
        None => view! { <p class="muted">{locale.no_manifest()}</p> }.into_any(),
    };
    let index = index.map(|value| {
        view! {
            <h2>{locale.index_json()}</h2>
            <Json value />
        }
    });
    view! {
        {manifest}
        {index}
    }
}
