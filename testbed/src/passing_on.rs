//! Passing requests on to a real registry.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use reqwest::Client;

use crate::error::Result;

/// More than any request here carries.
const LONGEST_BODY: usize = 64 << 20;

/// Where requests are passed on to.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    client: Client,
    url: String,
}

impl Upstream {
    /// The registry at an address without a slash at the end.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let client = crate::http::client().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { client, url: url.to_owned() })
    }
}

/// Passes a request on, and its answer back.
pub(crate) async fn pass_on(State(upstream): State<Upstream>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else { return StatusCode::BAD_REQUEST.into_response() };
    let path = head.uri.path_and_query().map_or("/", |it| it.as_str());
    let mut headers = head.headers;
    headers.remove(header::HOST);
    let request =
        upstream.client.request(head.method, format!("{}{path}", upstream.url)).headers(headers).body(body);
    match request.send().await {
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        Ok(answer) => {
            let (status, mut headers) = (answer.status(), answer.headers().clone());
            // The body is read whole below.
            headers.remove(header::TRANSFER_ENCODING);
            let body = answer.bytes().await.unwrap_or_default();
            if !body.is_empty() {
                headers.remove(header::CONTENT_LENGTH);
            }
            (status, headers, Body::from(body)).into_response()
        }
    }
}
