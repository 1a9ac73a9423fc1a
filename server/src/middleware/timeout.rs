//! A limit on the time until an answer begins.

use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use crate::problem::{of_server, refuse};

/// Generous, because registries may be slow; pages begin long before it. A body that has begun may take longer.
const LIMIT: Duration = Duration::from_secs(90);

/// Gives up on what takes too long; whatever it was doing is dropped.
pub(crate) async fn limit(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("There was no answer after {} s.", LIMIT.as_secs());
            let mut problem =
                of_server(StatusCode::GATEWAY_TIMEOUT, "timeout", "This takes too long", detail);
            problem.remedy = Some("Try again; what has been read until now is remembered.".to_owned());
            refuse(problem)
        }
    }
}
