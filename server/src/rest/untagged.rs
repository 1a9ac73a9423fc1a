//! `/api/v1/untagged`

use axum::Json;
use registry::RepositoryName;
use registry::summary::Summary;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters};
use crate::asking::Asking;

/// Where untagged manifests are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UntaggedParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    repository: RepositoryName,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    limit: usize,
}

/// Manifests that no tag leads to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UntaggedList {
    /// As many as were asked for.
    items: Vec<Summary>,
    /// How many there are in this list.
    total: usize,
    /// Always null: ask for more with `limit`.
    next: Option<String>,
}

fn usual_items() -> usize {
    parameters::USUAL_ITEMS
}

/// Lists the manifests of a repository that no tag and no index leads to, as far as a scan has ever met them.
#[utoipa::path(get, path = "/api/v1/untagged", tag = "tags", params(UntaggedParameters), responses((status = 200, body = UntaggedList), Problems))]
pub(super) async fn list(
    Asking(engine): Asking,
    Parameters(asked): Parameters<UntaggedParameters>,
) -> Result<Json<UntaggedList>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let items = engine.untagged(&registry, &asked.repository, asked.limit).await?;
    Ok(Json(UntaggedList { total: items.len(), items, next: None }))
}
