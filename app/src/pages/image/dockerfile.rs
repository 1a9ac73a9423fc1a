//! The steps that made an image, as a Dockerfile.

use leptos::prelude::*;
use registry::dockerfile::{Step, reconstruct};
use registry::image::Contents;
use registry::image_config::ImageConfig;

use crate::components::copy::CopyButton;
use crate::components::reader::locale;

/// The Dockerfile as it may have been, to read and to copy.
#[component]
pub(super) fn Dockerfile(contents: Contents) -> impl IntoView {
    let locale = locale();
    if contents.layers.is_empty() {
        return view! { <p class="muted">{locale.no_layers()}</p> }.into_any();
    }
    let config: ImageConfig =
        contents.config.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default();
    let steps = reconstruct(&contents.layers, &config.config);
    let text: String = steps.iter().map(|step| format!("{step}\n")).collect();
    let lines = steps
        .into_iter()
        .map(|Step { keyword, arguments }| {
            let is_remark = keyword == "#";
            view! {
                <span class=if is_remark { "faint" } else { "" }>
                    <span class="key">{keyword}</span>{format!(" {arguments}\n")}
                </span>
            }
        })
        .collect_view();
    view! {
        <div class="heading">
            <p class="muted">{locale.dockerfile_hint()}</p>
            <CopyButton text label=locale.copy_dockerfile() />
        </div>
        <pre class="json wrap" tabindex="0">{lines}</pre>
    }
    .into_any()
}
