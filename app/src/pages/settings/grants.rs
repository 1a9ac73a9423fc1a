//! Who has which role, and giving one.

use engine::{Role, StoredGrant};
use leptos::prelude::*;

use crate::base_path::under;
use crate::components::chip::{Chip, Tone};
use crate::components::reader::locale;
use crate::components::time::Ago;

use super::role_options;

pub(super) fn section(grants: Vec<StoredGrant>) -> impl IntoView {
    let locale = locale();
    let content = match grants.is_empty() {
        true => view! { <p class="muted">{locale.no_grants()}</p> }.into_any(),
        false => view! {
            <div class="card">
                <table class="rows">
                    <thead>
                        <tr>
                            <th scope="col">{locale.who()}</th>
                            <th scope="col">{locale.role_label()}</th>
                            <th scope="col">{locale.scope()}</th>
                            <th scope="col">{locale.given()}</th>
                            <th scope="col"><span class="visually-hidden">{locale.revoke()}</span></th>
                        </tr>
                    </thead>
                    <tbody>{grants.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="roles">
            <h2 id="roles">{locale.roles()}</h2>
            <p class="muted intro">{locale.roles_hint()}</p>
            {content}
            {form()}
        </section>
        <section aria-labelledby="out">
            <h2 id="out">{locale.sign_somebody_out()}</h2>
            <p class="muted intro">{locale.sign_somebody_out_hint()}</p>
            <form class="bar make" action=under("/settings/sessions/end") method="post">
                <label class="confirm">
                    <span>{locale.who()}</span>
                    <input class="field small" name="who" required placeholder="oidc:alice" autocomplete="off" autocapitalize="none" />
                </label>
                <button class="btn warnbtn">{locale.sign_out_everywhere()}</button>
            </form>
        </section>
    }
}

fn row(stored: StoredGrant) -> impl IntoView {
    let locale = locale();
    let grant = stored.grant;
    let who = grant.who.to_string();
    let given = match stored.id {
        None => view! { <Chip tone=Tone::Plain text=locale.by_configuration() /> }.into_any(),
        Some(_) => view! { {stored.at.map(|at| view! { <Ago at /> })} " " {stored.by} }.into_any(),
    };
    // What the configuration says is taken back there.
    let revoke = stored.id.map(|id| {
        let label = format!("{}: {grant}", locale.revoke());
        view! {
            <form action=under("/settings/grants/revoke") method="post">
                <input type="hidden" name="id" value=id.to_string() />
                <button class="btn warnbtn" aria-label=label>{locale.revoke()}</button>
            </form>
        }
    });
    view! {
        <tr>
            <td class="name"><b>{who}</b></td>
            <td class="wide" data-label=locale.role_label()>{locale.role_name(grant.role)}</td>
            <td class="wide" data-label=locale.scope()><code>{grant.scope.to_string()}</code></td>
            <td class="wide muted" data-label=locale.given()>{given}</td>
            <td class="num">{revoke}</td>
        </tr>
    }
}

fn form() -> impl IntoView {
    let locale = locale();
    view! {
        <form class="bar make" action=under("/settings/grants") method="post">
            <label class="confirm">
                <span>{locale.who()}</span>
                <input class="field small" name="who" required placeholder="group:team-a" autocomplete="off" autocapitalize="none" />
            </label>
            <label class="confirm">
                <span>{locale.role_label()}</span>
                <select class="field small" name="role">{role_options(locale, Some(Role::Administrator))}</select>
            </label>
            <label class="confirm">
                <span>{locale.scope()}</span>
                <input class="field small" name="scope" required placeholder="*/team-a/**" autocomplete="off" />
            </label>
            <button class="btn primary">{locale.give_role()}</button>
        </form>
        <p class="muted">{locale.who_hint()}</p>
        <p class="muted">{locale.scope_hint()}</p>
    }
}
