//! `/api/v1/events`

use std::convert::Infallible;
use std::iter;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::IntoResponse;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use engine::{Event, Numbered};
use futures::{StreamExt, stream};
use registry::RepositoryName;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use utoipa::IntoParams;

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters};
use crate::asking::Asking;
use crate::services::Listeners;

/// How often something is sent although nothing happens; proxies close what is silent for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long somebody who signed in listens before they have to connect again, and show again who they are.
const LONGEST: Duration = Duration::from_secs(60);
/// The same where nobody signs in; connections that last for ever are lost on the way.
const LONGEST_OPEN: Duration = Duration::from_secs(60 * 60);
/// After how long browsers connect again.
const RETRY: Duration = Duration::from_secs(3);

/// Which events are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventParameters {
    /// Only those of this registry.
    registry: Option<String>,
    /// Only those of this repository; of the only registry unless another parameter names it.
    #[param(value_type = Option<String>, example = "library/nginx")]
    repository: Option<RepositoryName>,
    /// Only those after the one of this number; without it, those from now on. What was missed since then comes first.
    after: Option<u64>,
}

/// Tells what changes, as it changes: server-sent events, for as long as somebody listens.
///
/// `event` is `tag_changed`, `tag_gone`, `repository_gone`, `catalog_changed`, `revalidated` (what somebody looks at was
/// compared with the registry; the changes came before this) or `scan` (how far a scan is), and `data` is JSON with
/// `registry` and what it is about. `id` is the event's number, which browsers send as `Last-Event-ID` when they connect
/// again. After `lagged` something was missed, and what is shown has to be read again.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(EventParameters), responses((status = 200, body = String, content_type = "text/event-stream"), Problems))]
pub(super) async fn listen(
    Asking(engine): Asking,
    State(listeners): State<Listeners>,
    Parameters(asked): Parameters<EventParameters>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let registry = match (asked.registry, &asked.repository) {
        (None, None) => None,
        (named, _) => Some(parameters::registry(&engine, named)?),
    };
    let takes = move |event: &Event| {
        registry.as_ref().is_none_or(|it| it == event.registry())
            && asked.repository.as_ref().is_none_or(|it| Some(it) == event.repository())
    };
    let permit = listeners.permits.try_acquire_owned().map_err(|_| ApiError::TooManyListeners)?;
    // Whoever connects again knows more than the page it began with.
    let heard = headers.get("last-event-id").and_then(|it| it.to_str().ok()?.parse().ok());
    let longest = if engine.caller().is_open { LONGEST_OPEN } else { LONGEST };
    let subscription = engine.events(heard.or(asked.after)).await;
    let begun = iter::once(Sent::default().retry(RETRY).comment("listening"))
        .chain(subscription.is_incomplete.then(lagged))
        .chain(subscription.missed.iter().filter(|it| takes(&it.event)).map(sent))
        .collect::<Vec<_>>();
    let events = stream::unfold((subscription, takes, permit), |(mut events, takes, permit)| async move {
        let sent = loop {
            match events.next().await {
                Ok(it) if takes(&it.event) => break sent(&it),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break lagged(),
                Err(RecvError::Closed) => return None,
            }
        };
        Some((sent, (events, takes, permit)))
    });
    let all = stream::iter(begun)
        .chain(events)
        .map(Ok::<_, Infallible>)
        .take_until(listeners.stopping.cancelled_owned())
        .take_until(tokio::time::sleep(longest));
    // Proxies that gather answers before they pass them on are asked not to.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(all).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))))
}

fn sent(it: &Numbered) -> Sent {
    let data = serde_json::to_string(&it.event).unwrap_or_default();
    Sent::default().id(it.id.to_string()).event(it.event.kind()).data(data)
}

/// Somebody was too slow, or away too long: what was missed is not known any more.
fn lagged() -> Sent {
    Sent::default().event("lagged").data(json!({ "type": "lagged" }).to_string())
}
