//! What is in a Helm chart.

use leptos::prelude::*;
use registry::artifact::{Chart, ChartDependency, ChartFile, ChartFiles};

use super::facts;
use crate::components::chip::{Chip, Tone};
use crate::components::reader::locale;
use crate::components::size::Size;

#[component]
pub(super) fn ChartContent(chart: Chart) -> impl IntoView {
    let locale = locale();
    let list = |items: &[String]| (!items.is_empty()).then(|| items.join(", "));
    let dependencies: Vec<String> = chart.dependencies.iter().map(dependency).collect();
    let rows = [
        (locale.name_label(), Some(chart.name.clone())),
        (locale.version(), chart.version.clone()),
        (locale.app_version(), chart.app_version.clone()),
        (locale.description(), chart.description.clone()),
        (locale.kind_label(), chart.kind.clone()),
        (locale.kube_version(), chart.kube_version.clone()),
        (locale.home(), chart.home.clone()),
        (locale.sources(), list(&chart.sources)),
        (locale.keywords(), list(&chart.keywords)),
        (locale.maintainers(), list(&chart.maintainers)),
        (locale.dependencies(), list(&dependencies)),
    ];
    let deprecated = chart.deprecated.then(|| view! { <Chip tone=Tone::Warning text=locale.deprecated() /> });
    let files = chart.files.map(chart_files);
    view! {
        <h2>{locale.chart()}" "{deprecated}</h2>
        {facts(rows)}
        {files}
    }
}

fn dependency(ChartDependency { name, version, repository }: &ChartDependency) -> String {
    let parts = [Some(name), version.as_ref(), repository.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn chart_files(files: ChartFiles) -> impl IntoView {
    let locale = locale();
    let text = |title: &'static str, text: Option<String>| {
        text.map(|text| {
            view! {
                <details class="panel" open>
                    <summary>{title}</summary>
                    <pre class="json wrap" tabindex="0">{text}</pre>
                </details>
            }
        })
    };
    let (templates, others): (Vec<_>, Vec<_>) =
        files.files.into_iter().partition(|it| it.path.starts_with("templates/"));
    let cut = files.is_cut.then(|| view! { <p class="muted">{locale.files_cut()}</p> });
    view! {
        {text(locale.readme(), files.readme)}
        {text(locale.values(), files.values)}
        {text("Chart.yaml", files.chart)}
        {listed(locale.templates(), templates)}
        {listed(locale.other_files(), others)}
        {cut}
    }
}

fn listed(title: &'static str, files: Vec<ChartFile>) -> impl IntoView {
    (!files.is_empty()).then(|| {
        let n_files = files.len();
        let rows = files
            .into_iter()
            .map(|ChartFile { path, size }| {
                view! { <li><code>{path}</code><span class="num"><Size bytes=Some(size) /></span></li> }
            })
            .collect_view();
        view! {
            <details class="panel">
                <summary>{title}" ("{n_files}")"</summary>
                <ul class="card lines">{rows}</ul>
            </details>
        }
    })
}
