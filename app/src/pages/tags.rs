//! The tags of a repository.

mod rows;

use engine::{Engine, SortBy, TagPage};
use leptos::prelude::*;
use registry::RepositoryName;

use crate::address::{Address, TagsQuery};
use crate::components::breadcrumb::Breadcrumb;
use crate::components::notice::{Command, Empty, Notice};
use crate::components::pager::Pager;
use crate::components::reader::locale;
use crate::islands::live_filter::LiveFilter;

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

/// What a list of tags tells.
pub(super) struct TagsPage {
    address: Address,
    registry: String,
    repository: RepositoryName,
    pull_host: String,
    query: TagsQuery,
    page: TagPage,
}

pub(super) async fn load(
    engine: &Engine,
    registry: &str,
    repository: &RepositoryName,
    query: TagsQuery,
) -> Result<TagsPage, engine::Error> {
    let info = engine.registry(registry)?;
    let page = engine.tags(registry, repository, &query.to_engine()).await?;
    Ok(TagsPage {
        address: Address::Tags { registry: registry.to_owned(), repository: repository.clone() },
        registry: registry.to_owned(),
        repository: repository.clone(),
        pull_host: info.pull_host.clone(),
        query,
        page,
    })
}

impl TagsPage {
    pub(super) fn view(self) -> impl IntoView {
        let breadcrumb =
            view! { <Breadcrumb address=self.address.clone() pull_host=self.pull_host.clone() /> };
        let content = if self.page.total == 0 { self.emptied().into_any() } else { self.list().into_any() };
        view! {
            {breadcrumb}
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
        let bar = self.bar();
        let summary = self.summary();
        let unread = (self.page.n_unread > 0)
            .then(|| view! { <Notice>{locale.n_unread(self.page.n_unread)}</Notice> });
        let (page, per_page, total) = (self.page.page, self.page.per_page, self.page.matched);
        let head = self.head();
        let path = self.address.path();
        let query = self.query.clone();
        let href = move |page| format!("{path}{}", TagsQuery { page, ..query.clone() }.to_text());
        let content = if total == 0 {
            let href = self.address.path();
            view! {
                <Empty title=locale.no_tag_matches()>
                    <a class="btn" href=href>{locale.clear_filter()}</a>
                </Empty>
            }
            .into_any()
        } else {
            let rows = rows::rows(self.page.rows, &self.registry, &self.repository, &self.pull_host);
            view! {
                <div class="card">
                    <table class="rows">
                        {head}
                        {rows}
                    </table>
                </div>
                <Pager page per_page total href />
            }
            .into_any()
        };
        view! {
            <LiveFilter>
                {bar}
                <div id="results">
                    {summary}
                    {unread}
                    {content}
                </div>
            </LiveFilter>
        }
    }

    fn summary(&self) -> impl IntoView + use<> {
        let locale = locale();
        let count = if self.page.matched == self.page.total {
            locale.n_tags(self.page.total)
        } else {
            locale.n_of_tags(self.page.matched, self.page.total)
        };
        let order = match self.query.sort {
            SortBy::Name => locale.sorted_by_name(),
            SortBy::Created => locale.sorted_by_created(),
            SortBy::Size => locale.sorted_by_size(),
        };
        view! { <p class="sub" aria-live="polite"><span>{count}", "{order}</span>{self.attached_note()}</p> }
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

    fn bar(&self) -> impl IntoView + use<> {
        let locale = locale();
        let sort = match self.query.sort {
            SortBy::Name => None,
            SortBy::Created => Some("created"),
            SortBy::Size => Some("size"),
        };
        let keep = |name: &'static str, value: Option<&'static str>| {
            value.map(|value| view! { <input type="hidden" name=name value=value /> })
        };
        let chosen = self.query.platform.clone();
        let other = (!chosen.is_empty() && !PLATFORMS.contains(&chosen.as_str()))
            .then(|| view! { <option value=chosen.clone() selected>{chosen.clone()}</option> });
        let options = PLATFORMS
            .into_iter()
            .map(|it| view! { <option value=it selected=it == chosen>{it}</option> })
            .collect_view();
        view! {
            <form class="bar" action=self.address.path() method="get">
                <input
                    class="field"
                    type="search"
                    name="q"
                    value=self.query.q.clone()
                    placeholder=locale.filter_tags()
                    aria-label=locale.filter_tags()
                    autocomplete="off"
                />
                <select class="field small" name="platform" aria-label=locale.platform()>
                    <option value="">{locale.all_platforms()}</option>
                    {other}
                    {options}
                </select>
                {keep("sort", sort)}
                {keep("dir", self.query.reversed.then_some("asc"))}
                {keep("attached", self.query.attached.then_some("show"))}
                <button class="btn">{locale.filter()}</button>
            </form>
        }
    }

    fn head(&self) -> impl IntoView + use<> {
        let locale = locale();
        let column = |by: SortBy, text: &'static str, class: &'static str| {
            let current = self.query.sort == by;
            let reversed = current && !self.query.reversed;
            let query = TagsQuery { sort: by, reversed, page: 0, ..self.query.clone() };
            let descending = self.query.is_descending();
            let sort = current.then_some(if descending { "descending" } else { "ascending" });
            let arrow = current.then_some(if descending { " ↓" } else { " ↑" });
            let href = format!("{}{}", self.address.path(), query.to_text());
            view! {
                <th scope="col" class=class aria-sort=sort>
                    <a href=href>{text}<span aria-hidden="true">{arrow}</span></a>
                </th>
            }
        };
        view! {
            <thead>
                <tr>
                    {column(SortBy::Name, locale.tag(), "")}
                    <th scope="col">{locale.platforms()}</th>
                    {column(SortBy::Size, locale.size(), "num")}
                    {column(SortBy::Created, locale.created(), "")}
                    <th scope="col">{locale.digest()}</th>
                </tr>
            </thead>
        }
    }
}
