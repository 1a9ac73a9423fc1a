//! The tags of a repository.

mod deletion;
mod drawn;
mod filter;
mod head;
mod rows;
mod untagged;

use engine::{Engine, TagPage, TagSort};
use jiff::Timestamp;
use leptos::prelude::*;
use registry::RepositoryName;
use registry::summary::Summary;

use crate::address::{self, Address, TagsQuery};
use crate::base_path::under;
use crate::components::breadcrumb::Breadcrumb;
use crate::components::freshness::{Freshness, OutOfDate};
use crate::components::notice::{Command, Empty, Notice};
use crate::components::pager::Pager;
use crate::components::reader::locale;
use crate::islands::live_filter::LiveFilter;
use crate::islands::live_rows::LiveRows;
use crate::islands::selection::Selection;

use head::Columns;

/// What a list of tags tells.
pub(super) struct TagsPage {
    address: Address,
    registry: String,
    repository: RepositoryName,
    pull_host: String,
    query: TagsQuery,
    page: TagPage,
    /// Where the browser learns what changes after the page was made.
    events: String,
    /// Whether the reader may delete anything here.
    deletes: bool,
    /// The manifests that no tag leads to, where these are wanted.
    untagged: Option<Vec<Summary>>,
}

pub(super) async fn load(
    engine: &Engine,
    registry: &str,
    repository: &RepositoryName,
    query: TagsQuery,
    now: Timestamp,
) -> Result<TagsPage, engine::Error> {
    let info = engine.registry(registry)?;
    let events = address::events(Some(registry), Some(repository), engine.last_event());
    let page = engine.select_tags(registry, repository, &query.to_engine(now)).await?;
    let untagged = match query.untagged {
        true => Some(engine.untagged(registry, repository, untagged::SHOWN).await?),
        false => None,
    };
    Ok(TagsPage {
        address: Address::Tags { registry: registry.to_owned(), repository: repository.clone() },
        registry: registry.to_owned(),
        repository: repository.clone(),
        pull_host: info.pull_host.clone(),
        query,
        page,
        events,
        deletes: super::may_delete(engine, registry, Some(repository)),
        untagged,
    })
}

impl TagsPage {
    pub(super) fn view(self) -> impl IntoView {
        let breadcrumb =
            view! { <Breadcrumb address=self.address.clone() pull_host=self.pull_host.clone() /> };
        let heading = super::subject(&self.address, locale());
        let content = if self.page.total == 0 { self.emptied().into_any() } else { self.list().into_any() };
        view! {
            {breadcrumb}
            <h1 class="visually-hidden">{heading}</h1>
            {content}
        }
    }

    fn emptied(&self) -> impl IntoView + use<> {
        let locale = locale();
        let name = format!("{}/{}", self.pull_host, self.repository);
        let folder = format!("rm -r /var/lib/registry/docker/registry/v2/repositories/{}", self.repository);
        let attached = self.attached_note();
        view! {
            <Empty title=locale.emptied_title()>
                <p>{locale.emptied()}</p>
                <Command text=format!("docker push {name}:tag") />
                <p>{locale.emptied_remedy()}</p>
                <Command text=folder />
                {attached}
            </Empty>
        }
    }

    fn list(self) -> impl IntoView {
        let locale = locale();
        let bar = filter::bar(&self.address, &self.query);
        let active = filter::active(&self.address, &self.query);
        let summary = self.summary();
        let unread = (self.page.n_unread > 0)
            .then(|| view! { <Notice>{locale.n_unread(self.page.n_unread)}</Notice> });
        let problem = self.page.problem.clone().map(|problem| view! { <OutOfDate problem /> });
        let events = self.events.clone();
        let columns = Columns::of(&self.page);
        let (page, per_page, total) = (self.page.page, self.page.per_page, self.page.matched);
        let head = head::head(&self.address, &self.query, columns, self.deletes);
        let path = self.address.path();
        let query = self.query.clone();
        let href = move |page| format!("{path}{}", TagsQuery { page, ..query.clone() }.to_text());
        let content = if let Some(found) = self.untagged {
            untagged::table(found, &self.registry, &self.repository).into_any()
        } else if total == 0 {
            let href = self.address.path();
            view! {
                <Empty title=locale.no_tag_matches()>
                    <a class="btn" href=href>{locale.clear_filter()}</a>
                </Empty>
            }
            .into_any()
        } else {
            let shown = rows::Shown { columns, deletes: self.deletes, digest: self.query.defaults.digest };
            let rows = rows::rows(self.page.rows, shown, &self.registry, &self.repository, &self.pull_host);
            let table = view! {
                <div class="card">
                    <table class="rows" class:picks=self.deletes>
                        {head}
                        {rows}
                    </table>
                </div>
            };
            let pager = view! { <Pager page per_page total href /> };
            if self.deletes {
                let bar = deletion::bar(&self.query, total, per_page);
                view! {
                    <form action=under("/plans") method="post">
                        <input type="hidden" name="registry" value=self.registry.clone() />
                        <input type="hidden" name="repository" value=self.repository.to_string() />
                        {table}
                        {pager}
                        {bar}
                    </form>
                }
                .into_any()
            } else {
                view! {
                    {table}
                    {pager}
                }
                .into_any()
            }
        };
        let selection = (self.deletes && !self.query.untagged).then(|| {
            let (none, one, many) = (
                locale.select_hint().to_owned(),
                locale.one_selected().to_owned(),
                locale.many_selected().to_owned(),
            );
            view! { <Selection none one many /> }
        });
        view! {
            <LiveFilter>
                {bar}
                <div id="results">
                    {summary}
                    {active}
                    {problem}
                    {unread}
                    {content}
                </div>
            </LiveFilter>
            <LiveRows
                events
                checked=locale.just_checked().to_owned()
                progress=locale.reading_tags().to_owned()
            />
            {selection}
        }
    }

    fn summary(&self) -> impl IntoView + use<> {
        let locale = locale();
        let count = if let Some(found) = &self.untagged {
            locale.n_untagged(found.len())
        } else if self.page.matched == self.page.total {
            locale.n_tags(self.page.total)
        } else {
            locale.n_of_tags(self.page.matched, self.page.total)
        };
        let order = match self.query.sort {
            TagSort::Name => locale.sorted_by_name(),
            TagSort::Created => locale.sorted_by_created(),
            TagSort::Size => locale.sorted_by_size(),
            TagSort::Platforms => locale.sorted_by_platforms(),
            TagSort::Pushed => locale.sorted_by_push(),
            TagSort::Pulled => locale.sorted_by_pull(),
        };
        let here = format!("{}{}", self.address.path(), self.query.to_text());
        view! {
            <div class="sub" aria-live="polite">
                <span>{count}", "{order}</span>
                {self.attached_note()}
                {self.cleanup()}
                <Freshness seen_at=self.page.seen_at here />
            </div>
        }
    }

    fn cleanup(&self) -> impl IntoView + use<> {
        let href = address::cleanup(&self.registry, Some(&self.repository));
        self.deletes.then(|| view! { <a href=href>{locale().cleanup()}</a> })
    }

    fn attached_note(&self) -> impl IntoView + use<> {
        let locale = locale();
        (self.page.n_attached > 0).then(|| {
            let (attached, text) = match self.query.attached {
                true => (false, locale.hide_attached()),
                false => (true, locale.show_attached()),
            };
            let query = TagsQuery { attached, page: 0, ..self.query.clone() };
            let href = format!("{}{}", self.address.path(), query.to_text());
            view! { <span>{locale.n_attached(self.page.n_attached)}" · "<a href=href>{text}</a></span> }
        })
    }
}
