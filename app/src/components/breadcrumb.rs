//! The anatomy of a reference, each part a link.

use leptos::prelude::*;
use registry::{Reference, RepositoryName};

use super::copy::CopyButton;
use super::reader::locale;
use crate::address::Address;

/// `registry / namespace / name : tag`, as far as the page's address goes.
#[component]
pub(crate) fn Breadcrumb(
    /// The page.
    address: Address,
    /// What a pull command calls the registry, for the copy of the whole.
    pull_host: String,
) -> impl IntoView {
    let parts = parts(&address);
    let n_parts = parts.len();
    let copied = match &address {
        Address::Tags { repository, .. } => Some(format!("{pull_host}/{repository}")),
        Address::Image { repository, reference, .. } => {
            Some(format!("{pull_host}/{repository}{}{reference}", reference.separator()))
        }
        _ => None,
    };
    let items = parts
        .into_iter()
        .enumerate()
        .map(|(idx, part)| {
            let separator =
                (idx > 0).then(|| view! { <span class="sep" aria-hidden="true">{part.separator}</span> });
            let content = if idx + 1 == n_parts {
                view! { <b aria-current="page" title=part.title>{part.text}</b> }.into_any()
            } else {
                view! { <a href=part.href>{part.text}</a> }.into_any()
            };
            view! { <li>{separator}{content}</li> }
        })
        .collect_view();
    view! {
        <nav class="crumb" aria-label=locale().breadcrumb()>
            <ol>{items}</ol>
            {copied.map(|text| view! { <CopyButton text label=locale().copy_reference() /> })}
        </nav>
    }
}

struct Part {
    separator: &'static str,
    text: String,
    href: String,
    title: Option<String>,
}

fn parts(address: &Address) -> Vec<Part> {
    let Some(registry) = address.registry() else { return Vec::new() };
    let registry = registry.to_owned();
    let part = |text: &str, address: Address| Part {
        separator: "/",
        text: text.to_owned(),
        href: address.path(),
        title: None,
    };
    let mut parts = vec![part(&registry, Address::Catalog { registry: registry.clone() })];
    let mut namespaces = |path: &str| {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let mut start = 0;
        for end in ends.filter(|&end| end > 0) {
            let namespace = path[..end].to_owned();
            parts.push(part(&path[start..end], Address::Namespace { registry: registry.clone(), namespace }));
            start = end + 1;
        }
    };
    match address {
        Address::Namespace { namespace, .. } => namespaces(namespace),
        Address::Tags { repository, .. } => {
            namespaces(repository.namespace());
            parts.push(repository_part(&registry, repository));
        }
        Address::Image { repository, reference, .. } => {
            namespaces(repository.namespace());
            parts.push(repository_part(&registry, repository));
            parts.push(match reference {
                Reference::Tag(tag) => Part { separator: ":", ..part(tag.as_str(), address.clone()) },
                Reference::Digest(digest) => Part {
                    separator: "@",
                    title: Some(digest.to_string()),
                    ..part(&format!("{}:{}", digest.algorithm(), digest.short()), address.clone())
                },
            });
        }
        // The others are about no repository.
        _ => {}
    }
    parts
}

fn repository_part(registry: &str, repository: &RepositoryName) -> Part {
    Part {
        separator: "/",
        text: repository.base_name().to_owned(),
        href: Address::Tags { registry: registry.to_owned(), repository: repository.clone() }.path(),
        title: None,
    }
}
