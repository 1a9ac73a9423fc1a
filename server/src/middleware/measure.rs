//! Counts and times requests.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use registry::client::Raised;

use super::request_log::{NO_ROUTE, Route};
use crate::metrics::Metrics;
use crate::services::Services;

/// Counts the request when its answer begins.
pub(crate) async fn measure(State(services): State<Services>, request: Request, next: Next) -> Response {
    let Some(metrics) = services.metrics() else { return next.run(request).await };
    let mut begun = Begun {
        metrics,
        method: request.method().clone(),
        at: Instant::now(),
        is_over: false,
        _in_flight: metrics.requests().begin(),
    };
    let response = next.run(request).await;
    begun.end(Route::of(&response), Some(response.status()));
    response
}

/// A request whose answer has not begun. Where its client goes away before it does, this is dropped.
struct Begun<'a> {
    metrics: &'a Metrics,
    method: Method,
    at: Instant,
    is_over: bool,
    _in_flight: Raised,
}

impl Begun<'_> {
    fn end(&mut self, route: &str, status: Option<StatusCode>) {
        self.is_over = true;
        self.metrics.requests().end(route, &self.method, status, self.at.elapsed());
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.end(NO_ROUTE, None);
        }
    }
}
