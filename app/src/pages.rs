//! The pages, one file for each kind of address.
//!
//! A request is answered in two steps: what the page tells is read first, so that its status and title are known;
//! then it is rendered as a stream, in which the rows of slow registries follow as they arrive.

mod activity;
mod catalog;
mod cleanup;
mod compare;
mod image;
mod job;
mod login;
pub(crate) mod plan;
mod problem;
mod registries;
mod search;
mod settings;
mod tags;
mod trash;

use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use engine::{Engine, Role};
use futures::{Stream, StreamExt, stream};
use http::{Method, Request, StatusCode, Uri};
use leptos::prelude::*;
use registry::RepositoryName;

use crate::address::{self, Address, CatalogQuery, CompareQuery, TagsQuery};
use crate::base_path::under;
use crate::components::reader::Reader;
use crate::error::{self, Problem};
use crate::shell::Shell;
use crate::visitor::{Locale, Visitor};

/// How long pieces of a page are gathered before they are sent.
const MOMENT: Duration = Duration::from_millis(50);
/// How many pieces are gathered at most.
const PIECES: usize = 256;

/// What a page tells, read before anything is sent.
enum Page {
    Registries,
    Search(search::SearchPage),
    Activity(activity::ActivityPage),
    Plan(Box<plan::PlanPage>),
    Job(Box<job::JobPage>),
    Trash(trash::TrashPage),
    Compare(Box<compare::ComparePage>),
    Cleanup(cleanup::CleanupPage),
    Catalog(Box<catalog::CatalogPage>),
    Tags(Box<tags::TagsPage>),
    Image(Box<image::ImagePage>),
    Login(login::LoginPage),
    Settings(settings::SettingsPage),
    Problem(problem::ProblemPage),
}

/// Nothing is told before somebody has signed in.
struct SignInFirst;

/// Answers any request that is for a page, whose path is the one that routes know.
///
/// The request's extensions may carry a [`Visitor`]; without one, the page is made for nobody in particular.
pub async fn serve(engine: Engine, options: LeptosOptions, request: Request<Body>) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let reader = Reader { locale: visitor.locale, theme: visitor.theme, now: jiff::Timestamp::now() };
    let here = request.uri().path_and_query().map_or_else(String::new, |it| under(it.as_str()));
    if let Some(path) = address::old::follow(&engine, request.uri()) {
        return Redirect::to(&path).into_response();
    }
    let loaded = load(&engine, &visitor, request.method().clone(), request.uri().clone()).await;
    let Ok((address, page)) = loaded else {
        return Redirect::to(&address::sign_in(&here)).into_response();
    };
    let status = page.status();
    let defaults = visitor.defaults;
    let title = title(address.as_ref(), reader.locale, defaults.title.as_deref());
    let registry = address.as_ref().and_then(Address::registry).map(str::to_owned);
    let busy = engine.must_be_known().is_ok() && engine.is_busy().await;
    let sign_in = visitor.sign_in;
    let document = move || {
        provide_context(engine);
        provide_context(reader);
        provide_context(defaults);
        view! { <Shell options title here registry busy sign_in>{page.view()}</Shell> }
    };
    let mut response = leptos_axum::handle_response_inner(
        || {},
        document,
        request,
        |document, rest, _| {
            Box::pin(async move {
                Box::pin(gathered(document.to_html_stream_in_order().chain(rest())).await) as _
            })
        },
    )
    .await;
    *response.status_mut() = status;
    response
}

/// The beginning of a page at once, and then what arrives within a moment in one piece: a browser that is given a
/// hundred rows one by one lays the page out a hundred times.
async fn gathered(pieces: impl Stream<Item = String> + Send + 'static) -> impl Stream<Item = String> + Send {
    let (first, rest) = Box::pin(pieces).into_future().await;
    let rest = tokio_stream::StreamExt::chunks_timeout(rest, PIECES, MOMENT);
    stream::iter(first).chain(rest.map(|pieces| pieces.concat()))
}

/// Takes the request apart, because its body must not be held while the registry is asked.
async fn load(
    engine: &Engine,
    visitor: &Visitor,
    method: Method,
    uri: Uri,
) -> Result<(Option<Address>, Page), SignInFirst> {
    let problem =
        |address, problem: Problem| Ok((None, Page::Problem(problem::ProblemPage::new(address, problem))));
    if !matches!(method, Method::GET | Method::HEAD) {
        return problem(None, error::method_not_allowed(visitor.locale));
    }
    let address = match Address::parse(uri.path()) {
        Ok(address) => address,
        Err(error) => return problem(None, error::invalid_reference(&error, visitor.locale)),
    };
    let address = shown(engine, address);
    let query = uri.query().unwrap_or_default();
    let caller = engine.caller();
    let loaded = match &address {
        Address::Login => Ok(Page::Login(login::load(engine, visitor, query))),
        // Whoever may see nothing before signing in is not told either what there is.
        _ if caller.must_sign_in() && caller.rights.is_empty() => Err(engine::Error::SignInNeeded),
        Address::Settings => settings::load(engine, visitor).await.map(Page::Settings),
        Address::Registries => Ok(Page::Registries),
        Address::Search => search::load(engine, query).await.map(Page::Search),
        Address::Compare => {
            let page = compare::load(engine, visitor.locale, CompareQuery::parse(query)).await;
            page.map(|it| Page::Compare(Box::new(it)))
        }
        Address::Activity => activity::load(engine, query).await.map(Page::Activity),
        Address::Plan { id } => plan::load(engine, id, query).await.map(|it| Page::Plan(Box::new(it))),
        Address::Job { id } => job::load(engine, id, query).await.map(|it| Page::Job(Box::new(it))),
        // Where nothing may be deleted, these pages have nothing to offer.
        Address::Trash | Address::Cleanup if !engine.deletion_policy().enabled => {
            Err(engine::Error::DeletionOff)
        }
        Address::Trash | Address::Cleanup if !maintains_something(engine) => match caller.must_sign_in() {
            true => Err(engine::Error::SignInNeeded),
            false => Err(engine::Error::RoleNeeded { role: Role::Maintainer, subject: String::new() }),
        },
        Address::Trash => trash::load(engine).await.map(Page::Trash),
        Address::Cleanup => Ok(Page::Cleanup(cleanup::load(engine, query))),
        Address::Catalog { registry } => catalog(engine, visitor, registry, "", query).await,
        Address::Namespace { registry, namespace } => {
            catalog(engine, visitor, registry, namespace, query).await
        }
        Address::Tags { registry, repository } => {
            let now = jiff::Timestamp::now();
            let query = TagsQuery::parse_with(query, visitor.defaults.tags);
            let page = tags::load(engine, registry, repository, query, now).await;
            page.map(|it| Page::Tags(Box::new(it)))
        }
        Address::Image { registry, repository, reference } => {
            let page = image::load(engine, registry, repository, reference, query).await;
            page.map(|it| Page::Image(Box::new(it)))
        }
    };
    let page = match loaded {
        Ok(page) => page,
        Err(engine::Error::SignInNeeded) if caller.must_sign_in() => return Err(SignInFirst),
        Err(error) => {
            let problem = error::problem_of(&error, visitor.locale);
            Page::Problem(problem::ProblemPage::new(Some((engine, &address)), problem))
        }
    };
    Ok((Some(address), page))
}

/// Whether somebody may delete anything at all.
fn maintains_something(engine: &Engine) -> bool {
    engine.caller().rights.most() >= Some(Role::Maintainer)
}

/// Whether somebody is offered to delete from a repository, or from a registry as a whole.
fn may_delete(engine: &Engine, registry: &str, repository: Option<&RepositoryName>) -> bool {
    engine.deletion_policy().enabled && engine.may(Role::Maintainer, registry, repository)
}

/// What is shown at an address. With one registry there is nothing to choose, so its catalog is the front page.
pub(crate) fn shown(engine: &Engine, address: Address) -> Address {
    let mut registries = engine.registries();
    match (address, registries.next(), registries.next()) {
        (Address::Registries, Some(only), None) => Address::Catalog { registry: only.id.clone() },
        (address, ..) => address,
    }
}

async fn catalog(
    engine: &Engine,
    visitor: &Visitor,
    registry: &str,
    namespace: &str,
    query: &str,
) -> Result<Page, engine::Error> {
    let page = catalog::load(engine, visitor, registry, namespace, CatalogQuery::parse(query)).await?;
    Ok(Page::Catalog(Box::new(page)))
}

fn title(address: Option<&Address>, locale: Locale, configured: Option<&str>) -> String {
    let site = configured.unwrap_or("Stowage");
    match address {
        Some(address) => format!("{} · {site}", subject(address, locale)),
        None => site.to_owned(),
    }
}

/// What a page is about: the first part of its title, and the heading of those that show it as a path.
fn subject(address: &Address, locale: Locale) -> String {
    match address {
        Address::Registries => locale.registries().to_owned(),
        Address::Search => locale.search().to_owned(),
        Address::Activity => locale.activity().to_owned(),
        Address::Plan { .. } => locale.plan_title().to_owned(),
        Address::Job { .. } => locale.job_title().to_owned(),
        Address::Trash => locale.trash().to_owned(),
        Address::Compare => locale.compare().to_owned(),
        Address::Cleanup => locale.cleanup().to_owned(),
        Address::Login => locale.sign_in().to_owned(),
        Address::Settings => locale.settings().to_owned(),
        Address::Catalog { registry } => registry.clone(),
        Address::Namespace { namespace, .. } => format!("{namespace}/"),
        Address::Tags { repository, .. } => repository.to_string(),
        Address::Image { repository, reference, .. } => {
            format!("{repository}{}{reference}", reference.separator())
        }
    }
}

impl Page {
    fn status(&self) -> StatusCode {
        match self {
            Self::Problem(page) => page.status(),
            Self::Catalog(page) => page.status(),
            Self::Compare(page) => page.status(),
            Self::Login(page) => page.status(),
            _ => StatusCode::OK,
        }
    }

    fn view(self) -> AnyView {
        match self {
            Self::Registries => view! { <registries::RegistriesPage /> }.into_any(),
            Self::Search(page) => page.view().into_any(),
            Self::Activity(page) => page.view().into_any(),
            Self::Plan(page) => page.view().into_any(),
            Self::Job(page) => page.view().into_any(),
            Self::Trash(page) => page.view().into_any(),
            Self::Compare(page) => page.view().into_any(),
            Self::Cleanup(page) => page.view().into_any(),
            Self::Catalog(page) => page.view().into_any(),
            Self::Tags(page) => page.view().into_any(),
            Self::Image(page) => page.view().into_any(),
            Self::Login(page) => page.view().into_any(),
            Self::Settings(page) => page.view().into_any(),
            Self::Problem(page) => page.view().into_any(),
        }
    }
}
