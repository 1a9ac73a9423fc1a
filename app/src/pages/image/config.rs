//! How a container of an image is run, and what the image says of itself.

use leptos::prelude::*;
use registry::image::Contents;
use registry::image_config::{ImageConfig, RunConfig};

use crate::components::json::Json;
use crate::components::reader::{defaults, locale};

/// The configuration in words, then as the registry holds it.
#[component]
pub(super) fn Config(contents: Contents) -> impl IntoView {
    let locale = locale();
    let annotations = pairs(locale.annotations(), contents.annotations);
    let Some(value) = contents.config else {
        return view! {
            <p class="muted">{locale.no_config()}</p>
            {annotations}
        }
        .into_any();
    };
    let config: ImageConfig = serde_json::from_value(value.clone()).unwrap_or_default();
    let facts = facts(&config);
    let RunConfig { env, labels, .. } = config.config;
    let env = env.into_iter().map(|it| {
        it.split_once('=').map_or((it.clone(), String::new()), |(a, b)| (a.to_owned(), b.to_owned()))
    });
    view! {
        {facts}
        {pairs(locale.environment(), env)}
        {pairs(locale.labels(), labels)}
        {annotations}
        <details class="panel">
            <summary>{locale.config_json()}</summary>
            <Json value />
        </details>
    }
    .into_any()
}

fn facts(config: &ImageConfig) -> impl IntoView + use<> {
    let locale = locale();
    let run = &config.config;
    let words =
        |words: &[String]| (!words.is_empty()).then(|| serde_json::to_string(words).unwrap_or_default());
    let list = |items: &[String]| (!items.is_empty()).then(|| items.join(", "));
    let rows = [
        (locale.entrypoint(), words(&run.entrypoint)),
        (locale.cmd(), words(&run.cmd)),
        (locale.user(), run.user.clone()),
        (locale.working_dir(), run.working_dir.clone()),
        (locale.ports(), list(&run.exposed_ports)),
        (locale.volumes(), list(&run.volumes)),
        (locale.stop_signal(), run.stop_signal.clone()),
        (locale.author(), config.author.clone()),
    ];
    let labels = defaults();
    let labels = labels.labels.iter().map(|name| (name.clone(), run.labels.get(name).cloned()));
    let rows = rows.into_iter().map(|(name, value)| (name.to_owned(), value));
    let rows = rows
        .chain(labels)
        .map(|(name, value)| {
            let value = match value {
                Some(value) => view! { <code>{value}</code> }.into_any(),
                None => view! { <span class="faint">{locale.not_set()}</span> }.into_any(),
            };
            view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    view! { <dl class="card facts">{rows}</dl> }
}

/// Names and values in a table of their own; nothing where there are none.
fn pairs(title: &'static str, pairs: impl IntoIterator<Item = (String, String)>) -> impl IntoView {
    let pairs: Vec<_> = pairs.into_iter().collect();
    (!pairs.is_empty()).then(|| {
        let rows = pairs
            .into_iter()
            .map(|(name, value)| view! { <div><dt><code>{name}</code></dt><dd><code>{value}</code></dd></div> })
            .collect_view();
        view! {
            <h2>{title}</h2>
            <dl class="card facts">{rows}</dl>
        }
    })
}
