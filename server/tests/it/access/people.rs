//! The people that each route is asked by.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use super::{server_with, signed_in};
use crate::support::{Answer, Server};

/// Who may do how much in the one repository that the requests are about.
pub(super) const ROLES: [&str; 5] = ["stranger", "outsider", "viewer", "maintainer", "administrator"];

/// A server, and the cookie of each of them.
pub(super) struct People {
    pub(super) server: Server,
    cookies: Vec<String>,
    _folder: tempfile::TempDir,
}

impl People {
    pub(super) async fn new(url: &str, repository: &str) -> Self {
        let grants = format!(
            "viewer local:outsider */elsewhere/**; viewer local:viewer */{repository}; \
             maintainer local:maintainer */{repository}; administrator local:administrator **"
        );
        let more = [("STOWAGE_GRANTS", grants.as_str()), ("DELETE_IMAGES", "true"), ("STOWAGE_V2", "true")];
        let (server, folder) = server_with(url, &ROLES[1..], &more);
        let mut cookies = vec![String::new()];
        for user in &ROLES[1..] {
            cookies.push(signed_in(&server, user).await);
        }
        Self { server, cookies, _folder: folder }
    }

    /// Asks as the one of a number in [`ROLES`].
    pub(super) async fn ask(&self, who: usize, method: &str, path: &str, body: &Sent) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "stowage");
        if let Some(kind) = body.kind() {
            request = request.header("content-type", kind);
        }
        if !self.cookies[who].is_empty() {
            request = request.header("cookie", &self.cookies[who]);
        }
        self.server.send(request.body(body.body()).unwrap()).await
    }

    pub(super) async fn as_administrator(&self, method: &str, path: &str, body: &Sent) -> Value {
        let answer = self.ask(4, method, path, body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        serde_json::from_slice(&answer.body).unwrap()
    }
}

/// What is sent.
#[derive(Clone, Debug)]
pub(super) enum Sent {
    Nothing,
    Form(String),
    Json(Value),
}

impl Sent {
    fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Form(_) => Some("application/x-www-form-urlencoded"),
            Self::Json(_) => Some("application/json"),
        }
    }

    fn body(&self) -> Body {
        match self {
            Self::Nothing => Body::empty(),
            Self::Form(form) => Body::from(form.clone()),
            Self::Json(value) => Body::from(value.to_string()),
        }
    }
}
