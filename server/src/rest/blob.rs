//! `/api/v1/blob`

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use registry::client::Relayed;
use registry::{Digest, RepositoryName};
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters};
use crate::asking::Asking;
use crate::services::Services;

/// Which blob is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BlobParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    repository: RepositoryName,
    /// The digest of the blob.
    #[param(value_type = String)]
    digest: Digest,
}

/// A blob, byte for byte as the registry sends it, to be saved as a file: a layer, or a file of an artifact.
#[utoipa::path(get, path = "/api/v1/blob", tag = "images", params(BlobParameters), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Problems))]
pub(super) async fn save(
    State(services): State<Services>,
    Asking(engine): Asking,
    Parameters(asked): Parameters<BlobParameters>,
) -> Result<Response, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let turn = services.v2().turn().await.ok_or(ApiError::TooManyDownloads)?;
    let Relayed { headers, body, .. } = engine.blob(&registry, &asked.repository, &asked.digest).await?;
    let digest = asked.digest;
    let what = digest.to_string();
    // The turn is kept until the last byte.
    let body = body.map(move |chunk| {
        let _ = &turn;
        chunk.inspect_err(|error| tracing::warn!(%error, what, "a blob broke off while it was passed on"))
    });
    // Never with a type of its own: a browser must save what a registry holds, not interpret it. What says how it is
    // encoded keeps the compression away, without which its length is known.
    let told: [(HeaderName, String); 4] = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", digest.short())),
        (CONTENT_ENCODING, "identity".to_owned()),
        (HeaderName::from_static("docker-content-digest"), digest.to_string()),
    ];
    let mut response = (told, Body::from_stream(body)).into_response();
    if let Some(length) = headers.get(CONTENT_LENGTH) {
        response.headers_mut().insert(CONTENT_LENGTH, length.clone());
    }
    Ok(response)
}
