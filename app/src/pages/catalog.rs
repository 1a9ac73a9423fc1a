//! The repositories of a registry, or of a namespace in it.

use engine::{Catalog, Engine, RepositoryQuery};
use http::StatusCode;
use leptos::prelude::*;
use registry::RepositoryName;
use registry::namespace_tree::{self, Node};

use crate::address::{Address, CatalogQuery, CatalogView};
use crate::components::breadcrumb::Breadcrumb;
use crate::components::icon::{Icon, IconName};
use crate::components::notice::{Command, Empty, Notice, ProblemCard};
use crate::components::pager::Pager;
use crate::components::reader::locale;
use crate::error::{self, Problem};
use crate::islands::live_filter::LiveFilter;
use crate::visitor::Visitor;

/// Rows of a page of the flat list.
const PER_PAGE: usize = 200;
/// A tree of so few repositories is shown open.
const FEW: usize = 50;
/// Lines of the tree before namespaces stay closed.
const TREE_LINES: usize = 200;

/// What a catalog tells.
pub(super) struct CatalogPage {
    address: Address,
    registry: String,
    namespace: String,
    pull_host: String,
    query: CatalogQuery,
    catalog: Catalog,
    /// A registry that refuses its catalog still opens repositories by name.
    refused: Option<Problem>,
    added: Vec<RepositoryName>,
}

pub(super) async fn load(
    engine: &Engine,
    visitor: &Visitor,
    registry: &str,
    namespace: &str,
    query: CatalogQuery,
) -> Result<CatalogPage, engine::Error> {
    let info = engine.registry(registry)?;
    let question = RepositoryQuery { q: query.q.clone(), namespace: namespace.to_owned() };
    let (catalog, refused) = match engine.repositories(registry, &question).await {
        Ok(catalog) => (catalog, None),
        Err(error @ engine::Error::Registry(registry::Error::CatalogRefused { .. })) => {
            let nothing = Catalog { names: Vec::new(), total: 0, complete: true, interrupted: None };
            (nothing, Some(error::problem_of(&error, visitor.locale)))
        }
        Err(error) => return Err(error),
    };
    let address = if namespace.is_empty() {
        Address::Catalog { registry: registry.to_owned() }
    } else {
        Address::Namespace { registry: registry.to_owned(), namespace: namespace.to_owned() }
    };
    Ok(CatalogPage {
        address,
        registry: registry.to_owned(),
        namespace: namespace.to_owned(),
        pull_host: info.pull_host.clone(),
        query,
        catalog,
        refused,
        added: visitor.added.iter().filter(|(id, _)| id == registry).map(|(_, name)| name.clone()).collect(),
    })
}

impl CatalogPage {
    pub(super) fn status(&self) -> StatusCode {
        let status = self.refused.as_ref().map_or(200, |it| it.status);
        StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY)
    }

    pub(super) fn view(self) -> impl IntoView {
        let breadcrumb =
            view! { <Breadcrumb address=self.address.clone() pull_host=self.pull_host.clone() /> };
        let content = match self.refused.clone() {
            Some(problem) => self.refused_view(problem).into_any(),
            None => self.list_view().into_any(),
        };
        view! {
            {breadcrumb}
            {content}
        }
    }

    fn refused_view(self, problem: Problem) -> impl IntoView {
        let locale = locale();
        let added = (!self.added.is_empty()).then(|| {
            view! {
                <h2>{locale.opened_by_name()}</h2>
                <ul class="card tree">{self.added.iter().map(|name| repository_line(&self.registry, name)).collect_view()}</ul>
            }
        });
        view! {
            <ProblemCard problem />
            <section class="panel">
                <h2>{locale.open_by_name()}</h2>
                <p class="muted">{locale.opened_by_name_hint()}</p>
                <form class="bar" action="/repositories" method="post">
                    <input type="hidden" name="registry" value=self.registry.clone() />
                    <input
                        class="field"
                        name="name"
                        required
                        autocomplete="off"
                        aria-label=locale.repository_name()
                        placeholder="library/nginx"
                    />
                    <button class="btn primary">{locale.open()}</button>
                </form>
                {added}
            </section>
        }
    }

    fn list_view(self) -> impl IntoView {
        let locale = locale();
        let n_matched = self.catalog.names.len();
        let filtered = !self.query.q.is_empty() || !self.namespace.is_empty();
        let count = if filtered {
            locale.n_of_repositories(n_matched, self.catalog.total)
        } else {
            locale.n_repositories(n_matched)
        };
        let unfinished = (!self.catalog.complete && self.catalog.interrupted.is_none())
            .then(|| view! { <Notice>{locale.still_reading()}</Notice> });
        let interrupted = self.catalog.interrupted.as_ref().map(|error| {
            let detail = error::problem_of(&error.clone().into(), locale).detail;
            view! { <Notice>{locale.interrupted()}" "{detail}</Notice> }
        });
        let bar = self.bar();
        let list = if n_matched == 0 {
            self.nothing().into_any()
        } else {
            match self.query.view {
                CatalogView::Tree => self.tree().into_any(),
                CatalogView::Flat => self.flat().into_any(),
            }
        };
        view! {
            <LiveFilter>
                {bar}
                <div id="results" aria-live="polite">
                    <p class="sub"><span>{count}</span></p>
                    {unfinished}
                    {interrupted}
                    {list}
                </div>
            </LiveFilter>
        }
    }

    fn bar(&self) -> impl IntoView + use<> {
        let locale = locale();
        let path = self.address.path();
        let choice = |view: CatalogView, text: &'static str| {
            let query = CatalogQuery { view, page: 0, ..self.query.clone() };
            let current = (self.query.view == view).then_some("true");
            view! { <a href=format!("{}{}", self.address.path(), query.to_text()) aria-current=current>{text}</a> }
        };
        let flat = (self.query.view == CatalogView::Flat)
            .then(|| view! { <input type="hidden" name="view" value="flat" /> });
        view! {
            <form class="bar" action=path method="get">
                <input
                    class="field"
                    type="search"
                    name="q"
                    value=self.query.q.clone()
                    placeholder=locale.filter_repositories()
                    aria-label=locale.filter_repositories()
                    autocomplete="off"
                />
                {flat}
                <button class="btn">{locale.filter()}</button>
                <span class="segments" role="group" aria-label=locale.view()>
                    {choice(CatalogView::Tree, locale.as_tree())}
                    {choice(CatalogView::Flat, locale.as_list())}
                </span>
            </form>
        }
    }

    fn nothing(&self) -> impl IntoView + use<> {
        let locale = locale();
        if !self.query.q.is_empty() {
            let href = self.address.path();
            view! {
                <Empty title=locale.no_repository_matches()>
                    <a class="btn" href=href>{locale.clear_filter()}</a>
                </Empty>
            }
            .into_any()
        } else {
            let title =
                if self.namespace.is_empty() { locale.empty_registry() } else { locale.empty_namespace() };
            let path = if self.namespace.is_empty() { String::new() } else { format!("{}/", self.namespace) };
            let text = format!("docker push {}/{path}name:tag", self.pull_host);
            view! {
                <Empty title>
                    <p>{locale.push_something()}</p>
                    <Command text />
                </Empty>
            }
            .into_any()
        }
    }

    fn tree(&self) -> impl IntoView + use<> {
        let nodes = namespace_tree::fold(&self.catalog.names, &self.namespace, TREE_LINES);
        // A tree wider than its budget would be a long page, so it becomes pages of the flat list.
        if nodes.len() > TREE_LINES * 2 {
            return self.flat().into_any();
        }
        let open = !self.query.q.is_empty() || self.catalog.names.len() <= FEW;
        view! { <ul class="card tree">{nodes.iter().map(|node| self.tree_line(node, open)).collect_view()}</ul> }.into_any()
    }

    fn tree_line(&self, node: &Node, open: bool) -> AnyView {
        let locale = locale();
        match node {
            Node::Repository(name) => repository_line(&self.registry, name).into_any(),
            Node::Namespace { path, n_repositories, children } => {
                let address = Address::Namespace { registry: self.registry.clone(), namespace: path.clone() };
                let query = CatalogQuery { page: 0, ..self.query.clone() };
                let href = format!("{}{}", address.path(), query.to_text());
                let count = locale.n_repositories(*n_repositories);
                if children.is_empty() {
                    return view! {
                        <li>
                            <a class="line" href=href>
                                <Icon name=IconName::Folder />
                                <b>{format!("{path}/")}</b>
                                <span class="muted">{count}</span>
                            </a>
                        </li>
                    }
                    .into_any();
                }
                let lines = children.iter().map(|child| self.tree_line(child, open)).collect_view();
                view! {
                    <li>
                        <details open=open>
                            <summary class="line">
                                <Icon name=IconName::Folder />
                                <b>{format!("{path}/")}</b>
                                <span class="muted">{count}</span>
                            </summary>
                            <ul>
                                {lines} <li><a class="line more" href=href>{locale.show_all_of(*n_repositories)}</a></li>
                            </ul>
                        </details>
                    </li>
                }
                .into_any()
            }
        }
    }

    fn flat(&self) -> impl IntoView + use<> {
        let total = self.catalog.names.len();
        let page = self.query.page.clamp(1, total.div_ceil(PER_PAGE).max(1));
        let lines = self
            .catalog
            .names
            .iter()
            .skip((page - 1) * PER_PAGE)
            .take(PER_PAGE)
            .map(|name| repository_line(&self.registry, name))
            .collect_view();
        let path = self.address.path();
        let query = self.query.clone();
        let href = move |page| {
            let query = CatalogQuery { page, ..query.clone() };
            format!("{path}{}", query.to_text())
        };
        view! {
            <ul class="card tree">{lines}</ul>
            <Pager page per_page=PER_PAGE total href />
        }
    }
}

fn repository_line(registry: &str, name: &RepositoryName) -> impl IntoView + use<> {
    let href = Address::Tags { registry: registry.to_owned(), repository: name.clone() }.path();
    let namespace = match name.namespace() {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    view! {
        <li>
            <a class="line" href=href data-row>
                <Icon name=IconName::Package />
                <span><span class="muted">{namespace}</span>{name.base_name().to_owned()}</span>
            </a>
        </li>
    }
}
