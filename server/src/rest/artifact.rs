//! `/api/v1/referrers` and `/api/v1/artifact`

use axum::Json;
use registry::artifact::{ArtifactDetail, Referrers};

use super::error::{ApiError, Problems};
use super::image::ImageParameters;
use super::parameters::{self, Parameters};
use crate::asking::Asking;

/// Lists what refers to an image: signatures, SBOMs, attestations and other artifacts, wherever that is written down.
#[utoipa::path(get, path = "/api/v1/referrers", tag = "images", params(ImageParameters), responses((status = 200, body = Referrers), Problems))]
pub(super) async fn referrers(
    Asking(engine): Asking,
    Parameters(asked): Parameters<ImageParameters>,
) -> Result<Json<Referrers>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    Ok(Json(engine.referrers(&registry, &asked.repository, &asked.reference).await?))
}

/// Tells everything about one artifact: what is in its files, and what came of checking their signatures.
#[utoipa::path(get, path = "/api/v1/artifact", tag = "images", params(ImageParameters), responses((status = 200, body = ArtifactDetail), Problems))]
pub(super) async fn show(
    Asking(engine): Asking,
    Parameters(asked): Parameters<ImageParameters>,
) -> Result<Json<ArtifactDetail>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    Ok(Json(engine.artifact(&registry, &asked.repository, &asked.reference).await?))
}
