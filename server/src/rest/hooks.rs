//! `/hooks/registry`: what registries tell of themselves.

mod authorized;
mod cloud_event;
mod distribution;
mod harbor;
mod zot;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use engine::Notification;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters};
use crate::services::Services;
use authorized::Authorized;

/// Who tells it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HookParameters {
    /// The id of the registry that tells it; may be left out where there is only one.
    registry: Option<String>,
}

/// What became of notifications.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Noticed {
    /// How many are taken notice of; what they are about is compared with the registry in the background.
    accepted: usize,
    /// How many could not be read, and are left out; the log says why.
    skipped: usize,
}

/// What was read of a request.
#[derive(Debug, Default)]
struct Told {
    notifications: Vec<Notification>,
    /// Why others could not be read.
    unreadable: Vec<String>,
}

/// Takes notice of what has changed in a registry, as it tells it itself: in the envelope of distribution, as CloudEvents
/// of zot and Harbor, or as Harbor's own notifications. Needs the token of the configuration as a bearer token.
///
/// Nothing is believed but the times: where a tag is now is asked of the registry, in the background.
#[utoipa::path(post, path = "/hooks/registry", tag = "hooks", params(HookParameters), request_body(content = Value, content_type = "application/vnd.docker.distribution.events.v1+json"), responses((status = 202, body = Noticed), (status = 401, description = "The bearer token is missing or wrong.", body = crate::problem::ProblemDocument, content_type = "application/problem+json"), Problems), security(("hooks_token" = [])))]
pub(super) async fn receive(
    _: Authorized,
    State(services): State<Services>,
    Parameters(asked): Parameters<HookParameters>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let engine = services.engine();
    let registry = parameters::registry(engine, asked.registry)?;
    let body = body.map_err(|error| ApiError::BadBody(error.body_text()))?;
    let told = read(&headers, &body)?;
    for why in &told.unreadable {
        tracing::warn!(registry, why, "a notification cannot be read and is left out");
    }
    engine.notify(&registry, &told.notifications).await?;
    let noticed = Noticed { accepted: told.notifications.len(), skipped: told.unreadable.len() };
    Ok((StatusCode::ACCEPTED, Json(noticed)))
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Told, ApiError> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| ApiError::BadBody(format!("it is no JSON: {error}")))?;
    if let Some(event) = cloud_event::read(headers, &value) {
        return Ok(event.told());
    }
    if let Some(events) = value.get("events").and_then(Value::as_array) {
        return Ok(distribution::read(events));
    }
    if value.get("event_data").is_some() {
        return Ok(harbor::read(&value));
    }
    let why = "it is none of the notifications that distribution, zot and Harbor send".to_owned();
    Err(ApiError::BadBody(why))
}

impl Told {
    /// Adds what was read, or why it could not be; nothing for what is of no interest.
    fn add(&mut self, read: Result<Option<Notification>, String>) {
        match read {
            Ok(notification) => self.notifications.extend(notification),
            Err(why) => self.unreadable.push(why),
        }
    }
}

/// Reads a part of a notification; the error says which part it is.
fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(what: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{what}: {error}"))
}
