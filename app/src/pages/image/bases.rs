//! What an image is built on, and what is built on it.

use engine::{BaseImage, ImageBases, SearchHit};
use leptos::prelude::*;
use registry::base_image::ClaimedBase;

use super::super::search::Hit;
use crate::address::Address;
use crate::components::chip::{Chip, Tone};
use crate::components::reader::locale;

/// How many images of each kind are asked for.
pub(super) const MOST: usize = 50;

/// The images that share their layers with one.
pub(super) struct Bases(pub(super) ImageBases);

impl Bases {
    /// The base with most layers: how many, and what it is called.
    pub(super) fn longest(&self) -> Option<(usize, String)> {
        let BaseImage { hit, n_layers } = self.0.bases.first()?;
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
            {list(locale.built_on_title(), self.0.bases.iter().map(|it| it.hit.clone()).collect())}
            {list(locale.built_on_this(), self.0.built_on.clone())}
        }
    }

    /// What the image says of its base, and whether that is still so.
    fn claimed(&self) -> impl IntoView + use<> {
        let locale = locale();
        let ClaimedBase { name, digest } = self.0.claimed.clone();
        let text = name.or_else(|| digest.map(|it| it.to_string()))?;
        let href = self.0.known.as_ref().map(|it| {
            let (registry, repository, reference) =
                (it.registry.clone(), it.repository.clone(), it.reference.clone());
            Address::Image { registry, repository, reference }.path()
        });
        let name = match href {
            Some(href) => view! { <a href=href><code>{text}</code></a> }.into_any(),
            None => view! { <code>{text}</code> }.into_any(),
        };
        let state = self.0.known.as_ref().and_then(|it| it.has_moved).map(|has_moved| match has_moved {
            true => view! { " "<Chip tone=Tone::Warning text=locale.base_has_moved() /> },
            false => view! { " "<Chip tone=Tone::Good text=locale.base_is_current() /> },
        });
        Some(view! { <p class="sub claimed"><span>{locale.claims_base()}" "{name}{state}</span></p> })
    }
}
