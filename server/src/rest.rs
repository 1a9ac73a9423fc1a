//! What is for programs, described at `/api/openapi.json`: the REST API, which asks the engine the same questions as the
//! pages, and where registries tell what has changed in them.

mod artifact;
mod audit;
mod bases;
mod blob;
mod compare;
mod error;
mod events;
mod file;
mod files;
mod hooks;
mod image;
mod jobs;
mod next;
mod openapi;
mod parameters;
mod plans;
mod registries;
mod repositories;
mod scans;
mod search;
mod tags;
mod trash;
mod untagged;

use axum::Router;
use axum::routing::{any, get};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::services::Services;

pub(crate) use error::ApiError;

/// Every route of it; what is not among them is answered with a problem, never with a page.
pub(crate) fn routes() -> Router<Services> {
    let (router, document) = OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(registries::list))
        .routes(routes!(repositories::list))
        .routes(routes!(tags::list))
        .routes(routes!(untagged::list))
        .routes(routes!(search::find))
        .routes(routes!(image::show))
        .routes(routes!(image::manifest))
        .routes(routes!(image::config))
        .routes(routes!(bases::show))
        .routes(routes!(files::list))
        .routes(routes!(file::save))
        .routes(routes!(artifact::referrers))
        .routes(routes!(artifact::show))
        .routes(routes!(blob::save))
        .routes(routes!(compare::show))
        .routes(routes!(scans::list, scans::begin))
        .routes(routes!(scans::show, scans::stop))
        .routes(routes!(plans::make))
        .routes(routes!(plans::show))
        .routes(routes!(jobs::begin))
        .routes(routes!(jobs::show))
        .routes(routes!(jobs::stop))
        .routes(routes!(trash::list))
        .routes(routes!(trash::restore))
        .routes(routes!(audit::list))
        .routes(routes!(events::listen))
        .split_for_parts();
    let (_, hooks) = OpenApiRouter::<Services>::new().routes(routes!(hooks::receive)).split_for_parts();
    let document = openapi::Document::new(&document.merge_from(hooks));
    router
        .route(openapi::DOCUMENT, get(move || std::future::ready(document.clone())))
        .route("/api", any(error::no_such_address))
        .route("/api/", any(error::no_such_address))
        .route("/api/{*rest}", any(error::no_such_address))
}

/// Where registries tell what has changed in them; they show a token of their own.
pub(crate) fn hooks() -> Router<Services> {
    OpenApiRouter::new().routes(routes!(hooks::receive)).into()
}
