//! CloudEvents over HTTP, in both of their forms: the attributes as headers and the data as body (zot), or everything in
//! one document (Harbor). <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>

use axum::http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use super::{Told, harbor, zot};

/// A CloudEvent.
#[derive(Debug)]
pub(super) struct CloudEvent<'a> {
    kind: &'a str,
    at: Timestamp,
    data: &'a Value,
}

/// Reads a request as an event; nothing if it is none.
pub(super) fn read<'a>(headers: &'a HeaderMap, body: &'a Value) -> Option<CloudEvent<'a>> {
    let header = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let (kind, time, data) = match header("ce-type") {
        Some(kind) => (kind, header("ce-time"), body),
        None => {
            body.get("specversion")?;
            (body.get("type")?.as_str()?, body.get("time").and_then(Value::as_str), body.get("data")?)
        }
    };
    let at = time.and_then(|it| it.parse().ok()).unwrap_or_else(Timestamp::now);
    Some(CloudEvent { kind, at, data })
}

impl CloudEvent<'_> {
    /// What it tells; nothing if it is about something else.
    pub(super) fn told(&self) -> Told {
        match self.kind.strip_prefix("harbor.artifact.") {
            Some(action) => harbor::told(action, self.at, self.data),
            None => zot::told(self.kind, self.at, self.data),
        }
    }
}
