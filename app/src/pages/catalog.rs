//! The repositories of a registry, or of a namespace in it.

mod list;

use engine::{Catalog, CatalogFreshness, CatalogSource, Engine, RepositoryQuery, Support};
use http::StatusCode;
use leptos::prelude::*;
use registry::RepositoryName;

use crate::address::{self, Address, CatalogQuery, CatalogView};
use crate::base_path::under;
use crate::components::breadcrumb::Breadcrumb;
use crate::components::freshness::{Freshness, OutOfDate};
use crate::components::notice::{Command, Empty, Notice, ProblemCard};
use crate::components::reader::locale;
use crate::error::{self, Problem};
use crate::islands::live_filter::LiveFilter;
use crate::islands::live_rows::LiveRows;
use crate::visitor::Visitor;

use list::List;

/// What a catalog tells.
pub(super) struct CatalogPage {
    address: Address,
    registry: String,
    namespace: String,
    pull_host: String,
    query: CatalogQuery,
    catalog: Catalog,
    freshness: CatalogFreshness,
    source: CatalogSource,
    list: List,
    /// Where the browser learns what changes after the page was made.
    events: String,
    /// A registry that refuses its catalog still opens repositories by name.
    refused: Option<Problem>,
    /// Whether the reader may delete in the whole registry.
    deletes: bool,
    /// What the registry can do of what a deletion needs, where that is known.
    support: Option<Support>,
    /// Repositories that were opened by name, each with whether the reader may delete from it.
    added: Vec<(RepositoryName, bool)>,
}

pub(super) async fn load(
    engine: &Engine,
    visitor: &Visitor,
    registry: &str,
    namespace: &str,
    query: CatalogQuery,
) -> Result<CatalogPage, engine::Error> {
    let info = engine.registry(registry)?;
    let events = address::events(Some(registry), None, engine.last_event());
    let source = engine.catalog_source(registry)?;
    let question = RepositoryQuery { q: query.q.clone(), namespace: namespace.to_owned() };
    let (catalog, refused) = match engine.repositories(registry, &question).await {
        Ok(catalog) => (catalog, None),
        Err(error @ engine::Error::Registry(registry::Error::CatalogRefused { .. })) => {
            let problem = error::problem_of(&error, visitor.locale);
            let problem = match source {
                CatalogSource::Vendor(vendor) => error::refused_by_vendor(problem, vendor, visitor.locale),
                _ => problem,
            };
            (Catalog::default(), Some(problem))
        }
        Err(error) => return Err(error),
    };
    let defaults = visitor.defaults.catalog;
    let list = List::load(engine, registry, namespace, &query, defaults, &catalog.names).await?;
    let address = if namespace.is_empty() {
        Address::Catalog { registry: registry.to_owned() }
    } else {
        Address::Namespace { registry: registry.to_owned(), namespace: namespace.to_owned() }
    };
    let added = visitor.added.iter().filter(|(id, _)| id == registry);
    let added: Vec<(RepositoryName, bool)> =
        added.map(|(_, name)| (name.clone(), super::may_delete(engine, registry, Some(name)))).collect();
    Ok(CatalogPage {
        address,
        registry: registry.to_owned(),
        namespace: namespace.to_owned(),
        pull_host: info.pull_host.clone(),
        query,
        catalog,
        freshness: engine.catalog_freshness(registry).await?,
        source,
        list,
        events,
        refused,
        deletes: super::may_delete(engine, registry, None),
        support: engine.known_deletion_support(registry)?,
        added,
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
        let heading = super::subject(&self.address, locale());
        let content = match self.refused.clone() {
            Some(problem) => self.refused_view(problem).into_any(),
            None => view! { <h1 class="visually-hidden">{heading}</h1> {self.list_view()} }.into_any(),
        };
        view! {
            {breadcrumb}
            {content}
        }
    }

    fn refused_view(self, problem: Problem) -> impl IntoView {
        let locale = locale();
        let added = (!self.added.is_empty()).then(|| {
            let lines =
                self.added.iter().map(|(name, deletes)| list::line(&self.registry, name, None, *deletes));
            view! {
                <h2>{locale.opened_by_name()}</h2>
                <ul class="card tree">{lines.collect_view()}</ul>
            }
        });
        view! {
            <ProblemCard problem />
            <section class="panel">
                <h2>{locale.open_by_name()}</h2>
                <p class="muted">{locale.opened_by_name_hint()}</p>
                <form class="bar" action=under("/repositories") method="post">
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
        let source = locale.catalog_source(&self.source).map(|text| view! { <span>{text}</span> });
        let deletion = self.deletes.then(|| {
            let support = self.support.as_ref().map(|it| locale.deletion_support(&it.by_digest, it.by_tag));
            view! {
                {support.map(|text| view! { <span>{text}</span> })}
                <a href=address::cleanup(&self.registry, None)>{locale.cleanup()}</a>
            }
        });
        let bar = self.bar();
        let problem = self.freshness.problem.clone().map(|problem| view! { <OutOfDate problem /> });
        let (seen_at, events) = (self.freshness.seen_at, self.events.clone());
        let here = format!("{}{}", self.address.path(), self.query.to_text());
        let list = if n_matched == 0 {
            self.nothing().into_any()
        } else {
            self.list.view(&self.address, &self.registry, &self.query, n_matched).into_any()
        };
        view! {
            <LiveFilter>
                {bar}
                <div id="results" aria-live="polite">
                    <div class="sub">
                        <span>{count}</span>
                        {source}
                        {deletion}
                        <Freshness seen_at here />
                    </div>
                    {problem}
                    {unfinished}
                    {interrupted}
                    {list}
                </div>
            </LiveFilter>
            <LiveRows
                events
                checked=locale.just_checked().to_owned()
                progress=locale.reading_repositories().to_owned()
            />
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
}
