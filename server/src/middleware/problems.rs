//! Gives the problems that responses carry their form: JSON for programs, a page for people.

use axum::extract::{OriginalUri, Request};
use axum::middleware::Next;
use axum::response::Response;

use crate::problem::{self, Carried};

/// Renders the problem that the response carries, if it carries one.
pub(crate) async fn render(OriginalUri(asked): OriginalUri, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let Some(Carried(problem)) = response.extensions().get::<Carried>().cloned() else { return response };
    let is_for_programs = ["/api/", "/hooks/"].iter().any(|it| path.starts_with(it)) || path == "/api";
    let rendered = match is_for_programs {
        true => problem::document(&problem, asked.path()),
        false => problem::page(&problem),
    };
    let (mut parts, _) = response.into_parts();
    let (rendered, body) = rendered.into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    parts.headers.extend(rendered.headers);
    Response::from_parts(parts, body)
}
