//! What an image is built on, and what is built on it.

use engine::{BaseImage, Engine, KnownBase, SearchHit};
use leptos::prelude::*;
use registry::base_image::ClaimedBase;
use registry::image::ImageDetail;
use registry::image_config::ImageConfig;
use registry::summary::PlatformRow;

use super::super::search::Hit;
use crate::address::Address;
use crate::components::chip::{Chip, Tone};
use crate::components::reader::locale;

/// How many images are listed of each kind.
const MOST: usize = 50;

/// The images that share their layers with one.
pub(super) struct Bases {
    /// What the image says itself.
    claimed: ClaimedBase,
    /// The same, where it lies here.
    known: Option<KnownBase>,
    /// Images all of whose layers this one begins with, those with most layers first.
    bases: Vec<BaseImage>,
    /// Images that begin with all layers of this one.
    built_on: Vec<SearchHit>,
}

pub(super) async fn load(
    engine: &Engine,
    image: &ImageDetail,
    platform: Option<&PlatformRow>,
) -> Result<Bases, engine::Error> {
    let contents = platform.and_then(|it| it.contents.as_deref()).unwrap_or(&image.contents);
    let config: Option<ImageConfig> = contents.config.clone().and_then(|it| serde_json::from_value(it).ok());
    let labels = config.unwrap_or_default().config.labels;
    let claimed = ClaimedBase::of([&contents.annotations, &image.contents.annotations, &labels]);
    let known = engine.known_base(&claimed).await?;
    let (bases, built_on) = match platform.map(|it| &it.digest).or(image.summary.digest.as_ref()) {
        Some(digest) => (engine.bases(digest, MOST).await?, engine.built_on(digest, MOST).await?),
        None => (Vec::new(), Vec::new()),
    };
    Ok(Bases { claimed, known, bases, built_on })
}

impl Bases {
    /// The base with most layers: how many, and what it is called.
    pub(super) fn longest(&self) -> Option<(usize, String)> {
        let BaseImage { hit, n_layers } = self.bases.first()?;
        let tag = hit.tag.as_ref()?;
        Some((*n_layers, format!("{}/{}:{tag}", hit.registry, hit.repository)))
    }

    pub(super) fn view(&self) -> impl IntoView + use<> {
        let locale = locale();
        let list = |title: &'static str, hits: Vec<SearchHit>| {
            (!hits.is_empty()).then(|| {
                view! {
                    <details class="panel">
                        <summary>{title}" ("{hits.len()}")"</summary>
                        <ul class="card hits">{hits.into_iter().map(|hit| view! { <Hit hit /> }).collect_view()}</ul>
                    </details>
                }
            })
        };
        view! {
            {self.claimed()}
            {list(locale.built_on_title(), self.bases.iter().map(|it| it.hit.clone()).collect())}
            {list(locale.built_on_this(), self.built_on.clone())}
        }
    }

    /// What the image says of its base, and whether that is still so.
    fn claimed(&self) -> impl IntoView + use<> {
        let locale = locale();
        let ClaimedBase { name, digest } = self.claimed.clone();
        let text = name.or_else(|| digest.map(|it| it.to_string()))?;
        let href = self.known.as_ref().map(|it| {
            let (registry, repository, reference) =
                (it.registry.clone(), it.repository.clone(), it.reference.clone());
            Address::Image { registry, repository, reference }.path()
        });
        let name = match href {
            Some(href) => view! { <a href=href><code>{text}</code></a> }.into_any(),
            None => view! { <code>{text}</code> }.into_any(),
        };
        let state = self.known.as_ref().and_then(|it| it.has_moved).map(|has_moved| match has_moved {
            true => view! { " "<Chip tone=Tone::Warning text=locale.base_has_moved() /> },
            false => view! { " "<Chip tone=Tone::Good text=locale.base_is_current() /> },
        });
        Some(view! { <p class="sub claimed"><span>{locale.claims_base()}" "{name}{state}</span></p> })
    }
}
