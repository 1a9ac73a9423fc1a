//! One line in the log for every request, and the only line for an error that was answered.
//!
//! Neither headers nor queries are logged: they hold cookies, credentials and what people search for.

use std::time::Instant;

use axum::extract::{Extension, MatchedPath, OriginalUri, Request};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Level, event};

use super::client::Client;
use super::request_id::RequestId;
use crate::problem::Carried;

/// Logs the request when its response begins.
pub(crate) async fn log(
    Extension(client): Extension<Client>,
    OriginalUri(asked): OriginalUri,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    // As it was asked for, which is how the log of a proxy has it.
    let path = asked.path();
    let id = request.extensions().get::<RequestId>().cloned();
    // By its route: the path that all of it is served under is none of its own.
    let is_noise = is_noise(request.uri().path());
    let response = next.run(request).await;

    let route = Route::of(&response);
    let problem = response.extensions().get::<Carried>().map(|it| &it.0);
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let id = id.as_ref().map(RequestId::as_str).unwrap_or_default();
    macro_rules! line {
        ($level:expr) => {
            event!(
                $level,
                http.request.method = %method,
                url.path = %path,
                client.address = %client.address,
                http.route = route,
                http.response.status_code = status,
                duration_ms,
                request_id = id,
                problem.kind = problem.map(|it| it.kind),
                problem.detail = problem.map(|it| it.detail.as_str()),
                "{method} {path} answered {status} after {duration_ms} ms"
            )
        };
    }
    match status {
        500.. => line!(Level::WARN),
        _ if is_noise => line!(Level::DEBUG),
        _ => line!(Level::INFO),
    }
    response
}

/// Whether it is one of the probes and files, which would drown everything else.
pub(super) fn is_noise(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics" | "/favicon.svg") || path.starts_with("/pkg/")
}

/// What is said instead of a route where no route has answered: the request was refused before, or given up.
pub(super) const NO_ROUTE: &str = "none";
/// What is said instead of a route where there is none of its own: it is the address of a page.
const PAGE: &str = "page";

/// The pattern that the path matched, which the router knows and the log wants. Pages have none.
#[derive(Clone, Debug)]
pub(super) struct Route(Option<MatchedPath>);

impl Route {
    /// What is said of who answered. There are as many of these as there are routes, whatever is asked for.
    pub(super) fn of(response: &Response) -> &str {
        match response.extensions().get() {
            Some(Self(Some(route))) => route.as_str(),
            Some(Self(None)) => PAGE,
            None => NO_ROUTE,
        }
    }
}

/// Leaves the pattern in the response; this one runs inside the router, where it is known.
pub(crate) async fn note_route(route: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.extensions_mut().insert(Route(route));
    response
}
