//! What the API answers when it has no answer.

use app::base_path::under;
use app::error::{Problem, problem_of};
use app::visitor::Locale;
use axum::extract::OriginalUri;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::problem::{ProblemDocument, of_server, refuse};

use super::openapi::DOCUMENT;

/// How long to wait before asking again for what is busy.
const BUSY_SECONDS: u64 = 10;

/// Why the API has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The engine, or the registry behind it, says so.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// A parameter is missing, unknown, or not what it should be.
    #[error("{0}")]
    BadParameters(String),
    /// What was sent is not what it should be.
    #[error("{0}")]
    BadBody(String),
    /// There is no scan of this number.
    #[error("the registry has no scan of this number; old ones are forgotten")]
    NoSuchScan,
    /// A scan is begun by somebody who has not said so yet.
    #[error("somebody else is about to scan this")]
    ScanBusy,
    /// As many listen to events as may.
    #[error("as many listen to events as may at the same time")]
    TooManyListeners,
    /// As many blobs are passed on as may.
    #[error("as many files are saved as may be at the same time")]
    TooManyDownloads,
    /// Nobody may tell what has changed in a registry.
    #[error("no token is configured that a registry could show, so nothing that it tells is taken notice of")]
    HooksOff,
    /// The token that a registry shows is missing or wrong.
    #[error("the header Authorization does not hold the token of the configuration")]
    HooksTokenWrong,
    /// The bearer token is none, or not any more.
    #[error("the header Authorization holds a token that does not exist, has expired, or was revoked")]
    TokenUnknown,
    /// There are several registries, and the request names none.
    #[error("there are several registries, and the parameter registry names none of them: {}", ids.join(", "))]
    RegistryNeeded {
        /// The ids to choose from.
        ids: Vec<String>,
    },
}

impl ApiError {
    fn problem(&self) -> Problem {
        let bad_request = |kind, title| of_server(StatusCode::BAD_REQUEST, kind, title, self.to_string());
        match self {
            Self::Engine(error) => problem_of(error, Locale::En),
            Self::BadParameters(_) => Problem {
                remedy: Some(format!("The parameters are described at {}.", under(DOCUMENT))),
                ..bad_request("parameters-invalid", "The parameters cannot be used")
            },
            Self::BadBody(_) => bad_request("body-invalid", "What was sent cannot be used"),
            Self::NoSuchScan => {
                of_server(StatusCode::NOT_FOUND, "scan-unknown", "There is no such scan", self.to_string())
            }
            Self::ScanBusy => busy("scan-busy", "The scan has not begun yet", self.to_string()),
            Self::TooManyListeners => busy("events-busy", "Too many are listening", self.to_string()),
            Self::TooManyDownloads => busy("downloads-busy", "Too many files are saved", self.to_string()),
            Self::HooksOff => Problem {
                remedy: Some(
                    "Set a token in Stowage's configuration and the same one in the registry's: see \
                     docs/notifications.md."
                        .to_owned(),
                ),
                command: Some("STOWAGE_HOOKS_TOKEN=…".to_owned()),
                ..of_server(
                    StatusCode::NOT_FOUND,
                    "hooks-off",
                    "Registries cannot tell what has changed",
                    self.to_string(),
                )
            },
            Self::HooksTokenWrong => Problem {
                remedy: Some("Send Authorization: Bearer and the value of STOWAGE_HOOKS_TOKEN.".to_owned()),
                ..of_server(
                    StatusCode::UNAUTHORIZED,
                    "hooks-token-wrong",
                    "The token is missing or wrong",
                    self.to_string(),
                )
            },
            Self::TokenUnknown => Problem {
                remedy: Some("Make a new one in Stowage's settings.".to_owned()),
                ..of_server(
                    StatusCode::UNAUTHORIZED,
                    "token-unknown",
                    "The token cannot be used",
                    self.to_string(),
                )
            },
            Self::RegistryNeeded { .. } => bad_request("registry-needed", "The registry is not named"),
        }
    }

    /// How many seconds to wait, where the registry says so.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Engine(engine::Error::Registry(registry::Error::RateLimited { retry_after, .. })) => {
                retry_after.map(|it| it.as_secs())
            }
            Self::ScanBusy | Self::TooManyListeners | Self::TooManyDownloads => Some(BUSY_SECONDS),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = refuse(self.problem());
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

fn busy(kind: &'static str, title: &str, detail: String) -> Problem {
    of_server(StatusCode::SERVICE_UNAVAILABLE, kind, title, detail)
}

/// Answers for every address below `/api` that is none.
pub(super) async fn no_such_address(OriginalUri(uri): OriginalUri) -> Response {
    let detail = format!("The API has nothing at {}.", uri.path());
    let mut problem = of_server(StatusCode::NOT_FOUND, "address-unknown", "There is no such address", detail);
    problem.remedy = Some(format!("The addresses are described at {}.", under(DOCUMENT)));
    refuse(problem)
}

/// The problems that any question may be answered with.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "it only describes what ApiError answers")]
pub(super) enum Problems {
    /// A parameter is missing, unknown, or not what it should be.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemDocument),
    /// One has to sign in, or the token cannot be used.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemDocument),
    /// Deletion is off, the registry does not allow it, or a larger role is needed.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemDocument),
    /// What was planned has changed, or the registry does not do it.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemDocument),
    /// There is no such registry, repository or manifest.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemDocument),
    /// The registry cannot be reached, refuses us, or answers what cannot be understood.
    #[response(status = 502, content_type = "application/problem+json")]
    BadGateway(ProblemDocument),
    /// The registry asks for fewer requests; `Retry-After` says when.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemDocument),
    /// The registry does not answer in time.
    #[response(status = 504, content_type = "application/problem+json")]
    Timeout(ProblemDocument),
}
