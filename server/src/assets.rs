//! The files of the pages, as the build left them.

use std::path::Path;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tower_http::services::{ServeDir, ServeFile};

use crate::config::Site;
use crate::services::Services;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// `/pkg/…` and the icon. The build lays compressed neighbours beside the files, which are sent as they are.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(site: &Site) -> Router<S> {
    let package = ServeDir::new(site.root.join("pkg")).precompressed_br().precompressed_gzip();
    let package = Router::new().nest_service("/pkg", package);
    // A name with a hash in it never means anything else.
    let package = if site.hashed { package.layer(from_fn(keep_for_ever)) } else { package };
    Router::new()
        .route_service("/favicon.svg", file(&site.root, "favicon.svg"))
        .layer(from_fn(keep_for_a_day))
        .merge(package)
}

/// The colours of the configuration, made once at start. Pages name it with a hash of what is in it.
pub(crate) async fn theme(State(services): State<Services>) -> Response {
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")), (CACHE_CONTROL, FOR_A_DAY)];
    (headers, services.style_sheet().to_string()).into_response()
}

fn file(root: &Path, name: &str) -> ServeFile {
    ServeFile::new(root.join(name))
}

async fn keep_for_ever(request: Request, next: Next) -> Response {
    keep(next.run(request).await, FOR_EVER)
}

async fn keep_for_a_day(request: Request, next: Next) -> Response {
    keep(next.run(request).await, FOR_A_DAY)
}

/// A file that is missing now may be there later.
fn keep(mut response: Response, how_long: HeaderValue) -> Response {
    if response.status().is_success() {
        response.headers_mut().insert(CACHE_CONTROL, how_long);
    }
    response
}
