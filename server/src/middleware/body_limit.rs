//! A limit on what is sent to us: forms and notifications, never files.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::Limited;

use crate::problem::{of_server, refuse};

const LIMIT: usize = 64 * 1024;
/// Notifications of some registries carry whole manifests, and plans may name thousands of tags.
const LARGE_LIMIT: usize = 1024 * 1024;

/// Refuses a body that says it is too long, and cuts off one that does not say so.
pub(crate) async fn limit(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_large =
        path.starts_with("/hooks/") || matches!(path, "/plans" | "/api/v1/plans" | "/trash/restore");
    let limit = if is_large { LARGE_LIMIT } else { LIMIT };
    if request.body().size_hint().lower() > limit as u64 {
        let detail = format!("The request has more than {limit} bytes.");
        return refuse(of_server(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request-too-large",
            "Too much was sent",
            detail,
        ));
    }
    next.run(request.map(|body| Body::new(Limited::new(body, limit)))).await
}
