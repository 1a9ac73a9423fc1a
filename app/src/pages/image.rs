//! One image.

mod artifact;
mod bases;
mod config;
mod dockerfile;
mod download;
mod files;
mod head;
mod layers;
mod manifest;
mod platforms;
mod referrers;
mod verification;

use engine::{Engine, PlatformImage};
use futures::FutureExt;
use futures::future::BoxFuture;
use leptos::prelude::*;
use registry::artifact::{ArtifactDetail, Referrers};
use registry::image::{Contents, ImageDetail};
use registry::summary::{Kind, PlatformRow, State};
use registry::{Reference, RepositoryName};

use crate::address::{self, Address, FilesQuery, ImageQuery, ImageView};
use crate::components::breadcrumb::Breadcrumb;
use crate::components::notice::{Notice, ProblemCard};
use crate::components::reader::locale;
use crate::error;

use self::download::Part;

/// What the page of an image tells.
pub(super) struct ImagePage {
    address: Address,
    pull_host: String,
    reference: Reference,
    repository: RepositoryName,
    query: ImageQuery,
    image: ImageDetail,
    /// What it is built on, and what is built on it.
    bases: bases::Bases,
    /// What refers to it, where that is shown.
    referrers: Option<Result<Referrers, engine::Error>>,
    /// What is in it, where it is an artifact.
    artifact: Option<Result<ArtifactDetail, engine::Error>>,
    /// Which of the platforms is shown.
    chosen: usize,
    /// Its files, where they are shown. They follow, because it takes a while to put many together.
    files: Option<BoxFuture<'static, Result<files::Files, engine::Error>>>,
    /// Whether the reader may delete anything here.
    deletes: bool,
}

pub(super) async fn load(
    engine: &Engine,
    registry: &str,
    repository: &RepositoryName,
    reference: &Reference,
    query: &str,
) -> Result<ImagePage, engine::Error> {
    let info = engine.registry(registry)?;
    let last_event = engine.last_event();
    let (files_query, query) = (FilesQuery::parse(query), ImageQuery::parse(query));
    let address = Address::Image {
        registry: registry.to_owned(),
        repository: repository.clone(),
        reference: reference.clone(),
    };
    let image = engine.image(registry, repository, reference).await?;
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
    let platform = platforms.get(chosen).map(|it| it.digest.to_string()).unwrap_or_default();
    let files = match query.view {
        ImageView::Files => {
            let (registry, repository, reference) =
                (registry.to_owned(), repository.clone(), reference.clone());
            let events = address::events(Some(&registry), Some(&repository), last_event);
            let platform = if image.summary.kind == Kind::Index { platform.clone() } else { String::new() };
            let shown = PlatformImage { registry, repository, reference, platform };
            let (engine, image, address) = (engine.clone(), image.clone(), address.clone());
            Some(files::load(engine, image, address, shown, files_query, events).boxed())
        }
        _ => None,
    };
    let bases = bases::Bases(engine.image_bases(&image, &platform, bases::MOST).await?);
    Ok(ImagePage {
        address,
        files,
        pull_host: info.pull_host.clone(),
        reference: reference.clone(),
        repository: repository.clone(),
        query,
        image,
        bases,
        referrers,
        artifact,
        chosen,
        deletes: super::may_delete(engine, registry, Some(repository)),
    })
}

impl ImagePage {
    pub(super) fn view(mut self) -> impl IntoView {
        let files = self.files.take().map(|files| {
            Suspend::new(async move {
                match files.await {
                    Ok(files) => files.view().into_any(),
                    Err(error) => {
                        let problem = error::problem_of(&error, locale());
                        view! { <ProblemCard problem /> }.into_any()
                    }
                }
            })
        });
        let heading = super::subject(&self.address, locale());
        let breadcrumb =
            view! { <Breadcrumb address=self.address.clone() pull_host=self.pull_host.clone() /> };
        let platform = self.image.summary.platforms.get(self.chosen).cloned();
        let contents = match &platform {
            Some(row) => row.contents.as_deref().cloned().unwrap_or_default(),
            None => self.image.contents.clone(),
        };
        view! {
            {breadcrumb}
            <h1 class="visually-hidden">{heading}</h1>
            {self.subtitle()}
            {self.actions()}
            {self.state_note()}
            {self.platforms()}
            {self.differences()}
            {self.attestations()}
            {self.bases.view()}
            {self.tabs()}
            {self.contents(platform, contents, files.into_any())}
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
                {(!is_artifact).then(|| tab(ImageView::Files, locale.files()))}
                {(!is_artifact).then(|| tab(ImageView::Dockerfile, "Dockerfile"))}
                {tab(ImageView::Config, locale.config())}
                {tab(ImageView::Manifest, locale.manifest())}
                {tab(ImageView::Referrers, locale.referrers())}
            </nav>
        }
    }

    fn href(&self, platform: String, view: ImageView) -> String {
        format!("{}{}", self.address.path(), ImageQuery { platform, view, ..ImageQuery::default() }.to_text())
    }

    fn contents(
        &self,
        platform: Option<PlatformRow>,
        contents: Contents,
        files: AnyView,
    ) -> impl IntoView + use<> {
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
            ImageView::Layers => {
                let base = self.bases.longest();
                view! { <layers::Layers layers=contents.layers base /> }.into_any()
            }
            ImageView::Files => files,
            ImageView::Referrers => self.referrers().into_any(),
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
