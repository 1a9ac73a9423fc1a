//! What is in an artifact.

mod chart;
mod packages;
mod provenance;

use leptos::prelude::*;
use registry::artifact::{ArtifactContent, ArtifactDetail, ArtifactFile, SignedPayload, Statement};

use super::ImagePage;
use super::download::blob_address;
use super::verification::Checked;
use crate::components::icon::{Icon, IconName};
use crate::components::notice::{Notice, ProblemCard};
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::error;

impl ImagePage {
    pub(super) fn artifact_content(&self) -> impl IntoView + use<> {
        let artifact = match &self.artifact {
            Some(Ok(artifact)) => artifact,
            Some(Err(error)) => {
                let problem = error::problem_of(error, locale());
                return view! { <ProblemCard problem /> }.into_any();
            }
            None => return ().into_any(),
        };
        let chart = artifact.chart.clone().map(|chart| view! { <chart::ChartContent chart /> });
        let contents = artifact.files.iter().map(|it| self.file_content(it)).collect_view();
        view! {
            {chart}
            {contents}
            {files(artifact)}
        }
        .into_any()
    }

    fn file_content(&self, file: &ArtifactFile) -> impl IntoView + use<> {
        let verification = file.verification.clone().map(|verification| view! { <Checked verification /> });
        let statement = file.statement.clone().map(statement);
        let content = match &file.content {
            Some(ArtifactContent::Packages(list)) => {
                packages::view(list, &self.address, &self.query).into_any()
            }
            Some(ArtifactContent::Provenance(it)) => provenance::view(it).into_any(),
            Some(ArtifactContent::Signature(payload)) => signature(payload.clone()).into_any(),
            None => ().into_any(),
        };
        let problem = file.problem.clone().map(|why| {
            let name = file.title.clone().unwrap_or_else(|| file.media_type.clone());
            view! { <Notice><p><b>{name}</b>": "{why}</p></Notice> }
        });
        view! {
            {problem}
            {content}
            {statement}
            {verification}
        }
    }
}

/// A list of names and values; those without a value are left out.
fn facts<N: Into<String>>(rows: impl IntoIterator<Item = (N, Option<String>)>) -> impl IntoView {
    let rows = rows.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
    let rows = rows
        .map(|(name, value): (String, String)| view! { <div><dt>{name}</dt><dd><code>{value}</code></dd></div> })
        .collect_view();
    view! { <dl class="card facts">{rows}</dl> }
}

fn statement(it: Statement) -> impl IntoView {
    let locale = locale();
    let subjects = it.subjects.into_iter().map(|it| {
        let digest = it.digest.map(|digest| digest.to_string());
        [Some(it.name).filter(|name| !name.is_empty()), digest]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    });
    let subjects: Vec<String> = subjects.take(20).collect();
    view! {
        <h2>{locale.attestation()}</h2>
        {facts([
            (locale.predicate_type(), Some(it.predicate_type)),
            (locale.subjects(), Some(subjects.join(", ")).filter(|it| !it.is_empty())),
        ])}
    }
}

fn signature(payload: SignedPayload) -> impl IntoView {
    let locale = locale();
    let SignedPayload { reference, digest, annotations } = payload;
    let own = [(locale.signed_as(), reference), (locale.signed_digest(), Some(digest.to_string()))];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    let annotations = annotations.into_iter().map(|(name, value)| (name, Some(value)));
    view! {
        <h2>{locale.signature()}</h2>
        {facts(own.into_iter().chain(annotations))}
    }
}

fn files(artifact: &ArtifactDetail) -> impl IntoView + use<> {
    let locale = locale();
    let (registry, repository) = (&artifact.registry, &artifact.repository);
    let rows = artifact
        .files
        .iter()
        .map(|file| {
            let href = blob_address(registry, repository, &file.digest);
            let name = file.title.clone().unwrap_or_else(|| file.digest.short().to_owned());
            let label = format!("{}: {name}", locale.download());
            view! {
                <tr data-row>
                    <td class="name">
                        <a href=href download aria-label=label title=file.digest.to_string()>
                            <Icon name=IconName::Download />
                            " "
                            {name}
                        </a>
                    </td>
                    <td class="num"><Size bytes=Some(file.size) /></td>
                    <td class="muted wide">{file.media_type.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    if artifact.files.is_empty() {
        return view! { <p class="muted">{locale.no_blobs()}</p> }.into_any();
    }
    let (shown, total) = (artifact.files.len(), artifact.n_files);
    let cut = (shown < total).then(|| view! { <p class="muted">{locale.first_of(shown, total)}</p> });
    view! {
        <h2>{locale.files()}</h2>
        <div class="card">
            <table class="rows">
                <thead>
                    <tr>
                        <th scope="col">{locale.file()}</th>
                        <th scope="col" class="num">{locale.size()}</th>
                        <th scope="col">{locale.media_type()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {cut}
    }
    .into_any()
}
