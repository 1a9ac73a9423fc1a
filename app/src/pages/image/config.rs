//! How a container of an image is run, and what the image says of itself.

use jiff::SignedDuration;
use leptos::prelude::*;
use registry::image::Contents;
use registry::image_config::{HealthCheck, ImageConfig, RunConfig};

use super::download::Heading;
use crate::components::json::Json;
use crate::components::reader::{defaults, locale};

/// The configuration in words, then as the registry holds it.
#[component]
pub(super) fn Config(
    contents: Contents,
    /// Where the configuration is as a file.
    href: Option<String>,
) -> impl IntoView {
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
        <Heading title=locale.config_json() href />
        <Json value />
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
        (locale.health_check(), run.healthcheck.as_ref().and_then(health_check)),
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

/// What is run and how often; absent where the check of the base image is only meant to stay.
fn health_check(check: &HealthCheck) -> Option<String> {
    let locale = locale();
    let command = match check.test.split_first()? {
        (kind, _) if kind == "NONE" => return Some(locale.switched_off().to_owned()),
        (kind, [command]) if kind == "CMD-SHELL" => command.clone(),
        (kind, words) if kind == "CMD" => serde_json::to_string(words).unwrap_or_default(),
        _ => serde_json::to_string(&check.test).unwrap_or_default(),
    };
    let times = [
        (locale.interval(), check.interval),
        (locale.check_timeout(), check.timeout),
        (locale.start_period(), check.start_period),
    ];
    let times = times
        .into_iter()
        .filter(|(_, nanoseconds)| *nanoseconds > 0)
        .map(|(name, nanoseconds)| format!("{name} {:#}", SignedDuration::from_nanos(nanoseconds)));
    let retries = (check.retries > 0).then(|| format!("{} {}", locale.retries(), check.retries));
    Some(std::iter::once(command).chain(times).chain(retries).collect::<Vec<_>>().join(" · "))
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
