//! The engine as whoever asks may use it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::Extensions;
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

/// The address that a request comes from; without a socket, as in tests, it is none of any machine.
pub(crate) fn address(extensions: &Extensions) -> IpAddr {
    let address = extensions.get::<ConnectInfo<SocketAddr>>();
    address.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(it)| it.ip().to_canonical())
}
