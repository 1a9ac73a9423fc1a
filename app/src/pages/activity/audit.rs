//! What was done: planned, refused, deleted, put back; by whom, and what came of it.

use engine::{AuditEntry, AuditFilter};
use form_urlencoded::{Serializer, parse};
use leptos::prelude::*;

use crate::address::Address;
use crate::base_path::under;
use crate::components::reader::locale;
use crate::components::time::Ago;

/// What can be filtered by, as it is written down.
const ACTIONS: [&str; 11] =
    ["plan", "refuse", "start", "delete", "restore", "stop", "end", "sign_in", "sign_out", "token", "role"];

/// Reads the filter of the address.
pub(super) fn filter(query: &str) -> AuditFilter {
    let mut filter = AuditFilter::default();
    for (key, value) in parse(query.as_bytes()) {
        match &*key {
            "q" => value.trim().clone_into(&mut filter.q),
            "action" => filter.action = value.into_owned(),
            "outcome" => filter.outcome = value.into_owned(),
            "actor" => filter.actor = value.into_owned(),
            "registry" => filter.registry = value.into_owned(),
            "repository" => filter.repository = value.into_owned(),
            _ => {}
        }
    }
    filter
}

/// The lines that a filter takes, with the filter and ways to take them along.
pub(super) fn table(entries: Vec<AuditEntry>, filter: &AuditFilter) -> impl IntoView + use<> {
    let locale = locale();
    let actions = ACTIONS
        .into_iter()
        .map(|it| view! { <option value=it selected=filter.action == it>{it}</option> })
        .collect_view();
    let export = |format: &str| {
        let mut query = Serializer::new(under("/api/v1/audit?"));
        query.append_pair("format", format);
        for (key, value) in [("q", &filter.q), ("action", &filter.action), ("repository", &filter.repository)]
        {
            if !value.is_empty() {
                query.append_pair(key, value);
            }
        }
        query.finish()
    };
    let content = match entries.is_empty() {
        true => view! { <p class="muted">{locale.no_deeds()}</p> }.into_any(),
        false => view! {
            <div class="card">
                <table class="rows">
                    <thead>
                        <tr>
                            <th scope="col">{locale.action()}</th>
                            <th scope="col">{locale.what()}</th>
                            <th scope="col">{locale.outcome()}</th>
                            <th scope="col">{locale.who()}</th>
                            <th scope="col">{locale.when()}</th>
                        </tr>
                    </thead>
                    <tbody>{entries.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any(),
    };
    view! {
        <h2 id="audit">{locale.what_was_done()}</h2>
        <form class="bar" action=Address::Activity.path() method="get">
            <input class="field" type="search" name="q" value=filter.q.clone() placeholder=locale.what() aria-label=locale.what() autocomplete="off" />
            <select class="field small" name="action" aria-label=locale.action()>
                <option value="">{locale.any()}</option>
                {actions}
            </select>
            <button class="btn">{locale.filter()}</button>
            <a class="btn quiet" href=export("csv") download="audit.csv">"CSV"</a>
            <a class="btn quiet" href=export("jsonl") download="audit.jsonl">"JSON"</a>
        </form>
        {content}
    }
}

fn row(entry: AuditEntry) -> impl IntoView {
    let locale = locale();
    let who = if entry.actor.name.is_empty() { locale.nobody_by_name().to_owned() } else { entry.actor.name };
    let deed = entry.deed;
    // Plans and jobs are named by long numbers, of which the beginning is enough to tell them apart.
    let short: String = deed.subject.chars().take(40).collect();
    view! {
        <tr data-row>
            <td>{deed.action}</td>
            <td class="name" title=deed.subject>{short}<span class="muted">" "{deed.repository}</span></td>
            <td class="wide">{deed.outcome}<p class="muted reason">{deed.detail}</p></td>
            <td class="wide muted">{who}" "{entry.actor.address}</td>
            <td class="wide muted when"><Ago at=entry.at /></td>
        </tr>
    }
}
