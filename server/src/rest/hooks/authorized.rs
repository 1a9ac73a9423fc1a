//! The token that a registry must know.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use subtle::ConstantTimeEq;

use crate::rest::error::ApiError;
use crate::services::HooksToken;

/// Who asks knows the token.
#[derive(Debug)]
pub(in crate::rest) struct Authorized;

impl<S: Send + Sync> FromRequestParts<S> for Authorized
where
    HooksToken: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let HooksToken(Some(token)) = HooksToken::from_ref(state) else { return Err(ApiError::HooksOff) };
        let given = parts.headers.get(AUTHORIZATION).and_then(|it| it.to_str().ok());
        let given = given.and_then(|it| it.split_once(' ')).filter(|it| it.0.eq_ignore_ascii_case("bearer"));
        let given = given.map(|(_, token)| token.trim()).unwrap_or_default();
        // How long it takes tells nothing of how much of it is right.
        if bool::from(given.as_bytes().ct_eq(token.expose().as_bytes())) {
            Ok(Self)
        } else {
            Err(ApiError::HooksTokenWrong)
        }
    }
}
