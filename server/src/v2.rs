//! `/v2/`: what `docker` and its like ask of a registry, passed on.
//!
//! It stands apart from the pages: nothing here is compressed, held back or cut off after a time, no cookie is believed,
//! and what goes wrong is told as registries tell it. Who may do what is for the engine to say.

mod answer;
mod asked;
mod catalog;
mod refusal;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use engine::PassedOn;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::config::V2Config;
use crate::middleware::client::Client;
use crate::middleware::{client, request_id, request_log, security_headers};
use crate::services::Services;
use asked::Asked;
use refusal::Refusal;
use upload::Uploads;

/// How many requests are passed on at once, each until the last byte of its answer. They do not count among those of
/// pages, and pages do not count among them.
const MOST_AT_ONCE: usize = 256;
/// How long one waits for others to end.
const PATIENCE: Duration = Duration::from_secs(30);

const VERSION: (HeaderName, HeaderValue) =
    (HeaderName::from_static("docker-distribution-api-version"), HeaderValue::from_static("registry/2.0"));

/// What is passed on to a registry, and how much of it at once.
#[derive(Clone, Debug)]
pub(crate) struct V2 {
    config: Option<V2Config>,
    turns: Arc<Semaphore>,
}

impl Default for V2 {
    fn default() -> Self {
        Self::new(None)
    }
}

impl V2 {
    pub(crate) fn new(config: Option<V2Config>) -> Self {
        Self { config, turns: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }

    /// A turn to pass something on, which is kept until its last byte; nothing where one would wait too long for it.
    pub(crate) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        turn.ok().and_then(Result::ok)
    }
}

/// The routes, with all layers they have.
pub(crate) fn routes(services: &Services) -> Router<Services> {
    Router::new()
        .route("/v2", any(respond))
        .route("/v2/", any(respond))
        .route("/v2/{*rest}", any(respond))
        .layer(from_fn(request_log::note_route))
        .layer(
            // From the outside to the inside.
            ServiceBuilder::new()
                .layer(from_fn_with_state(services.clone(), client::recognise))
                .layer(from_fn(request_id::give))
                .layer(from_fn(request_log::log))
                .layer(from_fn(security_headers::set))
                .layer(from_fn(mark))
                .layer(CatchPanicLayer::custom(refusal::panicked)),
        )
}

/// What every answer says, those that go wrong too: clients take others for those of something else.
async fn mark(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let (name, value) = VERSION;
    response.headers_mut().insert(name, value);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

async fn respond(
    State(services): State<Services>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    // Boxed, because every connection holds a request of this kind or of another.
    let passed = Box::pin(pass(&services, &client, request)).await;
    passed.unwrap_or_else(IntoResponse::into_response)
}

async fn pass(services: &Services, client: &Client, request: Request) -> Result<Response, Refusal> {
    let Some(config) = &services.v2().config else { return Err(Refusal::Off) };
    let (parts, body) = request.into_parts();
    let (engine, access) = (services.engine(), services.access());
    let caller = access.caller_by_header(engine, &config.registry, &parts.headers, client.address).await?;
    let uploads = Uploads::new(access.sealer(), &config.registry);
    let asked = Asked::read(parts, client, config.push, &uploads)?;
    let turn = services.v2().turn().await.ok_or(Refusal::Busy)?;
    let page = asked.page();
    let request = asked.with_body(body).await?;
    let path = request.path.clone();
    Ok(match engine.on_behalf_of(caller).pass_through(&config.registry, request).await? {
        PassedOn::Welcome => answer::welcome(),
        PassedOn::Catalog(names) => catalog::page(&names, &page),
        PassedOn::Answer(relayed) => answer::of(relayed, &path, &uploads, turn),
    })
}
