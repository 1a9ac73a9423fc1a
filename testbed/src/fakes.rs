//! Servers that answer as no registry should, for what a dashboard shows then.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::any;
use reqwest::Client;

use crate::background::Server;
use crate::error::Result;

/// More than any request here carries.
const LONGEST_BODY: usize = 64 << 20;

/// A running fake; it stops when dropped.
#[derive(Debug)]
pub struct Fake(Server);

impl Fake {
    /// `http://127.0.0.1:12345`, without a slash at the end.
    pub fn url(&self) -> String {
        self.0.url()
    }

    /// Passes everything on to the registry at `url`, but refuses to list repositories, as GitLab does.
    ///
    /// # Errors
    /// When no port is free.
    pub fn refusing_catalog(url: &str) -> Result<Self> {
        let client = crate::http::client().redirect(reqwest::redirect::Policy::none()).build()?;
        let upstream = Upstream { client, url: url.to_owned() };
        let router =
            Router::new().route("/v2/_catalog", any(refuse_catalog)).fallback(pass_on).with_state(upstream);
        Server::start(|_| router).map(Self)
    }

    /// Answers every request with a web page and status 200, as when the address is that of something else.
    ///
    /// # Errors
    /// When no port is free.
    pub fn html() -> Result<Self> {
        let page = Html("<!doctype html><title>Welcome</title><h1>It works!</h1><p>This is no registry.");
        Server::start(|_| Router::new().fallback(move || async move { page })).map(Self)
    }

    /// Answers every request with 429 and asks to come back in a minute.
    ///
    /// # Errors
    /// When no port is free.
    pub fn busy() -> Result<Self> {
        let answer = || async {
            let body = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"you have reached your pull rate limit"}]}"#;
            let headers = [(header::CONTENT_TYPE, "application/json"), (header::RETRY_AFTER, "60")];
            (StatusCode::TOO_MANY_REQUESTS, headers, body)
        };
        Server::start(|_| Router::new().fallback(answer)).map(Self)
    }

    /// Takes every request and never answers.
    ///
    /// # Errors
    /// When no port is free.
    pub fn silent() -> Result<Self> {
        Server::start(|_| Router::new().fallback(std::future::pending::<()>)).map(Self)
    }
}

#[derive(Clone)]
struct Upstream {
    client: Client,
    url: String,
}

async fn refuse_catalog() -> Response {
    let body = r#"{"errors":[{"code":"UNAUTHORIZED","message":"access forbidden","detail":[{"Type":"registry","Name":"catalog","Action":"*"}]}]}"#;
    (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn pass_on(State(upstream): State<Upstream>, request: Request) -> Response {
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
