//! Servers that answer as no registry should, for what a dashboard shows then.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::any;

use crate::background::Server;
use crate::error::Result;
use crate::passing_on::{Upstream, pass_on};

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
        let upstream = Upstream::new(url)?;
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

async fn refuse_catalog() -> Response {
    let body = r#"{"errors":[{"code":"UNAUTHORIZED","message":"access forbidden","detail":[{"Type":"registry","Name":"catalog","Action":"*"}]}]}"#;
    (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
