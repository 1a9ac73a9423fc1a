//! `/api/v1/image`

use axum::Json;
use axum::extract::State;
use engine::Engine;
use registry::image::ImageDetail;
use registry::{Reference, RepositoryName};
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters};

/// Which image is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImageParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    repository: RepositoryName,
    /// A tag or a digest.
    #[param(value_type = String, example = "latest")]
    reference: Reference,
}

/// Tells everything about one image: its platforms with their layers and configurations, and its manifest.
#[utoipa::path(get, path = "/api/v1/image", tag = "images", params(ImageParameters), responses((status = 200, body = ImageDetail), Problems))]
pub(super) async fn show(
    State(engine): State<Engine>,
    Parameters(asked): Parameters<ImageParameters>,
) -> Result<Json<ImageDetail>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    Ok(Json(engine.image(&registry, &asked.repository, &asked.reference).await?))
}
