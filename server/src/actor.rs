//! Who asks, for what is written down.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use engine::Actor;

/// Who asks: nobody signs in yet, so it is known by its address alone.
#[derive(Clone, Debug)]
pub(crate) struct Asking(pub(crate) Actor);

impl<S: Send + Sync> FromRequestParts<S> for Asking {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address = address.map(|ConnectInfo(it)| it.ip().to_string()).unwrap_or_default();
        Ok(Self(Actor { name: String::new(), address }))
    }
}
