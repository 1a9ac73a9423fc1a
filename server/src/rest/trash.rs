//! `/api/v1/trash`

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::IntoResponse;
use engine::Error;
use jiff::Timestamp;
use registry::{Digest, RepositoryName, Tag};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::jobs::{self, JobAnswer};
use super::parameters::{self, Parameters};
use crate::asking::Asking;

/// What of the trash is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TrashParameters {
    /// Only what this job deleted.
    job: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    limit: usize,
}

/// What can be put back, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TrashList {
    /// As many as were asked for.
    items: Vec<TrashItem>,
    /// How many there are in this list.
    total: usize,
    /// Always null: ask for more with `limit`, or for one job's.
    next: Option<String>,
}

/// Something that was deleted and can be put back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trash)]
struct TrashItem {
    /// Its number.
    id: i64,
    /// The job that deleted it.
    job: String,
    /// The id of the registry.
    registry: String,
    /// The repository.
    #[schema(value_type = String)]
    repository: RepositoryName,
    /// The manifest's digest.
    #[schema(value_type = String)]
    digest: Digest,
    /// The manifest's media type.
    media_type: String,
    /// The tags that went.
    #[schema(value_type = Vec<String>)]
    tags: Vec<Tag>,
    /// Whether only the tags went.
    tags_only: bool,
    /// When it was deleted.
    #[schema(value_type = String, format = "date-time")]
    deleted_at: Timestamp,
    /// Until when it can be put back.
    #[schema(value_type = String, format = "date-time")]
    kept_until: Timestamp,
    /// Who deleted it; empty where nobody signs in.
    deleted_by: String,
}

/// How something is put back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RestoreRequest {
    /// Whether tags are taken away from where they are by now.
    #[serde(default)]
    overwrite: bool,
}

fn usual_items() -> usize {
    parameters::USUAL_ITEMS
}

/// Lists what can be put back, the newest first.
#[utoipa::path(get, path = "/api/v1/trash", tag = "deletion", params(TrashParameters), responses((status = 200, body = TrashList), Problems))]
pub(super) async fn list(
    Asking(engine): Asking,
    Parameters(asked): Parameters<TrashParameters>,
) -> Result<Json<TrashList>, ApiError> {
    let entries = engine.trash(asked.job.as_deref(), asked.limit).await?;
    let items: Vec<TrashItem> = entries
        .into_iter()
        .map(|it| TrashItem {
            id: it.id,
            job: it.job,
            registry: it.registry,
            repository: it.repository,
            digest: it.digest,
            media_type: it.media_type,
            tags: it.tags,
            tags_only: it.tags_only,
            deleted_at: it.deleted_at,
            kept_until: it.kept_until,
            deleted_by: it.actor,
        })
        .collect();
    Ok(Json(TrashList { total: items.len(), items, next: None }))
}

/// Puts something back, an index with its children; answers the job that does it. Without a body, tags stay where they
/// are by now.
#[utoipa::path(post, path = "/api/v1/trash/{id}/restore", tag = "deletion", params(("id" = i64, Path, description = "Its number in the trash.")), request_body = Option<RestoreRequest>, responses((status = 202, body = JobAnswer, headers(("location" = String, description = "Where to ask how far it is."))), Problems))]
pub(super) async fn restore(
    Asking(engine): Asking,
    Path(id): Path<i64>,
    body: Bytes,
) -> Result<impl IntoResponse, ApiError> {
    let asked: RestoreRequest = match body.is_empty() {
        true => RestoreRequest::default(),
        false => serde_json::from_slice(&body).map_err(|error| ApiError::BadBody(error.to_string()))?,
    };
    let jobs = engine.restore(&[id], asked.overwrite).await?;
    let job = jobs.into_iter().next().ok_or(Error::NotInTrash)?;
    jobs::accepted(&engine, job).await
}
