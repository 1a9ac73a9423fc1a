//! Whether the server works, for what watches over it.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use engine::Engine;
use futures::future::join_all;
use serde::Serialize;

use crate::services::Services;

/// Probes give up after a few seconds, and want an answer before that.
const PATIENCE: Duration = Duration::from_secs(4);

/// Whether the process answers.
#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
}

/// Whether it can do its work.
#[derive(Debug, Serialize)]
struct Readiness<'a> {
    status: &'static str,
    /// Left out where one has to sign in before one is told which there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    registries: Option<Vec<RegistryReadiness<'a>>>,
}

#[derive(Debug, Serialize)]
struct RegistryReadiness<'a> {
    id: &'a str,
    answers: bool,
}

/// `/healthz`: the process answers.
pub(crate) async fn alive() -> impl IntoResponse {
    Json(Health { status: "ok" })
}

/// `/readyz`: at least one registry answers, be it with a refusal.
pub(crate) async fn ready(State(services): State<Services>) -> impl IntoResponse {
    let engine = services.engine();
    let asked = engine
        .registries()
        .map(|it| async { RegistryReadiness { id: &it.id, answers: answers(engine, &it.id).await } });
    let registries = join_all(asked).await;
    let is_ready = registries.iter().any(|it| it.answers);
    let (code, status) = if is_ready {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "no registry answers")
    };
    let registries = services.access().is_open().then_some(registries);
    let body = serde_json::to_value(Readiness { status, registries }).unwrap_or_default();
    (code, Json(body))
}

async fn answers(engine: &Engine, id: &str) -> bool {
    use registry::Error::{Blocked, InvalidConfig, NotARegistry, Timeout, Tls, Unreachable};
    match tokio::time::timeout(PATIENCE, engine.ping(id)).await {
        Ok(Ok(())) => true,
        Ok(Err(engine::Error::Registry(error))) => !matches!(
            error,
            Unreachable { .. }
                | Timeout { .. }
                | Tls { .. }
                | NotARegistry { .. }
                | Blocked { .. }
                | InvalidConfig { .. }
        ),
        Ok(Err(_)) | Err(_) => false,
    }
}
