//! Small labels: platforms, states, aliases.

use leptos::prelude::*;
use registry::attached::Attached;
use registry::summary::{PlatformRow, State, Summary};

use super::reader::locale;

/// How many chips of a kind a row shows before it says how many more there are.
const MOST: usize = 4;

/// What a chip says by its colour, besides its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Warning,
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "chip",
            Self::Good => "chip ok",
            Self::Warning => "chip warn",
            Self::Bad => "chip bad",
        }
    }
}

/// A small label.
#[component]
pub(crate) fn Chip(
    tone: Tone,
    #[prop(into)] text: String,
    #[prop(optional, into)] title: Option<String>,
) -> impl IntoView {
    view! { <span class=tone.class() title=title>{text}</span> }
}

/// The state of a manifest, where something is wrong with it.
#[component]
pub(crate) fn StateChip(state: State, detail: Option<String>) -> impl IntoView {
    let locale = locale();
    let tone = match state {
        State::Ok | State::Unread => Tone::Plain,
        State::ChildMissing | State::ManifestMissing | State::Failed => Tone::Warning,
        State::ConfigMissing | State::Unreadable => Tone::Bad,
    };
    let title = detail.or_else(|| locale.state_remedy(state).map(str::to_owned)).unwrap_or_default();
    locale.state(state).map(|text| view! { <Chip tone text title=title /> })
}

/// The platforms of a row: the architecture alone where the system is Linux, which nearly all are.
#[component]
pub(crate) fn PlatformChips(platforms: Vec<PlatformRow>) -> impl IntoView {
    let locale = locale();
    let more = platforms.len().saturating_sub(MOST + 1);
    let n_shown = if more > 0 { MOST } else { platforms.len() };
    let names: Vec<String> = platforms.iter().skip(n_shown).map(|it| it.platform.to_string()).collect();
    let chips = platforms
        .into_iter()
        .take(n_shown)
        .map(|row| {
            let full = row.platform.to_string();
            let short = full.strip_prefix("linux/").unwrap_or(&full).to_owned();
            match row.state {
                State::ManifestMissing => {
                    view! { <Chip tone=Tone::Bad text=format!("{short} {}", locale.missing()) title=full /> }
                }
                _ => view! { <Chip tone=Tone::Plain text=short title=full /> },
            }
        })
        .collect_view();
    let rest = (!names.is_empty())
        .then(|| view! { <Chip tone=Tone::Plain text=format!("+{}", names.len()) title=names.join(", ") /> });
    view! { <span class="chips">{chips}{rest}</span> }
}

/// The other tags on the same digest.
#[component]
pub(crate) fn AliasChip(#[prop(into)] aliases: Vec<registry::Tag>) -> impl IntoView {
    let all = aliases.iter().map(registry::Tag::as_str).collect::<Vec<_>>().join(", ");
    let shown = aliases.iter().take(3).map(registry::Tag::as_str).collect::<Vec<_>>().join(", ");
    let more = aliases.len().saturating_sub(3);
    let text = if more > 0 { format!("= {shown} +{more}") } else { format!("= {shown}") };
    (!aliases.is_empty()).then(|| view! { <Chip tone=Tone::Plain text title=all /> })
}

/// What an artifact is, in words where the type is a known one.
#[component]
pub(crate) fn ArtifactChip(summary: Summary) -> impl IntoView {
    summary.artifact_type.map(|media_type| {
        let text = artifact_name(&media_type);
        view! { <Chip tone=Tone::Plain text title=media_type /> }
    })
}

/// The name of an artifact's type.
pub(crate) fn artifact_name(media_type: &str) -> String {
    let locale = locale();
    let known = [
        ("vnd.cncf.helm.", locale.helm_chart()),
        ("application/wasm", locale.wasm_module()),
        ("vnd.wasm.", locale.wasm_module()),
        ("vnd.dev.cosign.", locale.cosign_signature()),
        ("vnd.cncf.notary.", locale.notation_signature()),
        ("vnd.in-toto", locale.in_toto()),
        ("spdx", locale.spdx()),
        ("cyclonedx", locale.cyclonedx()),
        ("vnd.buildkit.cacheconfig", locale.build_cache()),
    ];
    match known.into_iter().find(|(part, _)| media_type.contains(part)) {
        Some((_, name)) => name.to_owned(),
        None => media_type.strip_prefix("application/").unwrap_or(media_type).to_owned(),
    }
}

/// What lies beside an image under tags of its own.
#[component]
pub(crate) fn AttachedChips(attached: Vec<Attached>) -> impl IntoView {
    let locale = locale();
    attached
        .into_iter()
        .map(|it| match it {
            Attached::Signature => {
                view! { <Chip tone=Tone::Plain text=locale.signed() title=locale.beside_title() /> }
            }
            Attached::Sbom => {
                view! { <Chip tone=Tone::Plain text=locale.has_sbom() title=locale.sbom_title() /> }
            }
            Attached::Attestation => view! { <Chip tone=Tone::Plain text=locale.has_attestation() /> },
            Attached::Referrers => view! { <Chip tone=Tone::Plain text=locale.has_referrers() /> },
        })
        .collect_view()
}
