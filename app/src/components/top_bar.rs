//! The bar at the top of every page.

use engine::Engine;
use leptos::prelude::*;

use super::icon::{Icon, IconName, Mark};
use super::reader::{defaults, reader};
use crate::address::{self, Address};
use crate::base_path::under;
use crate::visitor::{Locale, Theme};

/// Product, registry, search, preferences, account.
#[component]
pub(crate) fn TopBar(
    /// The path and query of this page.
    here: String,
    /// The registry that the page is about.
    registry: Option<String>,
    /// Whether a scan or a job is going on.
    busy: bool,
    /// Whether there is a way to sign in.
    can_sign_in: bool,
) -> impl IntoView {
    let locale = reader().locale;
    let engine = expect_context::<Engine>();
    let ids: Vec<String> = engine.registries().map(|it| it.id.clone()).collect();
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
    // Whoever must sign in first has nothing to look for.
    let tools = engine.must_be_known().is_ok().then(|| {
        view! {
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
        }
    });
    let title = defaults().title.clone().map(|it| view! { <span class="title">{it}</span> });
    view! {
        <header class="top">
            <a class="brand" href=Address::Registries.path()><Mark /> "Stowage" {title}</a>
            {switch}
            {tools}
            <Preferences here=here.clone() />
            <Account here can_sign_in />
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
    // Where people sign in, the settings are in the menu of their account.
    let settings = expect_context::<Engine>()
        .caller()
        .is_open
        .then(|| view! { <a href=Address::Settings.path()>{locale.settings()}</a> });
    view! {
        <details class="menu prefs">
            <summary class="btn quiet" aria-label=locale.preferences()><Icon name=IconName::Settings /></summary>
            <form class="sheet" action=under("/preferences") method="post">
                <input type="hidden" name="next" value=here />
                <fieldset><legend>{locale.theme()}</legend>{themes}</fieldset>
                <fieldset><legend>{locale.language()}</legend>{languages}</fieldset>
                {settings}
                <a href=under("/api/openapi.json")>{locale.rest_api()}</a>
            </form>
        </details>
    }
}

/// Who has signed in, or the way to do so; nothing where nobody signs in.
#[component]
fn Account(here: String, can_sign_in: bool) -> impl IntoView {
    let locale = reader().locale;
    let caller = expect_context::<Engine>().caller().clone();
    let is_login = here.split('?').next() == Some(Address::Login.path().as_str());
    match caller.identity {
        Some(identity) => {
            // Whom a proxy names, it names again with the next request.
            let sign_out = caller.session.is_some().then(|| {
                view! {
                    <form action=under("/logout") method="post">
                        <button>{locale.sign_out()}</button>
                    </form>
                }
            });
            let label = format!("{}: {}", locale.account(), identity.name);
            view! {
                <details class="menu account">
                    <summary class="btn quiet" aria-label=label>
                        <Icon name=IconName::User />
                        <span>{identity.name.clone()}</span>
                    </summary>
                    <div class="sheet links">
                        <p class="muted">{identity.name}</p>
                        <a href=Address::Settings.path()>{locale.settings()}</a>
                        {sign_out}
                    </div>
                </details>
            }
            .into_any()
        }
        None if can_sign_in && !is_login => view! {
            <a class="btn quiet account" href=address::sign_in(&here) aria-label=locale.sign_in()>
                <Icon name=IconName::User />
                <span>{locale.sign_in()}</span>
            </a>
        }
        .into_any(),
        None => ().into_any(),
    }
}
