//! The bar at the top of every page.

use engine::Engine;
use leptos::prelude::*;

use super::icon::{Icon, IconName, Mark};
use super::reader::reader;
use crate::address::Address;
use crate::visitor::{Locale, Theme};

/// Product, registry, search, preferences.
#[component]
pub(crate) fn TopBar(
    /// The path and query of this page.
    here: String,
    /// The registry that the page is about.
    registry: Option<String>,
    /// Whether a scan or a job is going on.
    busy: bool,
) -> impl IntoView {
    let locale = reader().locale;
    let ids: Vec<String> = expect_context::<Engine>().registries().map(|it| it.id.clone()).collect();
    let activity = if busy { locale.activity_now() } else { locale.activity() };
    let current = registry.filter(|id| ids.contains(id)).or_else(|| ids.first().cloned());
    let switch = (ids.len() > 1).then(|| {
        let links = ids
            .iter()
            .map(|id| {
                let is_current = (Some(id) == current.as_ref()).then_some("page");
                let href = Address::Catalog { registry: id.clone() }.path();
                view! { <a href=href aria-current=is_current>{id.clone()}</a> }
            })
            .collect_view();
        view! {
            <details class="menu switch">
                <summary class="btn" aria-label=locale.switch_registry()>
                    {current.clone()} <Icon name=IconName::Chevron />
                </summary>
                <div class="sheet links">{links}</div>
            </details>
        }
    });
    view! {
        <header class="top">
            <a class="brand" href="/"><Mark /> "Stowage"</a>
            {switch}
            <form class="search" action=Address::Search.path() method="get" role="search">
                <Icon name=IconName::Search />
                <input
                    id="search"
                    type="search"
                    name="q"
                    placeholder=locale.search()
                    aria-label=locale.search_everything()
                    autocomplete="off"
                />
                <kbd aria-hidden="true">"/"</kbd>
            </form>
            <a class="btn quiet" class:busy=busy href=Address::Activity.path() aria-label=activity title=activity>
                <Icon name=IconName::Activity />
            </a>
            <Preferences here />
        </header>
    }
}

/// Theme and language, as a form that works unscripted.
#[component]
fn Preferences(here: String) -> impl IntoView {
    let reader = reader();
    let locale = reader.locale;
    let themes = Theme::ALL
        .into_iter()
        .map(|theme| {
            let name = match theme {
                Theme::Auto => locale.theme_auto(),
                Theme::Light => locale.theme_light(),
                Theme::Dark => locale.theme_dark(),
            };
            let pressed = (theme == reader.theme).to_string();
            view! { <button name="theme" value=theme.as_str() aria-pressed=pressed>{name}</button> }
        })
        .collect_view();
    let languages = Locale::ALL
        .into_iter()
        .map(|it| {
            let pressed = (it == locale).to_string();
            view! { <button name="locale" value=it.as_str() lang=it.as_str() aria-pressed=pressed>{it.name()}</button> }
        })
        .collect_view();
    view! {
        <details class="menu prefs">
            <summary class="btn quiet" aria-label=locale.preferences()><Icon name=IconName::Settings /></summary>
            <form class="sheet" action="/preferences" method="post">
                <input type="hidden" name="next" value=here />
                <fieldset><legend>{locale.theme()}</legend>{themes}</fieldset>
                <fieldset><legend>{locale.language()}</legend>{languages}</fieldset>
                <a href="/api/openapi.json">{locale.rest_api()}</a>
            </form>
        </details>
    }
}
