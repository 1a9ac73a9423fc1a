//! A panic is a mistake of ours; it costs one answer, not the server.

use std::any::Any;

use axum::http::StatusCode;
use axum::response::Response;

use crate::problem::{of_server, refuse};

/// The answer instead of the one that panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(crate) fn answer(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("of an unknown kind"), "answering a request panicked");
    let detail =
        "Stowage made a mistake while it answered. Its log tells where, under the id of this request.";
    refuse(of_server(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal-error",
        "Something broke in Stowage",
        detail,
    ))
}
