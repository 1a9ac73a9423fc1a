//! The token that a registry must know.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;

use crate::bearer;
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
        if bearer::shows(&parts.headers, &token) { Ok(Self) } else { Err(ApiError::HooksTokenWrong) }
    }
}
