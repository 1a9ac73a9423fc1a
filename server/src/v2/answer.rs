//! What the registry answered, on its way to the client.

use axum::Json;
use axum::body::Body;
use axum::http::header::{LINK, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use registry::ApiPath;
use registry::client::Relayed;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::upload::Uploads;

/// What registries say to those who are let in.
pub(super) fn welcome() -> Response {
    Json(json!({})).into_response()
}

/// The answer with the addresses that it has here. The turn is kept until the last byte of it.
pub(super) fn of(
    relayed: Relayed,
    asked: &ApiPath,
    uploads: &Uploads<'_>,
    turn: OwnedSemaphorePermit,
) -> Response {
    let Relayed { status, headers, location, next, body } = relayed;
    let path = asked.to_string();
    let body = body.map(move |chunk| {
        let _ = &turn;
        // The connection ends with the error, so that the client sees that something is missing.
        chunk.inspect_err(|error| tracing::warn!(%error, path, "an answer broke off while it was passed on"))
    });
    let mut response = Response::new(Body::from_stream(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    let location = location.and_then(|it| uploads.address(&it, asked, status == StatusCode::CREATED));
    let next = next.map(|query| format!("</v2/{asked}?{query}>; rel=\"next\""));
    for (name, value) in [(LOCATION, location), (LINK, next)] {
        if let Some(value) = value.and_then(|it| HeaderValue::try_from(it).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
