//! What a program shows instead of signing in: `Authorization: Bearer …`.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use registry::client::Secret;
use subtle::ConstantTimeEq;

/// What is shown, if anything is.
pub(crate) fn shown(headers: &HeaderMap) -> Option<&str> {
    let (scheme, shown) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| shown.trim())
}

/// Whether that is the token. How long the answer takes tells nothing of how much of it is right.
pub(crate) fn shows(headers: &HeaderMap, token: &Secret) -> bool {
    let shown = shown(headers).unwrap_or_default();
    bool::from(shown.as_bytes().ct_eq(token.expose().as_bytes()))
}
