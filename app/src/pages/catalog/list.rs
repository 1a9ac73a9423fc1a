//! The repositories that are shown, as a tree or a list, with what is known of each.

use std::collections::{HashMap, HashSet};

use engine::{Engine, NamespaceSums, RepositoryFacts};
use jiff::Timestamp;
use leptos::prelude::*;
use registry::RepositoryName;
use registry::namespace_tree::{self, Node};

use crate::address::{self, Address, CatalogQuery, CatalogView};
use crate::components::icon::{Icon, IconName};
use crate::components::pager::Pager;
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::time::Ago;
use crate::pages::may_delete;
use crate::visitor::CatalogDefaults;

/// Rows of a page of the flat list.
const PER_PAGE: usize = 200;
/// A tree of so few repositories is shown open.
const FEW: usize = 50;
/// Lines of the tree before namespaces stay closed.
const TREE_LINES: usize = 200;

/// What is shown of the repositories that match.
pub(super) struct List {
    shown: Shown,
    facts: HashMap<RepositoryName, RepositoryFacts>,
    sums: HashMap<String, NamespaceSums>,
    /// The repositories that the reader may delete from.
    maintained: HashSet<RepositoryName>,
}

enum Shown {
    Tree { nodes: Vec<Node>, open: bool },
    Flat { names: Vec<RepositoryName>, page: usize },
}

impl List {
    /// Chooses what is shown, and reads what is known of that; nothing is asked of the registry.
    pub(super) async fn load(
        engine: &Engine,
        registry: &str,
        namespace: &str,
        query: &CatalogQuery,
        defaults: CatalogDefaults,
        names: &[RepositoryName],
    ) -> Result<Self, engine::Error> {
        let shown = match query.view {
            CatalogView::Flat => flat(names, query.page),
            CatalogView::Tree => {
                let nodes = namespace_tree::fold(names, namespace, TREE_LINES, defaults.branches);
                // A tree wider than its budget would be a long page, so it becomes pages of the flat list.
                if nodes.len() > TREE_LINES * 2 {
                    flat(names, query.page)
                } else {
                    let open = defaults.expanded.unwrap_or(names.len() <= FEW);
                    Shown::Tree { nodes, open: open || !query.q.is_empty() }
                }
            }
        };
        let (mut repositories, mut namespaces) = (Vec::new(), Vec::new());
        match &shown {
            Shown::Flat { names, .. } => repositories.clone_from(names),
            Shown::Tree { nodes, .. } => gather(nodes, &mut repositories, &mut namespaces),
        }
        let facts = engine.repository_facts(registry, &repositories).await?;
        let sums = engine.namespace_sums(registry, &namespaces).await?;
        repositories.retain(|name| may_delete(engine, registry, Some(name)));
        let maintained = repositories.into_iter().collect();
        Ok(Self {
            shown,
            facts: facts.into_iter().map(|it| (it.name.clone(), it)).collect(),
            sums: sums.into_iter().map(|it| (it.namespace.clone(), it)).collect(),
            maintained,
        })
    }

    pub(super) fn view(
        &self,
        address: &Address,
        registry: &str,
        query: &CatalogQuery,
        total: usize,
    ) -> impl IntoView + use<> {
        match &self.shown {
            Shown::Tree { nodes, open } => {
                let tree = Tree { list: self, registry, query, open: *open };
                view! { <ul class="card tree">{nodes.iter().map(|node| tree.node(node)).collect_view()}</ul> }
                    .into_any()
            }
            Shown::Flat { names, page } => {
                let lines = names.iter().map(|name| self.line(registry, name)).collect_view();
                let (path, query, page) = (address.path(), query.clone(), *page);
                let href = move |page| format!("{path}{}", CatalogQuery { page, ..query.clone() }.to_text());
                view! {
                    <ul class="card tree">{lines}</ul>
                    <Pager page per_page=PER_PAGE total href />
                }
                .into_any()
            }
        }
    }

    fn line(&self, registry: &str, name: &RepositoryName) -> impl IntoView + use<> {
        line(registry, name, self.facts.get(name), self.maintained.contains(name))
    }
}

fn flat(names: &[RepositoryName], page: usize) -> Shown {
    let page = page.clamp(1, names.len().div_ceil(PER_PAGE).max(1));
    Shown::Flat { names: names.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).cloned().collect(), page }
}

fn gather(nodes: &[Node], repositories: &mut Vec<RepositoryName>, namespaces: &mut Vec<String>) {
    for node in nodes {
        match node {
            Node::Repository(name) => repositories.push(name.clone()),
            Node::Namespace { path, children, .. } => {
                namespaces.push(path.clone());
                gather(children, repositories, namespaces);
            }
        }
    }
}

struct Tree<'a> {
    list: &'a List,
    registry: &'a str,
    query: &'a CatalogQuery,
    open: bool,
}

impl Tree<'_> {
    fn node(&self, node: &Node) -> AnyView {
        let locale = locale();
        let (path, n_repositories, children) = match node {
            Node::Repository(name) => return self.list.line(self.registry, name).into_any(),
            Node::Namespace { path, n_repositories, children } => (path, *n_repositories, children),
        };
        let address = Address::Namespace { registry: self.registry.to_owned(), namespace: path.clone() };
        let query = CatalogQuery { page: 0, ..self.query.clone() };
        let href = format!("{}{}", address.path(), query.to_text());
        let head = view! {
            <Icon name=IconName::Folder />
            <b>{format!("{path}/")}</b>
            <span class="muted count">{locale.n_repositories(n_repositories)}</span>
            {self.list.sums.get(path).filter(|it| it.n_scanned > 0).map(sums)}
        };
        if children.is_empty() {
            return view! { <li><a class="line" href=href>{head}</a></li> }.into_any();
        }
        let lines = children.iter().map(|child| self.node(child)).collect_view();
        view! {
            <li>
                <details open=self.open>
                    <summary class="line">{head}</summary>
                    <ul>
                        {lines} <li><a class="line more" href=href>{locale.show_all_of(n_repositories)}</a></li>
                    </ul>
                </details>
            </li>
        }
        .into_any()
    }
}

/// One repository, with the way to delete what is in it where that may be done.
pub(super) fn line(
    registry: &str,
    name: &RepositoryName,
    facts: Option<&RepositoryFacts>,
    deletes: bool,
) -> impl IntoView + use<> {
    let href = Address::Tags { registry: registry.to_owned(), repository: name.clone() }.path();
    let namespace = match name.namespace() {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    let facts = facts.map(|it| figures(it.n_tags, it.size, it.last_pushed));
    let cleanup = deletes.then(|| {
        let label = format!("{} {name}", locale().cleanup());
        view! {
            <a class="sweep" href=address::cleanup(registry, Some(name)) aria-label=label>
                {locale().cleanup()}
            </a>
        }
    });
    view! {
        <li>
            <a class="line" href=href data-row>
                <Icon name=IconName::Package />
                <span class="path"><span class="muted">{namespace}</span>{name.base_name().to_owned()}</span>
                {facts}
            </a>
            {cleanup}
        </li>
    }
}

fn sums(it: &NamespaceSums) -> impl IntoView + use<> {
    figures(Some(it.n_tags), Some(it.size), it.last_pushed)
}

/// Tags, size and last push, where they are known.
fn figures(n_tags: Option<usize>, size: Option<u64>, pushed: Option<Timestamp>) -> impl IntoView + use<> {
    let locale = locale();
    view! {
        <span class="figures">
            <span>{n_tags.map(|n| locale.n_tags(n))}</span>
            <span>{size.map(|size| view! { <Size bytes=Some(size) /> })}</span>
            <span>{pushed.map(|at| view! { <Ago at /> })}</span>
        </span>
    }
}
