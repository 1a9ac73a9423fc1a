//! The engine as whoever asks may use it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use engine::{Engine, Error};

use crate::rest::ApiError;

/// The engine on behalf of who asks. Whoever must sign in before they may be told anything is refused.
#[derive(Clone, Debug)]
pub(crate) struct Asking(pub(crate) Engine);

impl<S: Send + Sync> FromRequestParts<S> for Asking {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // A route that nobody is recognised on gives nothing to anybody.
        let engine = parts.extensions.get::<Engine>().cloned().ok_or(Error::SignInNeeded)?;
        engine.must_be_known()?;
        Ok(Self(engine))
    }
}
