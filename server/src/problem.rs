//! Errors on their way out: one response that carries a problem, rendered at the edge as JSON or as a page.

use std::sync::Arc;

use app::address::Address;
use app::error::Problem;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A problem that [`crate::middleware::problems`] has still to render, and that the log tells of.
#[derive(Clone, Debug)]
pub(crate) struct Carried(pub(crate) Arc<Problem>);

/// A response that carries a problem and has no body yet, because only the edge knows who asked.
pub(crate) fn refuse(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    response.extensions_mut().insert(Carried(Arc::new(problem)));
    response
}

/// A problem of the server itself, in English: those of the engine have their words in `app`.
pub(crate) fn of_server(
    status: StatusCode,
    kind: &'static str,
    title: &str,
    detail: impl Into<String>,
) -> Problem {
    let detail = detail.into();
    Problem { status: status.as_u16(), kind, title: title.to_owned(), detail, remedy: None, command: None }
}

/// An error, as RFC 9457 has it, with what to do about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDocument {
    /// What kind of problem it is: `urn:stowage:problem:` and a word that does not change between versions.
    #[serde(rename = "type")]
    #[schema(format = "uri", example = "urn:stowage:problem:repository-unknown")]
    kind: String,
    /// What failed, in a few words; the same for all problems of this type.
    title: String,
    /// The HTTP status.
    #[schema(example = 404)]
    status: u16,
    /// Where and why it failed this time.
    detail: String,
    /// The path that was asked for.
    #[schema(format = "uri-reference")]
    instance: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    /// The setting or the command that does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
}

/// The problem as `application/problem+json`.
pub(crate) fn document(problem: &Problem, path: &str) -> Response {
    let document = ProblemDocument {
        kind: format!("urn:stowage:problem:{}", problem.kind),
        title: problem.title.clone(),
        status: problem.status,
        detail: problem.detail.clone(),
        instance: path.to_owned(),
        remedy: problem.remedy.clone(),
        command: problem.command.clone(),
    };
    let json = HeaderValue::from_static("application/problem+json");
    ([(CONTENT_TYPE, json)], serde_json::to_vec(&document).unwrap_or_default()).into_response()
}

/// The problem as a page that needs nothing that could be broken as well: no styles, no engine.
pub(crate) fn page(problem: &Problem) -> Response {
    let remedy = problem.remedy.as_deref().map(|it| format!("<p>{}</p>", escape(it))).unwrap_or_default();
    let title = escape(&problem.title);
    Html(format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title} · Stowage</title></head><body><main><h1>{title}</h1>\
         <p>{}</p>{remedy}<p><a href=\"{}\">Stowage</a></p></main></body></html>",
        escape(&problem.detail),
        escape(&Address::Registries.path()),
    ))
    .into_response()
}

/// A page that leads on to another address; a browser that does not go on by itself shows the link.
pub(crate) fn leaving(url: &str) -> Html<String> {
    let url = escape(url);
    Html(format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Stowage</title></head>\
         <body><p><a href=\"{url}\">{url}</a></p></body></html>"
    ))
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, it| {
        match it {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(it),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_stay_texts() {
        assert_eq!(escape("<img src=\"x\">&"), "&lt;img src=&quot;x&quot;&gt;&amp;");
    }
}
