//! The filters of the tags page: the form, and what of it is in force.

use leptos::prelude::*;
use registry::summary::Kind;

use crate::address::{Address, TagsQuery};
use crate::components::icon::{Icon, IconName};
use crate::components::reader::locale;

/// The platforms that the filter offers; any other may stand in the address.
const PLATFORMS: [&str; 7] = [
    "linux/amd64",
    "linux/arm64",
    "linux/arm/v7",
    "linux/s390x",
    "linux/ppc64le",
    "linux/riscv64",
    "windows/amd64",
];
/// The ages that the filter offers, in days.
const AGES: [u32; 5] = [7, 30, 90, 180, 365];
/// The sizes that the filter offers, in bytes.
const SIZES: [u64; 4] = [50 << 20, 200 << 20, 1 << 30, 5 << 30];
const KINDS: [Kind; 3] = [Kind::Image, Kind::Index, Kind::Artifact];

/// A choice of a select box: its value, what it says, whether it is chosen.
type Choice = (String, String, bool);

/// The form above the list.
pub(super) fn bar(address: &Address, query: &TagsQuery) -> impl IntoView + use<> {
    let locale = locale();
    let mut platforms: Vec<&str> = PLATFORMS.to_vec();
    if !query.platform.is_empty() && !platforms.contains(&query.platform.as_str()) {
        platforms.push(&query.platform);
    }
    let platforms: Vec<Choice> =
        platforms.into_iter().map(|it| (it.to_owned(), it.to_owned(), it == query.platform)).collect();
    let kinds: Vec<Choice> = KINDS
        .into_iter()
        .map(|it| (TagsQuery::kind_name(it).to_owned(), locale.kind(it).to_owned(), query.kind == Some(it)))
        .collect();
    let ages: Vec<Choice> = with_chosen(&AGES, query.older)
        .into_iter()
        .map(|days| (format!("{days}d"), locale.older_than(days), query.older == Some(days)))
        .collect();
    let sizes: Vec<Choice> = with_chosen(&SIZES, query.larger)
        .into_iter()
        .map(|size| (size.to_string(), locale.at_least(size), query.larger == Some(size)))
        .collect();
    let states = vec![
        ("broken".to_owned(), locale.broken_only().to_owned(), query.broken),
        ("untagged".to_owned(), locale.untagged_only().to_owned(), query.untagged),
    ];
    let keep = |name: &'static str, value: &'static str| {
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value /> })
    };
    let in_state = query.broken || query.untagged;
    let n_more = [query.kind.is_some(), query.older.is_some(), query.larger.is_some(), in_state];
    let n_more = n_more.into_iter().filter(|it| *it).count();
    let count = (n_more > 0).then(|| format!(" ({n_more})"));
    view! {
        <form class="bar" action=address.path() method="get">
            <input
                class="field"
                type="search"
                name="q"
                value=query.q.clone()
                placeholder=locale.filter_tags()
                aria-label=locale.filter_tags()
                autocomplete="off"
            />
            {select("platform", locale.platform(), locale.all_platforms(), platforms)}
            <details class="menu more">
                <summary class="btn">{locale.more_filters()}{count} <Icon name=IconName::Chevron /></summary>
                <div class="sheet fields">
                    {labelled("kind", locale.kind_label(), locale.any(), kinds)}
                    {labelled("older", locale.age(), locale.any(), ages)}
                    {labelled("larger", locale.size(), locale.any(), sizes)}
                    {labelled("state", locale.state_label(), locale.any(), states)}
                </div>
            </details>
            {keep("sort", query.sort_name())}
            {keep("dir", query.direction_name())}
            {keep("attached", if query.attached { "show" } else { "" })}
            <button class="btn">{locale.filter()}</button>
        </form>
    }
}

/// What narrows the list besides its text, each with a link to the list without it.
pub(super) fn active(address: &Address, query: &TagsQuery) -> impl IntoView + use<> {
    let locale = locale();
    let query = TagsQuery { page: 0, ..query.clone() };
    let without = |text: String, query: TagsQuery| {
        let href = format!("{}{}", address.path(), query.to_text());
        let label = locale.without(&text);
        view! { <a class="chip on" href=href aria-label=label>{text}" ×"</a> }
    };
    let platform = (!query.platform.is_empty())
        .then(|| without(query.platform.clone(), TagsQuery { platform: String::new(), ..query.clone() }));
    let kind = query
        .kind
        .map(|kind| without(locale.kind(kind).to_owned(), TagsQuery { kind: None, ..query.clone() }));
    let older =
        query.older.map(|days| without(locale.older_than(days), TagsQuery { older: None, ..query.clone() }));
    let larger =
        query.larger.map(|size| without(locale.at_least(size), TagsQuery { larger: None, ..query.clone() }));
    let broken = query
        .broken
        .then(|| without(locale.broken_only().to_owned(), TagsQuery { broken: false, ..query.clone() }));
    let untagged = query
        .untagged
        .then(|| without(locale.untagged_only().to_owned(), TagsQuery { untagged: false, ..query.clone() }));
    let chips = [platform, kind, older, larger, broken, untagged];
    chips
        .iter()
        .any(Option::is_some)
        .then(|| view! { <p class="active">{chips.into_iter().collect_view()}</p> })
}

/// What is offered, and what the address says where it is none of them.
fn with_chosen<T: Copy + Ord>(offered: &[T], chosen: Option<T>) -> Vec<T> {
    let mut all = offered.to_vec();
    all.extend(chosen.filter(|it| !offered.contains(it)));
    all.sort_unstable();
    all
}

fn labelled(
    name: &'static str,
    label: &'static str,
    none: &'static str,
    choices: Vec<Choice>,
) -> impl IntoView + use<> {
    view! {
        <label>
            <span>{label}</span>
            {select(name, label, none, choices)}
        </label>
    }
}

fn select(
    name: &'static str,
    label: &'static str,
    none: &'static str,
    choices: Vec<Choice>,
) -> impl IntoView + use<> {
    let options = choices
        .into_iter()
        .map(|(value, text, chosen)| view! { <option value=value selected=chosen>{text}</option> })
        .collect_view();
    view! {
        <select class="field small" name=name aria-label=label>
            <option value="">{none}</option>
            {options}
        </select>
    }
}
