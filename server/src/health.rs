//! Whether the server works, for what watches over it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::Engine;
use futures::future::{join, join_all};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::services::Services;

/// Probes give up after a few seconds, and want an answer before that.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer is told again, so that no number of probes is a burden to a registry.
const FRESH_FOR: Duration = Duration::from_secs(2);

/// Whether the process answers.
#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
}

/// Whether it can do its work.
#[derive(Clone, Debug, Serialize)]
struct Readiness {
    status: &'static str,
    /// Where the inventory is kept.
    store: Part,
    /// Left out where one has to sign in before one is told which there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    registries: Option<Vec<Part>>,
}

#[derive(Clone, Debug, Serialize)]
struct Part {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    answers: bool,
    /// Why it does not, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// What was found out last; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastReadiness(Arc<Mutex<Option<(Instant, Readiness)>>>);

impl Readiness {
    fn is_ready(&self) -> bool {
        self.status == "ready"
    }
}

/// `/healthz`: the process answers.
pub(crate) async fn alive() -> impl IntoResponse {
    Json(Health { status: "ok" })
}

/// `/readyz`: the inventory can be read, and at least one registry answers, be it with a refusal.
pub(crate) async fn ready(State(services): State<Services>) -> Response {
    // Whoever asks meanwhile waits for this, and is told the same.
    let mut last = services.readiness().0.lock().await;
    let fresh = last.as_ref().filter(|(at, _)| at.elapsed() < FRESH_FOR).map(|(_, it)| it.clone());
    let mut readiness = match fresh {
        Some(fresh) => fresh,
        None => {
            let found = look(services.engine()).await;
            note_change(last.as_ref().is_none_or(|(_, it)| it.is_ready()), &found);
            *last = Some((Instant::now(), found.clone()));
            found
        }
    };
    drop(last);
    if !services.access().is_open() {
        readiness.registries = None;
        readiness.store.why = None;
    }
    let code = if readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(readiness)).into_response()
}

async fn look(engine: &Engine) -> Readiness {
    let asked = engine.registries().map(|it| registry(engine, &it.id));
    let (store, registries) = join(store(engine), join_all(asked)).await;
    let status = match (store.answers, registries.iter().any(|it| it.answers)) {
        (true, true) => "ready",
        (false, _) => "the inventory cannot be read",
        (true, false) => "no registry answers",
    };
    Readiness { status, store, registries: Some(registries) }
}

/// The log tells when it changes, for that is when somebody looks.
fn note_change(was_ready: bool, found: &Readiness) {
    match (was_ready, found.is_ready()) {
        (true, false) => {
            let registries = found.registries.iter().flatten().filter_map(|it| it.why.as_deref());
            let why: Vec<&str> = found.store.why.as_deref().into_iter().chain(registries).collect();
            tracing::warn!(status = found.status, why = why.join("; "), "not ready");
        }
        (false, true) => tracing::info!("ready again"),
        _ => {}
    }
}

async fn store(engine: &Engine) -> Part {
    let why = match tokio::time::timeout(PATIENCE, engine.store().ping()).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(too_slow()),
    };
    Part { id: None, answers: why.is_none(), why }
}

async fn registry(engine: &Engine, id: &str) -> Part {
    use registry::Error::{Blocked, InvalidConfig, NotARegistry, Timeout, Tls, Unreachable};
    let why = match tokio::time::timeout(PATIENCE, engine.ping(id)).await {
        Ok(Ok(())) => None,
        Ok(Err(engine::Error::Registry(error))) => matches!(
            error,
            Unreachable { .. }
                | Timeout { .. }
                | Tls { .. }
                | NotARegistry { .. }
                | Blocked { .. }
                | InvalidConfig { .. }
        )
        .then(|| error.to_string()),
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(too_slow()),
    };
    Part { id: Some(id.to_owned()), answers: why.is_none(), why }
}

fn too_slow() -> String {
    format!("it does not answer within {} s", PATIENCE.as_secs())
}
