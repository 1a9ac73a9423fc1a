//! What is found in all registries.

use engine::{Engine, FoundIn, SearchHit};
use form_urlencoded::parse;
use leptos::prelude::*;
use registry::Reference;
use registry::summary::Kind;

use crate::address::Address;
use crate::components::chip::{Chip, Tone};
use crate::components::copy::ShortDigest;
use crate::components::icon::{Icon, IconName};
use crate::components::notice::Empty;
use crate::components::reader::locale;
use crate::islands::live_filter::LiveFilter;

/// How much is shown; whoever does not find it there searches for more of it.
const MOST: usize = 100;

/// A search and what was found.
pub(super) struct SearchPage {
    q: String,
    hits: Vec<SearchHit>,
}

pub(super) async fn load(engine: &Engine, query: &str) -> Result<SearchPage, engine::Error> {
    let q = parse(query.as_bytes()).find(|(key, _)| key == "q").map(|(_, value)| value.trim().to_owned());
    let q = q.unwrap_or_default();
    Ok(SearchPage { hits: engine.search(&q, MOST).await?, q })
}

impl SearchPage {
    pub(super) fn view(self) -> impl IntoView {
        let locale = locale();
        let count = (!self.q.is_empty()).then(|| match self.hits.len() {
            MOST => locale.first_hits(MOST),
            n => locale.n_hits(n),
        });
        let list = match (self.q.is_empty(), self.hits.is_empty()) {
            (true, _) => view! { <p class="muted">{locale.search_hint()}</p> }.into_any(),
            (false, true) => {
                view! { <Empty title=locale.nothing_found()><p>{locale.nothing_found_hint()}</p></Empty> }
                    .into_any()
            }
            (false, false) => {
                let rows = self.hits.into_iter().map(|hit| view! { <Hit hit /> }).collect_view();
                view! { <ul class="card hits">{rows}</ul> }.into_any()
            }
        };
        view! {
            <h1>{locale.search()}</h1>
            <LiveFilter>
                <form class="bar search-page" action=Address::Search.path() method="get" role="search">
                    <input
                        class="field"
                        type="search"
                        name="q"
                        value=self.q.clone()
                        placeholder=locale.search_everything()
                        aria-label=locale.search_everything()
                        autocomplete="off"
                    />
                    <button class="btn">{locale.search()}</button>
                </form>
                <div id="results">
                    <p class="sub" aria-live="polite">{count}</p>
                    {list}
                </div>
            </LiveFilter>
        }
    }
}

/// Something that was found, as a line that leads there.
#[component]
pub(super) fn Hit(hit: SearchHit) -> impl IntoView {
    let locale = locale();
    let SearchHit { registry, repository, tag, digest, kind, found_in } = hit;
    let reference = match (&tag, &digest) {
        (Some(tag), _) => Some(Reference::Tag(tag.clone())),
        (None, Some(digest)) => Some(Reference::Digest(digest.clone())),
        (None, None) => None,
    };
    let name = match &tag {
        Some(tag) => format!("{repository}:{tag}"),
        None => repository.to_string(),
    };
    let icon = if reference.is_some() { IconName::Package } else { IconName::Folder };
    let address = match reference {
        Some(reference) => Address::Image { registry: registry.clone(), repository, reference },
        None => Address::Tags { registry: registry.clone(), repository },
    };
    let place = match &found_in {
        FoundIn::Repository => locale.found_repository().to_owned(),
        FoundIn::Tag => kind.map_or_else(|| locale.tag().to_owned(), |kind| locale.kind(kind).to_owned()),
        FoundIn::Label(label) => label.clone(),
        FoundIn::Digest => locale.digest().to_owned(),
        FoundIn::Layer => locale.found_layer().to_owned(),
    };
    let broken = (kind == Some(Kind::Broken))
        .then(|| view! { <Chip tone=Tone::Warning text=locale.kind(Kind::Broken) /> });
    view! {
        <li data-row>
            <Icon name=icon />
            <a href=address.path()><span class="muted">{registry}"/"</span><b>{name}</b></a>
            <Chip tone=Tone::Plain text=place.clone() title=place />
            {broken}
            {digest.map(|digest| view! { <ShortDigest digest /> })}
        </li>
    }
}
