//! Reading what a client asks, strictly: what is not of the protocol is not passed on.

use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::http::Method;
use axum::http::request::Parts;
use futures::{StreamExt, TryStreamExt};
use registry::ApiPath;
use registry::client::{RelayBody, RelayRequest};

use super::catalog::Page;
use super::refusal::Refusal;
use super::upload::Uploads;
use crate::middleware::client::Client;
use crate::middleware::same_origin;

/// The largest manifest that is taken, as registries do (OCI distribution specification, "Pushing manifests").
const LARGEST_MANIFEST: usize = 4 * 1024 * 1024;
/// How long a manifest may take to come.
const MANIFEST_WITHIN: Duration = Duration::from_secs(60);

/// What a client asks, without the body.
#[derive(Debug)]
pub(super) struct Asked {
    parts: Parts,
    path: ApiPath,
    elsewhere: Option<String>,
}

impl Asked {
    /// Reads it; `push` says whether anything may be written.
    pub(super) fn read(
        parts: Parts,
        client: &Client,
        push: bool,
        uploads: &Uploads<'_>,
    ) -> Result<Self, Refusal> {
        let path = parts.uri.path();
        let path = path.strip_prefix("/v2").map(|it| it.strip_prefix('/').unwrap_or(it)).unwrap_or_default();
        let path: ApiPath = path.parse().map_err(|_| Refusal::NoSuchPath)?;
        let method = &parts.method;
        if method == Method::DELETE && matches!(path, ApiPath::Manifest(..) | ApiPath::Blob(..)) {
            return Err(Refusal::Deletion);
        }
        let allowed = methods(&path);
        if !allowed.split(", ").any(|it| it == method.as_str()) {
            return Err(Refusal::Method(allowed));
        }
        let writes = path.is_written_by(method.as_str());
        if writes && !push {
            return Err(Refusal::PushOff);
        }
        // A browser keeps a password that somebody once gave it here, and sends it for other sites' pages too.
        if writes && !same_origin::is_own(&parts.headers, client.host.as_deref()) {
            return Err(Refusal::CrossSite);
        }
        let elsewhere = uploads.elsewhere(&path);
        Ok(Self { parts, path, elsewhere })
    }

    /// Which page of the catalog is wanted.
    pub(super) fn page(&self) -> Page {
        Page::read(self.parts.uri.query().unwrap_or_default())
    }

    /// The request to pass on. Only a manifest is read first, which is small, so that it can be sent again where the
    /// registry wants another token for it.
    pub(super) async fn with_body(self, body: Body) -> Result<RelayRequest, Refusal> {
        let Self { parts, path, elsewhere } = self;
        let length = body.size_hint().exact();
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        let body = match &path {
            _ if reads || length == Some(0) => RelayBody::Whole(axum::body::Bytes::new()),
            ApiPath::Manifest(..) => {
                let read = tokio::time::timeout(MANIFEST_WITHIN, to_bytes(body, LARGEST_MANIFEST)).await;
                let read = read.map_err(|_| Refusal::Late)?;
                RelayBody::Whole(read.map_err(|_| Refusal::TooLarge)?)
            }
            _ => RelayBody::Stream { chunks: body.into_data_stream().map_err(Into::into).boxed(), length },
        };
        let query = parts.uri.query().map(str::to_owned);
        Ok(RelayRequest { method: parts.method, path, query, elsewhere, headers: parts.headers, body })
    }
}

/// What can be done at a path.
fn methods(path: &ApiPath) -> &'static str {
    match path {
        ApiPath::Root | ApiPath::Catalog | ApiPath::Tags(_) | ApiPath::Blob(..) | ApiPath::Referrers(..) => {
            "GET, HEAD"
        }
        ApiPath::Manifest(..) => "GET, HEAD, PUT",
        ApiPath::Uploads(_) => "POST",
        ApiPath::Upload(..) => "GET, HEAD, PATCH, PUT, DELETE",
    }
}
