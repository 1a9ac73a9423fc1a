//! Tokens for programs.

use engine::{ApiToken, Role};
use leptos::prelude::*;

use crate::base_path::under;
use crate::components::chip::{Chip, Tone};
use crate::components::notice::Command;
use crate::components::reader::{locale, reader};
use crate::components::time::Ago;

use super::role_options;

/// How many days a token can be good for.
const DAYS: [usize; 4] = [7, 30, 90, 365];
/// How many it is good for, unless something else is chosen.
const USUAL_DAYS: usize = 90;
/// How a token is used. It is not in the command itself, because shells write down what they are told.
const EXAMPLE: &str = r#"curl -H "Authorization: Bearer $STOWAGE_TOKEN" "$STOWAGE_URL/api/v1/registries""#;

/// A token that has just been made.
pub(super) struct MadeToken {
    pub(super) name: String,
    pub(super) secret: String,
}

/// `most` is the largest role that a token can have; absent for whoever can have none.
pub(super) fn section(tokens: Vec<ApiToken>, made: Option<MadeToken>, most: Option<Role>) -> impl IntoView {
    let locale = locale();
    let content = match (tokens.is_empty(), most) {
        (false, _) => table(tokens, false).into_any(),
        (true, Some(_)) => view! { <p class="muted">{locale.no_tokens()}</p> }.into_any(),
        (true, None) => view! { <p class="muted">{locale.no_tokens_of_registries()}</p> }.into_any(),
    };
    view! {
        <section aria-labelledby="tokens">
            <h2 id="tokens">{locale.api_tokens()}</h2>
            <p class="muted intro">{locale.api_tokens_hint()}</p>
            {made.map(shown_once)}
            {content}
            {most.is_some().then(|| form(most))}
        </section>
    }
}

/// The tokens of everybody else, for administrators; nothing where there are none.
pub(super) fn of_others(tokens: Vec<ApiToken>) -> impl IntoView {
    let locale = locale();
    (!tokens.is_empty()).then(|| {
        view! {
            <section aria-labelledby="others">
                <h2 id="others">{locale.tokens_of_others()}</h2>
                {table(tokens, true)}
            </section>
        }
    })
}

fn shown_once(token: MadeToken) -> impl IntoView {
    let locale = locale();
    view! {
        <div class="made" role="status">
            <p><b>{locale.token_made(&token.name)}</b></p>
            <Command text=token.secret />
            <p class="muted">{locale.token_example()}</p>
            <Command text=EXAMPLE />
        </div>
    }
}

fn table(tokens: Vec<ApiToken>, with_owner: bool) -> impl IntoView {
    let locale = locale();
    let owner = with_owner.then(|| view! { <th scope="col">{locale.owner()}</th> });
    let rows = tokens.into_iter().map(|it| row(it, with_owner)).collect_view();
    view! {
        <div class="card">
            <table class="rows">
                <thead>
                    <tr>
                        <th scope="col">{locale.name_label()}</th>
                        {owner}
                        <th scope="col">{locale.scope()}</th>
                        <th scope="col">{locale.made()}</th>
                        <th scope="col">{locale.expires()}</th>
                        <th scope="col">{locale.last_used()}</th>
                        <th scope="col"><span class="visually-hidden">{locale.revoke()}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(token: ApiToken, with_owner: bool) -> impl IntoView {
    let reader = reader();
    let locale = reader.locale;
    let owner = token.owner.to_string();
    let owner = with_owner.then(|| view! { <td class="wide" data-label=locale.owner()>{owner}</td> });
    let expires = match token.expires {
        None => view! { <span>{locale.never()}</span> }.into_any(),
        Some(at) if at <= reader.now => {
            view! { <Chip tone=Tone::Warning text=locale.expired() /> " " <Ago at /> }.into_any()
        }
        Some(at) => view! { <Ago at /> }.into_any(),
    };
    let used = match token.used {
        None => view! { <span>{locale.never()}</span> }.into_any(),
        Some(at) => view! { <Ago at /> " " {token.used_from} }.into_any(),
    };
    view! {
        <tr>
            <td class="name">
                <b>{token.name.clone()}</b>
                " "
                <Chip tone=Tone::Plain text=locale.role_name(token.role) />
            </td>
            {owner}
            <td class="wide muted" data-label=locale.scope()><code>{token.scope.to_string()}</code></td>
            <td class="wide muted" data-label=locale.made()><Ago at=token.made /></td>
            <td class="wide muted" data-label=locale.expires()>{expires}</td>
            <td class="wide muted" data-label=locale.last_used()>{used}</td>
            <td class="num">
                <form action=under("/settings/tokens/revoke") method="post">
                    <input type="hidden" name="id" value=token.id.to_string() />
                    <button class="btn warnbtn" aria-label=format!("{}: {}", locale.revoke(), token.name)>{locale.revoke()}</button>
                </form>
            </td>
        </tr>
    }
}

fn form(most: Option<Role>) -> impl IntoView {
    let locale = locale();
    let days = DAYS
        .into_iter()
        .map(|n| view! { <option value=n.to_string() selected=n == USUAL_DAYS>{locale.in_days(n)}</option> })
        .collect_view();
    view! {
        <form class="bar make" action=under("/settings/tokens") method="post">
            <label class="confirm">
                <span>{locale.name_label()}</span>
                <input class="field small" name="name" required maxlength="100" placeholder="ci" autocomplete="off" />
            </label>
            <label class="confirm">
                <span>{locale.role_label()}</span>
                <select class="field small" name="role">{role_options(locale, most)}</select>
            </label>
            <label class="confirm">
                <span>{locale.scope()}</span>
                <input class="field small" name="scope" value="**" required autocomplete="off" />
            </label>
            <label class="confirm">
                <span>{locale.expires()}</span>
                <select class="field small" name="days">
                    {days}
                    <option value="">{locale.never()}</option>
                </select>
            </label>
            <button class="btn primary">{locale.make_token()}</button>
        </form>
        <p class="muted">{locale.scope_hint()}</p>
    }
}
