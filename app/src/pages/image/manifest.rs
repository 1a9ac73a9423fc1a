//! The manifest of an image as JSON.

use leptos::prelude::*;
use serde_json::Value;

use super::download::Heading;
use crate::components::json::Json;
use crate::components::reader::locale;

/// The chosen platform's manifest, and the index that it lies in.
#[component]
pub(super) fn Manifests(
    manifest: Option<Value>,
    /// Where the manifest is as a file.
    href: Option<String>,
    index: Option<Value>,
    /// Where the index is as a file.
    index_href: Option<String>,
) -> impl IntoView {
    let locale = locale();
    let manifest = match manifest {
        Some(value) => view! {
            <Heading title=locale.manifest_json() href />
            <Json value />
        }
        .into_any(),
        None => view! { <p class="muted">{locale.no_manifest()}</p> }.into_any(),
    };
    let index = index.map(|value| {
        view! {
            <Heading title=locale.index_json() href=index_href />
            <Json value />
        }
    });
    view! {
        {manifest}
        {index}
    }
}
