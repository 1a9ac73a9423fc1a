//! What an image is, in a line, and what can be done with it.

use leptos::prelude::*;
use registry::summary::Kind;
use registry::{Reference, media_type};

use super::ImagePage;
use crate::base_path::under;
use crate::components::chip::{ArtifactChip, StateChip, artifact_name};
use crate::components::copy::ShortDigest;
use crate::components::icon::{Icon, IconName};
use crate::components::notice::Notice;
use crate::components::pull_commands::PullCommands;
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::time::CreatedAt;

impl ImagePage {
    pub(super) fn subtitle(&self) -> impl IntoView + use<> {
        let locale = locale();
        let summary = &self.image.summary;
        let kind = match summary.kind {
            Kind::Image => locale.image().to_owned(),
            Kind::Index => locale.index().to_owned(),
            Kind::Artifact => {
                summary.artifact_type.as_deref().map_or_else(|| locale.artifact().to_owned(), artifact_name)
            }
            Kind::Broken => locale.unreadable_manifest().to_owned(),
        };
        let n_platforms = (summary.kind == Kind::Index).then(|| locale.n_platforms(summary.platforms.len()));
        let n_attestations =
            (!summary.attestations.is_empty()).then(|| locale.n_attestations(summary.attestations.len()));
        let what =
            [Some(kind), n_platforms, n_attestations].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let aliases = self.image.aliases.iter().map(registry::Tag::as_str).collect::<Vec<_>>().join(", ");
        view! {
            <p class="sub">
                <span title=summary.media_type.clone()>{what}</span>
                {summary.digest.clone().map(|digest| view! { <ShortDigest digest /> })}
                <span>{locale.created()}" "<CreatedAt created=summary.created /></span>
                <span><Size bytes=summary.size /></span>
                {(!aliases.is_empty()).then(|| view! { <span>{locale.also()}" "{aliases}</span> })}
            </p>
        }
    }

    pub(super) fn actions(&self) -> impl IntoView + use<> {
        let locale = locale();
        let name = format!("{}/{}", self.pull_host, self.repository);
        let summary = self.image.summary.clone();
        let registry = self.image.registry.clone();
        let raw = form_urlencoded::Serializer::new(under("/api/v1/image/manifest?"))
            .append_pair("registry", &registry)
            .append_pair("repository", self.repository.as_str())
            .append_pair("reference", self.reference.as_str())
            .finish();
        let deletion = self.deletes.then(|| {
            let field = match &self.reference {
                Reference::Tag(_) => "tag",
                Reference::Digest(_) => "digest",
            };
            view! {
                <form action=under("/plans") method="post">
                    <input type="hidden" name="registry" value=registry.clone() />
                    <input type="hidden" name="repository" value=self.repository.to_string() />
                    <input type="hidden" name=field value=self.reference.to_string() />
                    <button class="btn warnbtn">{locale.plan_deletion()}</button>
                </form>
            }
        });
        view! {
            <div class="bar">
                <PullCommands summary=summary.clone() name reference=self.reference.clone() />
                <a class="btn" href=raw download>
                    <Icon name=IconName::Download />
                    {locale.raw_manifest()}
                </a>
                {deletion}
                <ArtifactChip summary=summary.clone() />
                <StateChip state=summary.state detail=None />
            </div>
        }
    }

    pub(super) fn state_note(&self) -> impl IntoView + use<> {
        let locale = locale();
        let summary = &self.image.summary;
        let legacy = summary.media_type.as_deref().is_some_and(media_type::is_schema1);
        let legacy = legacy.then(|| view! { <Notice>{locale.legacy()}</Notice> });
        let state = locale.state_remedy(summary.state).map(|remedy| {
            let detail = summary.detail.clone().map(|it| view! { <p><code>{it}</code></p> });
            view! { <Notice><p>{remedy}</p>{detail}</Notice> }
        });
        view! {
            {legacy}
            {state}
        }
    }
}
