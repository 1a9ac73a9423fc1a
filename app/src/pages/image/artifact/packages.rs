//! The packages that an SBOM lists.

use leptos::prelude::*;
use registry::artifact::{Package, PackageList};

use super::facts;
use crate::address::{Address, ImageQuery};
use crate::components::pager::Pager;
use crate::components::reader::locale;

/// How many packages a page has.
const PER_PAGE: usize = 500;

/// The packages that match the query, a page of them, and a form to filter them.
pub(super) fn view(list: &PackageList, address: &Address, query: &ImageQuery) -> impl IntoView + use<> {
    let locale = locale();
    let matching: Vec<&Package> = list.matching(&query.q).collect();
    let n_pages = matching.len().div_ceil(PER_PAGE).max(1);
    let page = query.page.clamp(1, n_pages);
    let rows = matching
        .iter()
        .skip((page - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|it| row((*it).clone()))
        .collect_view();
    let matched = matching.len();
    let count = match query.q.is_empty() {
        true => locale.n_packages(list.n_packages),
        false => locale.n_of_packages(matched, list.n_packages),
    };
    let (n_read, n_all) = (list.packages.len(), list.n_packages);
    let cut = (n_read < n_all).then(|| view! { <p class="muted">{locale.first_of(n_read, n_all)}</p> });
    let (path, whole) = (address.path(), query.clone());
    let href = move |page| format!("{path}{}", ImageQuery { page, ..whole.clone() }.to_text());
    let table = match matched {
        0 => view! { <p class="muted">{locale.no_package_matches()}</p> }.into_any(),
        _ => view! {
            <div class="card">
                <table class="changes packages">
                    <thead>
                        <tr>
                            <th scope="col">{locale.package()}</th>
                            <th scope="col">{locale.version()}</th>
                            <th scope="col">{locale.licence()}</th>
                            <th scope="col">{locale.purl()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    };
    view! {
        <h2>{locale.packages()}</h2>
        {facts([
            (locale.format(), Some(list.format.clone())),
            (locale.describes(), list.name.clone()),
            (locale.sbom_made(), list.created.clone()),
        ])}
        <form class="bar" method="get" action=address.path() role="search">
            <input
                class="field"
                type="search"
                name="q"
                value=query.q.clone()
                placeholder=locale.filter_packages()
                aria-label=locale.filter_packages()
                autocomplete="off"
                spellcheck="false"
            />
            <button class="btn">{locale.filter()}</button>
            <span class="muted" role="status">{count}</span>
        </form>
        {table}
        {cut}
        <Pager page per_page=PER_PAGE total=matched href />
    }
}

fn row(package: Package) -> impl IntoView {
    let locale = locale();
    let Package { name, version, licence, purl } = package;
    let value = |side: &'static str, text: Option<String>| {
        let text = match text {
            Some(text) => view! { <code>{text}</code> }.into_any(),
            None => view! { <span class="faint">"–"</span> }.into_any(),
        };
        view! { <td data-side=side>{text}</td> }
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            {value(locale.version(), version)}
            {value(locale.licence(), licence)}
            {value(locale.purl(), purl)}
        </tr>
    }
}
