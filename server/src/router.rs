//! Every route and every layer, on one screen.

use app::error::Problem;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Extension, OriginalUri, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use engine::Engine;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::middleware::{
    base_path, body_limit, client, compression, measure, panics, problems, recognise, request_id,
    request_log, request_span, same_origin, security_headers, timeout,
};
use crate::problem::{of_server, refuse};
use crate::services::Services;
use crate::session::Sessions;
use crate::{
    assets, deletions, files, health, metrics, preferences, refresh, repositories, rest, scans, session,
    settings, sign_in, v2,
};

/// How many requests are answered at once; the others wait, and are not lost before the timeout.
const MOST_AT_ONCE: usize = 512;

/// The whole of what is served.
pub fn router(services: Services) -> Router {
    // Streamed pages need a place to run; a second router in this process finds that there is one.
    let _ = any_spawner::Executor::init_tokio();

    // For people. Whatever has no route of its own is the address of a page, for the address is the reference.
    let pages = forms().into_iter().fold(Router::new(), |router, (path, form)| router.route(path, form));
    let pages = pages.fallback(page);

    // For programs, and for the scripts of pages.
    let api = rest::routes();
    let known = pages.merge(api).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(Sessions::new(services.engine().store()), session::give))
            .layer(from_fn_with_state(services.clone(), recognise::recognise)),
    );

    // For what watches over the server; never behind the limit that people may have exhausted.
    let probes = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show));

    let router = Router::new()
        .merge(known)
        .merge(rest::hooks())
        .layer(GlobalConcurrencyLimitLayer::new(MOST_AT_ONCE))
        .merge(assets::routes(&services.site))
        .route("/theme.css", get(assets::theme))
        .merge(probes)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn(request_log::note_route))
        .layer(DefaultBodyLimit::disable())
        .layer(
            // From the outside to the inside.
            ServiceBuilder::new()
                .layer(from_fn_with_state(services.clone(), client::recognise))
                .layer(from_fn(request_id::give))
                .layer(from_fn(request_log::log))
                .layer(from_fn_with_state(services.clone(), measure::measure))
                .layer(from_fn(request_span::enter))
                .layer(from_fn(security_headers::set))
                .layer(compression::layer())
                .layer(from_fn(problems::render))
                .layer(CatchPanicLayer::custom(panics::answer))
                .layer(from_fn(base_path::refuse_outside))
                .layer(from_fn(timeout::limit))
                .layer(from_fn(same_origin::check))
                .layer(from_fn(body_limit::limit)),
        )
        // Neither pages nor limits on sizes and times belong to layers of images.
        .merge(v2::routes(&services))
        .with_state(services);
    base_path::below(router)
}

/// Where forms are sent, and the two steps through the OpenID provider.
fn forms() -> [(&'static str, MethodRouter<Services>); 19] {
    [
        ("/preferences", post(preferences::set)),
        ("/repositories", post(repositories::add)),
        ("/refresh", post(refresh::refresh)),
        ("/scans", post(scans::begin)),
        ("/scans/stop", post(scans::stop)),
        ("/files", post(files::read)),
        ("/plans", post(deletions::plan)),
        ("/jobs", post(deletions::begin)),
        ("/jobs/stop", post(deletions::stop)),
        ("/trash/restore", post(deletions::restore)),
        ("/login", get(page).post(sign_in::sign_in)),
        ("/login/oidc", get(sign_in::oidc::begin)),
        ("/login/oidc/callback", get(sign_in::oidc::finish)),
        ("/logout", post(sign_in::sign_out)),
        ("/settings/sessions/end", post(settings::end_sessions)),
        ("/settings/tokens", post(settings::make_token)),
        ("/settings/tokens/revoke", post(settings::revoke_token)),
        ("/settings/grants", post(settings::give)),
        ("/settings/grants/revoke", post(settings::take_back)),
    ]
}

/// The paths of all forms, as routes know them, so that a test can say of each who may send it.
pub fn form_paths() -> impl Iterator<Item = &'static str> {
    forms().into_iter().map(|(path, _)| path)
}

async fn page(
    State(services): State<Services>,
    Extension(engine): Extension<Engine>,
    request: Request,
) -> Response {
    Box::pin(app::serve(engine, services.options(), request)).await
}

async fn method_not_allowed(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    let detail = format!("{method} is not possible at {}.", uri.path());
    let title = "This address does not take that method";
    let problem: Problem = of_server(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", title, detail);
    refuse(problem)
}
