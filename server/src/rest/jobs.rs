//! `/api/v1/jobs`

use app::base_path::under;
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use engine::{Engine, Job, JobItem, Outcome, Task};
use jiff::Timestamp;
use registry::RepositoryName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, Problems};
use super::parameters::JsonBody;
use crate::asking::Asking;

/// More parts than this no plan has: a repository's tags and manifests.
const MOST_ITEMS: usize = 1_000_000;

/// Which plan is carried out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JobRequest {
    /// The id of the plan.
    plan: String,
}

/// A plan that is carried out, or things that are put back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub(super) struct JobAnswer {
    /// Its id.
    id: String,
    /// The plan; null for a job that puts things back.
    plan: Option<String>,
    /// The id of the registry.
    registry: String,
    /// The repository.
    #[schema(value_type = String)]
    repository: RepositoryName,
    /// `queued`, `running`, `done`, `stopped` or `failed`.
    state: &'static str,
    /// How many parts have come to an end.
    n_done: usize,
    /// How many there are.
    n_items: usize,
    /// How many seconds it will take from now on, if it goes on like this; null where that cannot be told.
    seconds_left: Option<u64>,
    /// When it was asked for.
    #[schema(value_type = String, format = "date-time")]
    queued: Timestamp,
    /// When it began.
    #[schema(value_type = Option<String>, format = "date-time")]
    started: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = "date-time")]
    finished: Option<Timestamp>,
    /// Why it gave up, in a sentence.
    error: Option<String>,
    /// Its parts, in order.
    items: Vec<JobPart>,
}

/// A part of a job.
#[derive(Debug, Serialize, ToSchema)]
struct JobPart {
    /// The tag or the digest.
    what: String,
    /// `deleted` (and verified gone), `already_gone`, `still_there`, `skipped` (changed since the plan), `restored`,
    /// `already_there` or `not_restored`; null until that is known.
    outcome: Option<&'static str>,
    /// Why, in a sentence, where it is not what was planned.
    why: Option<String>,
}

impl JobAnswer {
    pub(super) async fn of(engine: &Engine, job: Job) -> Result<Self, ApiError> {
        let items = engine.job_items(&job.id, 0, MOST_ITEMS).await?;
        Ok(Self {
            state: job.state.word(),
            id: job.id,
            plan: job.plan,
            registry: job.registry,
            repository: job.repository,
            n_done: job.n_done,
            n_items: job.n_items,
            seconds_left: job.seconds_left,
            queued: job.queued,
            started: job.started,
            finished: job.finished,
            error: job.error.map(|it| it.to_string()),
            items: items.into_iter().map(JobPart::from).collect(),
        })
    }
}

impl From<JobItem> for JobPart {
    fn from(item: JobItem) -> Self {
        let what = match &item.task {
            Task::Restore { tags, digest, .. } if tags.is_empty() => digest.to_string(),
            Task::Restore { tags, .. } => {
                tags.iter().map(registry::Tag::as_str).collect::<Vec<_>>().join(", ")
            }
            task => task.subject(),
        };
        Self { what, outcome: item.outcome.map(Outcome::word), why: item.why.map(|it| it.to_string()) }
    }
}

/// Where a job is, and how it stands.
pub(super) async fn accepted(engine: &Engine, job: Job) -> Result<impl IntoResponse + use<>, ApiError> {
    let location = [(LOCATION, under(&format!("/api/v1/jobs/{}", job.id)))];
    Ok((StatusCode::ACCEPTED, location, Json(JobAnswer::of(engine, job).await?)))
}

/// Carries out a plan. One that is carried out already is not carried out twice.
#[utoipa::path(post, path = "/api/v1/jobs", tag = "deletion", request_body = JobRequest, responses((status = 202, body = JobAnswer, headers(("location" = String, description = "Where to ask how far it is."))), Problems))]
pub(super) async fn begin(
    Asking(engine): Asking,
    JsonBody(asked): JsonBody<JobRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let job = engine.begin_deletion(&asked.plan).await?;
    accepted(&engine, job).await
}

/// How far a job is, and what has become of each part.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "deletion", params(("id" = String, Path, description = "The job's id.")), responses((status = 200, body = JobAnswer), Problems))]
pub(super) async fn show(
    Asking(engine): Asking,
    Path(id): Path<String>,
) -> Result<Json<JobAnswer>, ApiError> {
    let job = engine.job(&id).await?;
    Ok(Json(JobAnswer::of(&engine, job).await?))
}

/// Asks a job to stop; what it is doing just now, it ends.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/stop", tag = "deletion", params(("id" = String, Path, description = "The job's id.")), responses((status = 202, body = JobAnswer), Problems))]
pub(super) async fn stop(
    Asking(engine): Asking,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let job = engine.stop_job(&id).await?;
    accepted(&engine, job).await
}
