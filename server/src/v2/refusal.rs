//! What goes wrong, as registries tell it (OCI distribution specification, "Error codes").

use std::any::Any;
use std::sync::Arc;

use axum::Json;
use axum::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::Error;
use registry::Error as RegistryError;
use serde_json::json;

use crate::access::basic::Refused;
use crate::middleware::panics;
use crate::problem::{Carried, of_server};

/// How clients are asked who they are. Each of them knows this way.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"Stowage\", charset=\"UTF-8\"");
/// How long to wait before trying again what is busy, in seconds.
const BUSY: u64 = 10;

/// Why something is not passed on, or has no answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Nothing is passed on.
    Off,
    /// The path is none of the protocol's.
    NoSuchPath,
    /// The path does not take the method; it takes these.
    Method(&'static str),
    /// Something would be deleted without a plan.
    Deletion,
    /// Nothing may be pushed.
    PushOff,
    /// A browser sends it for another site.
    CrossSite,
    /// As much is passed on as may be at once.
    Busy,
    /// A manifest is too large, or did not come to its end.
    TooLarge,
    /// A manifest takes too long to come.
    Late,
    /// Who asks is not believed.
    Who(Refused),
    /// The engine, or the registry behind it, says so.
    Engine(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Engine(error) => Self::Engine(error),
            other => Self::Who(other),
        }
    }
}

impl Refusal {
    /// The status, the code of the protocol, and the words.
    fn told(&self) -> (StatusCode, &'static str, String) {
        let (status, code, words) = match self {
            Self::Engine(error) => return of_engine(error),
            Self::Off => (
                StatusCode::NOT_FOUND,
                "UNSUPPORTED",
                "this Stowage passes nothing on to a registry; STOWAGE_V2=true switches it on",
            ),
            Self::NoSuchPath => {
                (StatusCode::NOT_FOUND, "UNSUPPORTED", "this is no address of the distribution protocol")
            }
            Self::Method(_) => {
                (StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "this address does not take that method")
            }
            Self::Deletion => (
                StatusCode::METHOD_NOT_ALLOWED,
                "UNSUPPORTED",
                "nothing is deleted through this address: delete it in Stowage, where it is planned and can be undone",
            ),
            Self::PushOff => (
                StatusCode::METHOD_NOT_ALLOWED,
                "UNSUPPORTED",
                "nothing can be pushed through this Stowage; STOWAGE_V2_PUSH=true switches it on",
            ),
            Self::CrossSite => {
                (StatusCode::FORBIDDEN, "DENIED", "the browser says that another site sent this request")
            }
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "TOOMANYREQUESTS",
                "too much is passed on at once; try again in a moment",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "MANIFEST_INVALID",
                "the manifest has more than 4 MiB, or did not come to its end",
            ),
            Self::Late => {
                (StatusCode::REQUEST_TIMEOUT, "MANIFEST_INVALID", "the manifest took too long to come")
            }
            Self::Who(Refused::TooOften(wait)) => {
                let words = format!("too many wrong passwords; try again in {} s", wait.as_secs().max(1));
                return (StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS", words);
            }
            Self::Who(Refused::Token) => (
                StatusCode::UNAUTHORIZED,
                "UNAUTHORIZED",
                "the API token does not exist, has expired, or was revoked",
            ),
            Self::Who(_) => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "the name or the password is wrong"),
        };
        (status, code, words.to_owned())
    }

    /// How many seconds to wait before trying again, where that is known.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy => Some(BUSY),
            Self::Who(Refused::TooOften(wait)) => Some(wait.as_secs().max(1)),
            Self::Engine(Error::Registry(RegistryError::RateLimited { retry_after, .. })) => {
                retry_after.map(|it| it.as_secs())
            }
            Self::Engine(Error::Registry(RegistryError::Upstream { status: 401, .. })) => Some(1),
            _ => None,
        }
    }
}

fn of_engine(error: &Error) -> (StatusCode, &'static str, String) {
    let (status, code) = match error {
        Error::SignInNeeded => {
            let words = "sign in with a name and a password, or with an API token as the password".to_owned();
            return (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", words);
        }
        Error::RoleNeeded { .. } => (StatusCode::FORBIDDEN, "DENIED"),
        Error::UnknownRegistry { .. } | Error::Registry(RegistryError::RepositoryUnknown { .. }) => {
            // Neither says more than the other, and both are what a registry says.
            let words = "repository name not known to registry".to_owned();
            return (StatusCode::NOT_FOUND, "NAME_UNKNOWN", words);
        }
        Error::Registry(error) => of_registry(error),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN"),
    };
    (status, code, error.to_string())
}

fn of_registry(error: &RegistryError) -> (StatusCode, &'static str) {
    match error {
        RegistryError::Denied { .. } => (StatusCode::FORBIDDEN, "DENIED"),
        RegistryError::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS"),
        RegistryError::Timeout { .. } => (StatusCode::GATEWAY_TIMEOUT, "UNAVAILABLE"),
        // It wants other credentials of us, not of who asks; the next try has them.
        RegistryError::Upstream { status: 401, .. } => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
        RegistryError::Upstream { status: 404, .. } => (StatusCode::NOT_FOUND, "BLOB_UNKNOWN"),
        RegistryError::Upstream { status: 405, .. } => (StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED"),
        RegistryError::Upstream { status: 413, .. } => (StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID"),
        RegistryError::Upstream { status: 429, .. } => (StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS"),
        _ => (StatusCode::BAD_GATEWAY, "UNAVAILABLE"),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, words) = self.told();
        let mut response = error(status, code, &words);
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, CHALLENGE);
        }
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Self::Method(allowed) = self {
            headers.insert(ALLOW, HeaderValue::from_static(allowed));
        }
        // For the log.
        let problem = of_server(status, "pass-through", code, words);
        response.extensions_mut().insert(Carried(Arc::new(problem)));
        response
    }
}

fn error(status: StatusCode, code: &str, words: &str) -> Response {
    (status, Json(json!({ "errors": [{ "code": code, "message": words }] }))).into_response()
}

/// The answer instead of one that panicked, in this form.
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let status = panics::answer(panic).status();
    error(status, "UNKNOWN", "Stowage made a mistake; its log tells where, under the id of this request")
}
