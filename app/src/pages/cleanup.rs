//! Choosing what to delete by a rule.

use engine::Engine;
use form_urlencoded::parse;
use leptos::prelude::*;

use crate::base_path::under;
use crate::components::reader::locale;

/// What is offered.
pub(super) struct CleanupPage {
    registries: Vec<String>,
    registry: String,
    repository: String,
    rule: String,
}

pub(super) fn load(engine: &Engine, query: &str) -> CleanupPage {
    let value = |name: &str| {
        let found = parse(query.as_bytes()).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    CleanupPage {
        registries: engine.registries().map(|it| it.id.clone()).collect(),
        registry: value("registry"),
        repository: value("repository"),
        rule: value("rule"),
    }
}

impl CleanupPage {
    pub(super) fn view(self) -> impl IntoView {
        let locale = locale();
        let registries = self
            .registries
            .iter()
            .map(|id| view! { <option value=id.clone() selected=*id == self.registry>{id.clone()}</option> })
            .collect_view();
        let chosen = if self.rule.is_empty() { "untagged".to_owned() } else { self.rule.clone() };
        let rule = |value: &'static str, text: &'static str, more: AnyView| {
            view! {
                <div class="rule">
                    <label><input type="radio" name="rule" value=value checked=value == chosen /> {text}</label>
                    {more}
                </div>
            }
        };
        let number = |name: &'static str, label: &'static str, value: &'static str, unit: &'static str| {
            view! {
                <input class="field number" type="number" min="1" max="10000" name=name value=value aria-label=label />
                <span>{unit}</span>
            }
            .into_any()
        };
        let pattern = view! {
            <input class="field" name="q" placeholder=locale.filter_tags() aria-label=locale.rule_matching() autocomplete="off" />
        };
        view! {
            <h1>{locale.cleanup()}</h1>
            <p class="muted intro">{locale.cleanup_hint()}</p>
            <form class="cleanup" action=under("/plans") method="post">
                <div class="bar">
                    <label class="confirm">
                        <span>{locale.registry()}</span>
                        <select class="field small" name="registry">{registries}</select>
                    </label>
                    <label class="confirm">
                        <span>{locale.repository()}</span>
                        <input class="field" name="repository" value=self.repository.clone() required placeholder="team/webapp" autocomplete="off" />
                    </label>
                </div>
                <fieldset>
                    <legend>{locale.rule()}</legend>
                    {rule("untagged", locale.rule_untagged(), ().into_any())}
                    {rule("broken", locale.rule_broken(), ().into_any())}
                    {rule("older", locale.rule_older(), number("older", locale.rule_older(), "90", locale.days()))}
                    {rule("matching", locale.rule_matching(), pattern.into_any())}
                    {rule("newest", locale.rule_newest(), number("keep", locale.rule_newest(), "10", locale.tags_word()))}
                    {rule("everything", locale.rule_everything(), ().into_any())}
                </fieldset>
                <button class="btn primary">{locale.make_plan()}</button>
            </form>
        }
    }
}
