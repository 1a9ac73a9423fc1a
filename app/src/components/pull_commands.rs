//! The command that pulls an image, for every client.

use leptos::prelude::*;
use registry::Reference;
use registry::summary::{Kind, PlatformRow, Summary};

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

/// A menu of commands: by tag, by digest, and for one platform.
#[component]
pub(crate) fn PullCommands(
    summary: Summary,
    name: String,
    reference: Reference,
    /// The one of several platforms that is looked at.
    platform: Option<PlatformRow>,
) -> impl IntoView {
    let locale = locale();
    let digest = summary.digest.clone().map(Reference::Digest).filter(|it| *it != reference);
    let by_digest = digest.map(|digest| {
        let title = locale.by_digest().to_owned();
        view! { <Commands title commands=commands(&summary, &name, &digest) /> }
    });
    let of_platform = platform.map(|row| {
        let commands = for_platform(&row, &name, &reference);
        view! { <Commands title=row.platform.to_string() commands /> }
    });
    let title = match &reference {
        Reference::Tag(_) => locale.by_tag(),
        Reference::Digest(_) => locale.by_digest(),
    };
    view! {
        <details class="menu">
            <summary class="btn">{locale.pull_command()} <Icon name=IconName::Chevron /></summary>
            <div class="sheet">
                <Commands title=title.to_owned() commands=commands(&summary, &name, &reference) />
                {by_digest}
                {of_platform}
            </div>
        </details>
    }
}

#[component]
fn Commands(title: String, commands: Vec<String>) -> impl IntoView {
    view! {
        <h3>{title}</h3>
        {commands.into_iter().map(|text| view! { <Command text /> }).collect_view()}
    }
}

/// The commands of all clients that can pull it.
fn commands(summary: &Summary, name: &str, reference: &Reference) -> Vec<String> {
    let full = format!("{name}{}{reference}", reference.separator());
    match (helm(summary, name, reference), summary.kind) {
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
            format!("oras copy {full} --to-oci-layout image"),
            // As a manifest of Kubernetes names it.
            format!("image: {full}"),
        ],
    }
}

/// The commands that pull one platform of several.
fn for_platform(row: &PlatformRow, name: &str, reference: &Reference) -> Vec<String> {
    let (platform, full) = (&row.platform, format!("{name}{}{reference}", reference.separator()));
    vec![
        format!("docker pull --platform {platform} {full}"),
        format!("crane pull --platform {platform} {full} image.tar"),
        format!("image: {name}@{}", row.digest),
    ]
}

/// Helm pulls charts by an address of its own, with the tag as the version.
fn helm(summary: &Summary, name: &str, reference: &Reference) -> Option<String> {
    let is_chart = summary.artifact_type.as_deref() == Some(registry::media_type::HELM_CONFIG);
    match reference {
        Reference::Tag(tag) if is_chart => Some(format!("helm pull oci://{name} --version {tag}")),
        _ => None,
    }
}
