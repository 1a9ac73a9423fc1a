//! An id by which one request is found in the logs of everything it went through.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::telemetry::new_id;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ids are not those of a proxy, but an attempt to fill the log.
const LONGEST: usize = 64;

/// The id of the request that is being answered.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Takes the id that a reverse proxy has given, or makes one; the response bears it too.
pub(crate) async fn give(mut request: Request, next: Next) -> Response {
    let id = request.headers().get(HEADER).filter(|it| is_id(it)).cloned().unwrap_or_else(new_id);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    response.headers_mut().insert(HEADER, id);
    response
}

fn is_id(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    (1..=LONGEST).contains(&bytes.len())
        && bytes.iter().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'))
}
