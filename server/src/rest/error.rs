//! What the API answers when it has no answer.

use app::error::{Problem, problem_of};
use app::visitor::Locale;
use axum::extract::Request;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::problem::{ProblemDocument, of_server, refuse};

/// Why the API has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The engine, or the registry behind it, says so.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// A parameter is missing, unknown, or not what it should be.
    #[error("{0}")]
    BadParameters(String),
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
                remedy: Some("The parameters are described at /api/openapi.json.".to_owned()),
                ..bad_request("parameters-invalid", "The parameters cannot be used")
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
        response
    }
}

/// Answers for every address below `/api` that is none.
pub(super) async fn no_such_address(request: Request) -> Response {
    let detail = format!("The API has nothing at {}.", request.uri().path());
    let mut problem = of_server(StatusCode::NOT_FOUND, "address-unknown", "There is no such address", detail);
    problem.remedy = Some("The addresses are described at /api/openapi.json.".to_owned());
    refuse(problem)
}

/// The problems that any question may be answered with.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "it only describes what ApiError answers")]
pub(super) enum Problems {
    /// A parameter is missing, unknown, or not what it should be.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemDocument),
    /// The registry does not allow it.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemDocument),
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
