//! The command that pulls an image, for every client.

use leptos::prelude::*;
use registry::Reference;
use registry::summary::{Kind, Summary};

use super::icon::{Icon, IconName};
use super::notice::Command;
use super::reader::locale;

/// The command that one copies from a row.
pub(crate) fn pull_command(summary: &Summary, name: &str, reference: &Reference) -> String {
    match helm(summary, name, reference) {
        Some(command) => command,
        None => format!("docker pull {name}{}{reference}", reference.separator()),
    }
}

/// A menu of commands.
#[component]
pub(crate) fn PullCommands(summary: Summary, name: String, reference: Reference) -> impl IntoView {
    let full = format!("{name}{}{reference}", reference.separator());
    let commands = match (helm(&summary, &name, &reference), summary.kind) {
        (Some(command), _) => vec![command, format!("oras pull {full}")],
        (None, Kind::Artifact) => {
            vec![format!("oras pull {full}"), format!("crane pull {full} artifact.tar")]
        }
        (None, _) => vec![
            format!("docker pull {full}"),
            format!("podman pull {full}"),
            format!("nerdctl pull {full}"),
            format!("skopeo copy docker://{full} oci:image"),
            format!("crane pull {full} image.tar"),
        ],
    };
    view! {
        <details class="menu">
            <summary class="btn">{locale().pull_command()} <Icon name=IconName::Chevron /></summary>
            <div class="sheet">{commands.into_iter().map(|text| view! { <Command text /> }).collect_view()}</div>
        </details>
    }
}

/// Helm pulls charts by an address of its own, with the tag as the version.
fn helm(summary: &Summary, name: &str, reference: &Reference) -> Option<String> {
    let is_chart = summary.artifact_type.as_deref() == Some(registry::media_type::HELM_CONFIG);
    match reference {
        Reference::Tag(tag) if is_chart => Some(format!("helm pull oci://{name} --version {tag}")),
        _ => None,
    }
}
