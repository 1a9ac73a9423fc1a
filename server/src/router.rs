//! Every route and every layer, on one screen.

use app::error::Problem;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, extract::DefaultBodyLimit};
use engine::Engine;
use leptos::config::LeptosOptions;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::middleware::{
    body_limit, compression, panics, problems, request_id, request_log, same_origin, security_headers,
    timeout, visitor,
};
use crate::problem::{of_server, refuse};
use crate::services::Services;
use crate::{assets, deletions, health, preferences, refresh, repositories, rest, scans, session};

/// How many requests are answered at once; the others wait, and are not lost before the timeout.
const MOST_AT_ONCE: usize = 512;

/// The whole of what is served.
pub fn router(services: Services) -> Router {
    // Streamed pages need a place to run; a second router in this process finds that there is one.
    let _ = any_spawner::Executor::init_tokio();

    // For people. Whatever has no route of its own is the address of a page, for the address is the reference.
    let pages = Router::new()
        .route("/preferences", post(preferences::set))
        .route("/repositories", post(repositories::add))
        .route("/refresh", post(refresh::refresh))
        .route("/scans", post(scans::begin))
        .route("/scans/stop", post(scans::stop))
        .route("/plans", post(deletions::plan))
        .route("/jobs", post(deletions::begin))
        .route("/jobs/stop", post(deletions::stop))
        .route("/trash/restore", post(deletions::restore))
        .fallback(page)
        .layer(
            ServiceBuilder::new()
                .layer(session::layer(services.engine.store().clone()))
                .layer(from_fn(visitor::recognise)),
        );

    // For programs.
    let api = rest::routes();

    // For what watches over the server; never behind the limit that people may have exhausted.
    let probes = Router::new().route("/healthz", get(health::alive)).route("/readyz", get(health::ready));

    Router::new()
        .merge(pages)
        .merge(api)
        .layer(GlobalConcurrencyLimitLayer::new(MOST_AT_ONCE))
        .merge(assets::routes(&services.site))
        .merge(probes)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn(request_log::note_route))
        .layer(DefaultBodyLimit::disable())
        .layer(
            // From the outside to the inside.
            ServiceBuilder::new()
                .layer(from_fn(request_id::give))
                .layer(from_fn(request_log::log))
                .layer(from_fn(security_headers::set))
                .layer(compression::layer())
                .layer(from_fn(problems::render))
                .layer(CatchPanicLayer::custom(panics::answer))
                .layer(from_fn(timeout::limit))
                .layer(from_fn(same_origin::check))
                .layer(from_fn(body_limit::limit)),
        )
        .with_state(services)
}

async fn page(
    State(engine): State<Engine>,
    State(options): State<LeptosOptions>,
    request: Request,
) -> Response {
    Box::pin(app::serve(engine, options, request)).await
}

async fn method_not_allowed(request: Request) -> Response {
    let detail = format!("{} is not possible at {}.", request.method(), request.uri().path());
    let title = "This address does not take that method";
    let problem: Problem = of_server(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", title, detail);
    refuse(problem)
}
