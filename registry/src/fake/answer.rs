//! What the fake answers.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, stream};
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// One answer, put together by its methods.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Content,
    delay: Duration,
    gate: Option<Arc<Semaphore>>,
}

#[derive(Clone, Debug)]
enum Content {
    Whole(Bytes),
    /// In pieces without an announced length.
    Chunked(Bytes),
    /// The connection breaks after these bytes.
    Broken(Bytes),
    /// The same piece for ever.
    Endless(Bytes),
}

impl Answer {
    /// This status and nothing else.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Content::Whole(Bytes::new()),
            delay: Duration::ZERO,
            gate: None,
        }
    }

    /// 200 and this body of this type.
    pub fn ok(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self::status(200).header(CONTENT_TYPE.as_str(), content_type).body(body)
    }

    /// 200 and this JSON.
    pub fn json(value: &Value) -> Self {
        Self::ok("application/json", value.to_string())
    }

    /// An error in the form of the OCI protocol.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({ "errors": [{ "code": code, "message": message }] });
        Self::json(&body).with_status(status)
    }

    /// 401 with this challenge.
    pub fn unauthorized(challenge: &str) -> Self {
        Self::error(401, "UNAUTHORIZED", "authentication required")
            .header(WWW_AUTHENTICATE.as_str(), challenge)
    }

    /// A redirect to this address.
    pub fn redirect(location: &str) -> Self {
        Self::status(307).header(LOCATION.as_str(), location)
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// With a further header; several of one name are sent one after the other.
    ///
    /// # Panics
    /// If it is no valid header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("the name of a header");
        let value: HeaderValue = value.parse().expect("the value of a header");
        self.headers.append(name, value);
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Content::Whole(body.into());
        self
    }

    /// With this body, whose length is not announced.
    #[must_use]
    pub fn chunked(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Content::Chunked(body.into());
        self
    }

    /// With the beginning of a body, after which the connection breaks.
    #[must_use]
    pub fn broken_after(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Content::Broken(body.into());
        self
    }

    /// With this piece of a body over and over, without an end.
    #[must_use]
    pub fn endless(mut self, piece: impl Into<Bytes>) -> Self {
        self.body = Content::Endless(piece.into());
        self
    }

    /// Announces a length that need not be the body's.
    #[must_use]
    pub fn announcing(self, length: u64) -> Self {
        self.header(CONTENT_LENGTH.as_str(), &length.to_string())
    }

    /// Only after this time.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Only when the gate has a permit, which is then used up. A test decides in this way what happens first.
    #[must_use]
    pub fn gated(mut self, gate: &Arc<Semaphore>) -> Self {
        self.gate = Some(Arc::clone(gate));
        self
    }

    pub(super) async fn send(self) -> Response {
        if let Some(gate) = &self.gate {
            gate.acquire().await.expect("tests do not close their gates").forget();
        }
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let broken = || std::io::Error::other("the script breaks the connection here");
        let body = match self.body {
            Content::Whole(body) => Body::from(body),
            Content::Chunked(body) => Body::from_stream(stream::iter([Ok::<_, std::io::Error>(body)])),
            Content::Broken(body) => {
                Body::from_stream(stream::iter([Ok(body)]).chain(stream::once(async move {
                    // The beginning has to reach the other side first.
                    tokio::task::yield_now().await;
                    Err(broken())
                })))
            }
            Content::Endless(piece) => {
                Body::from_stream(stream::repeat_with(move || Ok::<_, std::io::Error>(piece.clone())))
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status.try_into().expect("a status of three digits");
        *response.headers_mut() = self.headers;
        response
    }
}
