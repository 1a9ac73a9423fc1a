//! `/api/v1/image`

use axum::Json;
use axum::body::Bytes;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use registry::image::ImageDetail;
use registry::platform_differences::{PlatformDifference, platform_differences};
use registry::{Digest, Reference, RepositoryName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters};
use crate::asking::Asking;

/// Which image is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImageParameters {
    /// The id of the registry; may be left out where there is only one.
    pub(super) registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    pub(super) repository: RepositoryName,
    /// A tag or a digest.
    #[param(value_type = String, example = "latest")]
    pub(super) reference: Reference,
}

/// Everything about one image.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImageAnswer {
    #[serde(flatten)]
    image: ImageDetail,
    /// What is said differently for some platforms than for others.
    differences: Vec<PlatformDifference>,
}

/// Tells everything about one image: its platforms with their layers and configurations, and its manifest.
#[utoipa::path(get, path = "/api/v1/image", tag = "images", params(ImageParameters), responses((status = 200, body = ImageAnswer), Problems))]
pub(super) async fn show(
    Asking(engine): Asking,
    Parameters(asked): Parameters<ImageParameters>,
) -> Result<Json<ImageAnswer>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let image = engine.image(&registry, &asked.repository, &asked.reference).await?;
    let differences = platform_differences(&image.summary.platforms);
    Ok(Json(ImageAnswer { image, differences }))
}

/// The manifest itself, byte for byte as the registry holds it, to be saved as a file.
#[utoipa::path(get, path = "/api/v1/image/manifest", tag = "images", params(ImageParameters), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Problems))]
pub(super) async fn manifest(
    Asking(engine): Asking,
    Parameters(asked): Parameters<ImageParameters>,
) -> Result<impl IntoResponse, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let manifest = engine.manifest(&registry, &asked.repository, &asked.reference).await?;
    Ok(file(&manifest.digest, manifest.bytes))
}

/// The configuration of an image for one platform, byte for byte as the registry holds it, to be saved as a file.
#[utoipa::path(get, path = "/api/v1/image/config", tag = "images", params(ImageParameters), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Problems))]
pub(super) async fn config(
    Asking(engine): Asking,
    Parameters(asked): Parameters<ImageParameters>,
) -> Result<impl IntoResponse, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let (digest, bytes) = engine.image_config(&registry, &asked.repository, &asked.reference).await?;
    Ok(file(&digest, bytes))
}

/// Never with a type of its own: a browser must save what a registry says, not interpret it.
fn file(digest: &Digest, bytes: Bytes) -> impl IntoResponse + use<> {
    let headers: [(HeaderName, String); 3] = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}.json\"", digest.short())),
        (HeaderName::from_static("docker-content-digest"), digest.to_string()),
    ];
    (headers, bytes)
}
