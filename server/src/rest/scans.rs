//! `/api/v1/scans`

use app::base_path::under;
use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use axum::response::IntoResponse;
use engine::{ScanProgress, ScanState};
use jiff::Timestamp;
use registry::RepositoryName;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::parameters::{self, JsonBody, Parameters};
use crate::asking::Asking;

/// Whose scans are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ScanListParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    limit: usize,
}

/// Whose scan it is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ScanParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
}

/// What is to be scanned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScanRequest {
    /// The id of the registry; may be left out where there is only one.
    #[schema(example = "registry.example.com")]
    registry: Option<String>,
    /// Only this repository; the whole registry where it is left out.
    #[schema(value_type = Option<String>, example = "library/nginx")]
    repository: Option<RepositoryName>,
}

/// The last scans of a registry, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScanList {
    /// As many as were asked for.
    items: Vec<ScanItem>,
    /// How many there are in this list.
    total: usize,
    /// Always null: older scans are forgotten.
    next: Option<String>,
}

/// How far a scan is, or how it ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Scan)]
pub(super) struct ScanItem {
    /// Its number.
    id: i64,
    /// The id of the registry.
    registry: String,
    /// The repository; null for a scan of the whole registry.
    #[schema(value_type = Option<String>)]
    repository: Option<RepositoryName>,
    /// What has become of it.
    #[schema(inline)]
    state: ScanStateName,
    /// How many tags have been looked at; repositories for a scan of the whole registry.
    n_done: usize,
    /// How many there are, as far as that is known.
    n_total: usize,
    /// How many a second.
    rate: f64,
    /// How many seconds it will take from now on, if it goes on like this; null where that cannot be told.
    seconds_left: Option<u64>,
    /// When it began.
    #[schema(value_type = String, format = "date-time")]
    started: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, format = "date-time")]
    finished: Option<Timestamp>,
    /// Why it gave up, in a sentence.
    error: Option<String>,
}

/// What has become of a scan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ScanStateName {
    /// It is going on.
    Running,
    /// It has read everything.
    Done,
    /// It gave up; what it read until then is kept.
    Failed,
    /// Somebody stopped it.
    Stopped,
}

impl From<ScanProgress> for ScanItem {
    fn from(it: ScanProgress) -> Self {
        Self {
            id: it.id,
            registry: it.registry,
            repository: it.repository,
            state: match it.state {
                ScanState::Running => ScanStateName::Running,
                ScanState::Done => ScanStateName::Done,
                ScanState::Failed => ScanStateName::Failed,
                ScanState::Stopped => ScanStateName::Stopped,
            },
            n_done: it.n_done,
            n_total: it.n_total,
            rate: it.rate,
            seconds_left: it.seconds_left,
            started: it.started,
            finished: it.finished,
            error: it.error,
        }
    }
}

fn usual_items() -> usize {
    parameters::USUAL_ITEMS
}

/// Lists the last scans of a registry, the newest first.
#[utoipa::path(get, path = "/api/v1/scans", tag = "scans", params(ScanListParameters), responses((status = 200, body = ScanList), Problems))]
pub(super) async fn list(
    Asking(engine): Asking,
    Parameters(asked): Parameters<ScanListParameters>,
) -> Result<Json<ScanList>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let scans = engine.scans(&registry, asked.limit).await?;
    let items: Vec<ScanItem> = scans.into_iter().map(ScanItem::from).collect();
    Ok(Json(ScanList { total: items.len(), items, next: None }))
}

/// Scans a repository, or a whole registry, in the background. Where that is being done already, it is not done twice.
#[utoipa::path(post, path = "/api/v1/scans", tag = "scans", request_body = ScanRequest, responses((status = 202, body = ScanItem, description = "It has begun, or was going on already.", headers(("location" = String, description = "Where to ask how far it is."))), Problems))]
pub(super) async fn begin(
    Asking(engine): Asking,
    JsonBody(asked): JsonBody<ScanRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let scan = engine.start_scan(&registry, asked.repository.as_ref()).await?;
    let scan = scan.ok_or(ApiError::ScanBusy)?;
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("registry", &registry).finish();
    let location = under(&format!("/api/v1/scans/{}?{query}", scan.id));
    let headers: [(HeaderName, String); 1] = [(LOCATION, location)];
    Ok((StatusCode::ACCEPTED, headers, Json(ScanItem::from(scan))))
}

/// Tells how far a scan is, or how it ended.
#[utoipa::path(get, path = "/api/v1/scans/{id}", tag = "scans", params(("id" = i64, Path, description = "The number of the scan."), ScanParameters), responses((status = 200, body = ScanItem), Problems))]
pub(super) async fn show(
    Asking(engine): Asking,
    id: Result<Path<i64>, PathRejection>,
    Parameters(asked): Parameters<ScanParameters>,
) -> Result<Json<ScanItem>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let Ok(Path(id)) = id else { return Err(ApiError::NoSuchScan) };
    let scan = engine.find_scan(&registry, id).await?.ok_or(ApiError::NoSuchScan)?;
    Ok(Json(scan.into()))
}

/// Asks a scan to stop, in whichever replica it runs. What it has read is kept. One that has ended stays as it ended.
#[utoipa::path(delete, path = "/api/v1/scans/{id}", tag = "scans", params(("id" = i64, Path, description = "The number of the scan."), ScanParameters), responses((status = 202, body = ScanItem, description = "It was asked to stop, which takes a second or two."), Problems))]
pub(super) async fn stop(
    Asking(engine): Asking,
    id: Result<Path<i64>, PathRejection>,
    Parameters(asked): Parameters<ScanParameters>,
) -> Result<impl IntoResponse, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let Ok(Path(id)) = id else { return Err(ApiError::NoSuchScan) };
    let scan = engine.stop_known_scan(&registry, id).await?.ok_or(ApiError::NoSuchScan)?;
    Ok((StatusCode::ACCEPTED, Json(ScanItem::from(scan))))
}
