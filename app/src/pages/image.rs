//! One image.

mod artifact;
mod config;
mod dockerfile;
mod download;
mod head;
mod layers;
mod manifest;
mod referrers;
mod verification;

use engine::{Engine, SearchHit};
use leptos::prelude::*;
use registry::artifact::{ArtifactDetail, Referrers};
use registry::image::{Contents, ImageDetail};
use registry::summary::{AttestationRow, Kind, PlatformRow, State};
use registry::{Reference, RepositoryName};

use crate::address::{Address, ImageQuery, ImageView};
use crate::components::breadcrumb::Breadcrumb;
use crate::components::chip::StateChip;
use crate::components::copy::ShortDigest;
use crate::components::notice::Notice;
use crate::components::reader::locale;
use crate::components::size::{ShareBar, Size};
use crate::components::time::CreatedAt;

use self::download::Part;
use super::search::Hit;

/// How many of the images are listed that are built on this one.
const MOST_BUILT_ON: usize = 50;

/// What the page of an image tells.
pub(super) struct ImagePage {
    address: Address,
    pull_host: String,
    reference: Reference,
    repository: RepositoryName,
    query: ImageQuery,
    image: ImageDetail,
    /// Images that begin with all layers of this one.
    built_on: Vec<SearchHit>,
    /// What refers to it, where that is shown.
    referrers: Option<Result<Referrers, engine::Error>>,
    /// What is in it, where it is an artifact.
    artifact: Option<Result<ArtifactDetail, engine::Error>>,
    /// Which of the platforms is shown.
    chosen: usize,
    /// Whether the reader may delete anything here.
    deletes: bool,
}

pub(super) async fn load(
    engine: &Engine,
    registry: &str,
    repository: &RepositoryName,
    reference: &Reference,
    query: ImageQuery,
) -> Result<ImagePage, engine::Error> {
    let info = engine.registry(registry)?;
    let image = engine.image(registry, repository, reference).await?;
    let built_on = match &image.summary.digest {
        Some(digest) => engine.built_on(digest, MOST_BUILT_ON).await?,
        None => Vec::new(),
    };
    // By its digest, so that both are told of the same image.
    let exact = image.summary.digest.clone().map_or_else(|| reference.clone(), Reference::Digest);
    let referrers = match query.view {
        ImageView::Referrers => Some(engine.referrers(registry, repository, &exact).await),
        _ => None,
    };
    let artifact = match (image.summary.kind, query.view) {
        (Kind::Artifact, ImageView::Layers) => Some(engine.artifact(registry, repository, reference).await),
        _ => None,
    };
    let named = |row: &PlatformRow| {
        row.digest.as_str() == query.platform || row.platform.to_string() == query.platform
    };
    let platforms = &image.summary.platforms;
    let chosen = platforms
        .iter()
        .position(named)
        .or_else(|| platforms.iter().position(|it| it.state == State::Ok))
        .unwrap_or_default();
    Ok(ImagePage {
        address: Address::Image {
            registry: registry.to_owned(),
            repository: repository.clone(),
            reference: reference.clone(),
        },
        pull_host: info.pull_host.clone(),
        reference: reference.clone(),
        repository: repository.clone(),
        query,
        image,
        built_on,
        referrers,
        artifact,
        chosen,
        deletes: super::may_delete(engine, registry, Some(repository)),
    })
}

impl ImagePage {
    pub(super) fn view(self) -> impl IntoView {
        let breadcrumb =
            view! { <Breadcrumb address=self.address.clone() pull_host=self.pull_host.clone() /> };
        let platform = self.image.summary.platforms.get(self.chosen).cloned();
        let contents = match &platform {
            Some(row) => row.contents.as_deref().cloned().unwrap_or_default(),
            None => self.image.contents.clone(),
        };
        view! {
            {breadcrumb}
            {self.subtitle()}
            {self.actions()}
            {self.state_note()}
            {self.platforms()}
            {self.attestations()}
            {self.built_on()}
            {self.tabs()}
            {self.contents(platform, contents)}
        }
    }

    fn platforms(&self) -> impl IntoView + use<> {
        let locale = locale();
        let platforms = &self.image.summary.platforms;
        let largest = platforms.iter().filter_map(|it| it.size).max().unwrap_or_default();
        let rows = platforms
            .iter()
            .enumerate()
            .map(|(idx, row)| {
                let chosen = idx == self.chosen;
                let n_layers =
                    row.contents.as_ref().map(|it| it.layers.iter().filter(|layer| !layer.empty).count());
                let name = row.platform.to_string();
                let title = match chosen {
                    true => view! { <b>{name}</b> }.into_any(),
                    false => view! { <a href=self.href(self.platform_key(row), self.query.view)>{name}</a> }
                        .into_any(),
                };
                view! {
                    <tr class:sel=chosen aria-current=chosen.then_some("true") data-row>
                        <td class="name">{title} <StateChip state=row.state detail=row.detail.clone() /></td>
                        <td class="num">
                            <Size bytes=row.size />
                            <ShareBar part=row.size.unwrap_or_default() whole=largest />
                        </td>
                        <td class="num wide">{n_layers.map(|n| locale.n_layers(n))}</td>
                        <td class="muted wide when"><CreatedAt created=row.created /></td>
                        <td class="hide"><ShortDigest digest=row.digest.clone() /></td>
                    </tr>
                }
            })
            .collect_view();
        (!platforms.is_empty()).then(|| {
            view! {
                <div class="card">
                    <table class="rows">
                        <thead>
                            <tr>
                                <th scope="col">{locale.platform()}</th>
                                <th scope="col" class="num">{locale.size()}</th>
                                <th scope="col" class="num">{locale.layers()}</th>
                                <th scope="col">{locale.created()}</th>
                                <th scope="col">{locale.digest()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
        })
    }

    /// The platform's name, or its digest where two platforms have the same name.
    fn platform_key(&self, row: &PlatformRow) -> String {
        let name = row.platform.to_string();
        let n_same = self.image.summary.platforms.iter().filter(|it| it.platform == row.platform).count();
        if n_same > 1 { row.digest.to_string() } else { name }
    }

    fn attestations(&self) -> impl IntoView + use<> {
        let attestations = self.image.summary.attestations.clone();
        (!attestations.is_empty()).then(|| {
            view! {
                <details class="panel">
                    <summary>{locale().n_attestations(attestations.len())}</summary>
                    <ul class="list">
                        {attestations.into_iter().map(|it| self.attestation(it)).collect_view()}
                    </ul>
                </details>
            }
        })
    }

    fn built_on(&self) -> impl IntoView + use<> {
        let hits = self.built_on.clone();
        (!hits.is_empty()).then(|| {
            view! {
                <details class="panel">
                    <summary>{locale().built_on_this()}" ("{hits.len()}")"</summary>
                    <ul class="card hits">{hits.into_iter().map(|hit| view! { <Hit hit /> }).collect_view()}</ul>
                </details>
            }
        })
    }

    fn attestation(&self, attestation: AttestationRow) -> impl IntoView + use<> {
        let address = Address::Image {
            registry: self.image.registry.clone(),
            repository: self.repository.clone(),
            reference: Reference::Digest(attestation.digest.clone()),
        };
        let subject =
            self.image.summary.platforms.iter().find(|it| Some(&it.digest) == attestation.subject.as_ref());
        let subject = match (subject, &attestation.subject) {
            (Some(row), _) => row.platform.to_string(),
            (None, Some(digest)) => digest.short().to_owned(),
            (None, None) => String::new(),
        };
        view! {
            <li>
                <a href=address.path()><code>{attestation.digest.short().to_owned()}</code></a>
                <span class="muted">{locale().about()}" "{subject}</span>
            </li>
        }
    }

    fn tabs(&self) -> impl IntoView + use<> {
        let locale = locale();
        let is_artifact = self.image.summary.kind == Kind::Artifact;
        let tab = |view: ImageView, text: &'static str| {
            let current = (self.query.view == view).then_some("page");
            view! { <a href=self.href(self.query.platform.clone(), view) aria-current=current>{text}</a> }
        };
        view! {
            <nav class="tabs" aria-label=locale.views()>
                {tab(ImageView::Layers, if is_artifact { locale.content() } else { locale.layers() })}
                {tab(ImageView::Dockerfile, "Dockerfile")}
                {tab(ImageView::Config, locale.config())}
                {tab(ImageView::Manifest, locale.manifest())}
                {tab(ImageView::Referrers, locale.referrers())}
            </nav>
        }
    }

    fn href(&self, platform: String, view: ImageView) -> String {
        format!("{}{}", self.address.path(), ImageQuery { platform, view, ..ImageQuery::default() }.to_text())
    }

    fn contents(&self, platform: Option<PlatformRow>, contents: Contents) -> impl IntoView + use<> {
        let digest = platform.as_ref().map(|it| it.digest.clone()).or(self.image.summary.digest.clone());
        let file = |part, reference: Option<String>| {
            let (registry, repository) = (&self.image.registry, &self.repository);
            reference.map(|it| download::address(part, registry, repository, &it))
        };
        let note = platform
            .filter(|it| it.state != State::Ok && self.image.summary.state != it.state)
            .and_then(|row| {
                let remedy = locale().state_remedy(row.state)?;
                let detail = row.detail.map(|it| view! { <p><code>{it}</code></p> });
                Some(view! { <Notice><p><b>{row.platform.to_string()}</b>": "{remedy}</p>{detail}</Notice> })
            });
        let view = match self.query.view {
            ImageView::Layers if self.artifact.is_some() => self.artifact_content().into_any(),
            ImageView::Referrers => self.referrers().into_any(),
            ImageView::Layers => view! { <layers::Layers layers=contents.layers /> }.into_any(),
            ImageView::Dockerfile => view! { <dockerfile::Dockerfile contents /> }.into_any(),
            ImageView::Config => {
                let href = file(Part::Config, digest.map(|it| it.to_string()));
                view! { <config::Config contents href /> }.into_any()
            }
            ImageView::Manifest => {
                let index = match self.image.summary.kind {
                    Kind::Index => self.image.contents.manifest.clone(),
                    _ => None,
                };
                let href = file(Part::Manifest, digest.map(|it| it.to_string()));
                let index_href = file(Part::Manifest, Some(self.reference.to_string()));
                view! { <manifest::Manifests manifest=contents.manifest href index index_href /> }.into_any()
            }
        };
        view! {
            {note}
            {view}
        }
    }
}
