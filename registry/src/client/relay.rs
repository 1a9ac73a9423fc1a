//! Passing on what somebody else asks of the registry, and what it answers.
//!
//! Bodies are passed on as they come, byte for byte, in both directions. Who asks the registry is Stowage: what it is
//! told of whoever asks Stowage is what the headers say that are listed here, and nothing else.

mod headers;
mod location;
mod mount;

use std::fmt;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use url::Url;

use crate::api_path::ApiPath;
use crate::client::area::Area;
use crate::client::error_body::Complaint;
use crate::client::response::Response;
use crate::client::transport::{BoxError, Deadline, Outgoing, Passage, Request};
use crate::client::{Client, link};
use crate::error::Error;

pub use location::RelayLocation;
pub use mount::Mount;

/// What somebody asks of the registry.
pub struct RelayRequest {
    /// The method.
    pub method: Method,
    /// What it is about.
    pub path: ApiPath,
    /// The query, as it was sent.
    pub query: Option<String>,
    /// Where an upload goes on, if the registry named an address that is none of the protocol's: a
    /// [`RelayLocation::Elsewhere`] that it gave itself.
    pub elsewhere: Option<String>,
    /// The headers, of which only some are passed on.
    pub headers: HeaderMap,
    /// The body.
    pub body: RelayBody,
}

/// What is passed on with a request.
pub enum RelayBody {
    /// All of it, which can be sent again.
    Whole(Bytes),
    /// What comes bit by bit, and can be sent once.
    Stream {
        /// The bits; an error says that there should have been more.
        chunks: BoxStream<'static, Result<Bytes, BoxError>>,
        /// How many bytes they have together, if that is known.
        length: Option<u64>,
    },
}

/// What the registry answers.
pub struct Relayed {
    /// The status.
    pub status: StatusCode,
    /// The headers that may be passed on. Addresses are not among them.
    pub headers: HeaderMap,
    /// Where an upload goes on, or where something lies now.
    pub location: Option<RelayLocation>,
    /// The query of the next page of a list.
    pub next: Option<String>,
    /// The body. Where it breaks off, its last item is an error.
    pub body: BoxStream<'static, Result<Bytes, Error>>,
}

impl fmt::Debug for RelayRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RelayBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "Whole({})", bytes.len()),
            Self::Stream { length, .. } => write!(f, "Stream({length:?})"),
        }
    }
}

impl fmt::Debug for Relayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relayed").field("status", &self.status).finish_non_exhaustive()
    }
}

impl RelayRequest {
    /// A request of our own, to read something.
    pub fn get(path: ApiPath) -> Self {
        Self {
            method: Method::GET,
            path,
            query: None,
            elsewhere: None,
            headers: HeaderMap::new(),
            body: RelayBody::Whole(Bytes::new()),
        }
    }

    fn area(&self) -> Area {
        let writes = self.path.is_written_by(self.method.as_str());
        match self.path.repository() {
            None if self.path == ApiPath::Catalog => Area::Catalog,
            None => Area::Root,
            Some(name) if writes => Area::Writing(name.clone()),
            Some(name) => Area::Repository(name.clone()),
        }
    }
}

impl Client {
    /// Passes a request on, and gives what is answered, whatever its status.
    ///
    /// It waits for no turn: a large layer would keep the turns of pages and scans for minutes. How many there may be
    /// at once is for the caller to say.
    ///
    /// # Errors
    /// Where there is no answer, or none that says something about the request: the registry cannot be reached, refuses
    /// our credentials, or leads where it must not.
    pub async fn relay(&self, request: RelayRequest) -> Result<Relayed, Error> {
        let area = request.area();
        let url = self.relay_url(&request)?;
        let what = format!("/v2/{}", request.path);
        let mut headers = headers::of_request(&request.headers);
        // What is compressed or decompressed on the way is not what its digest says.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let (body, stream) = match request.body {
            RelayBody::Whole(bytes) => (bytes, None),
            RelayBody::Stream { chunks, length } => (Bytes::new(), Some(Outgoing::new(chunks, length))),
        };
        let session = &self.inner.session;
        if stream.is_some() && !session.knows(&area) {
            // What can be sent only once must not be what is refused for want of credentials.
            self.ping().await?;
        }
        let method = request.method.clone();
        let asked = Request { method, url: url.clone(), headers, body, limit: 0, what, retry: false };
        let mut passage = Passage { request: asked, stream, spent: false };
        let deadline = Deadline::after(self.config().timeouts.call);
        let (response, rest) = session.pass(&mut passage, &area, deadline).await?;
        let headers = headers::of_answer(&response.headers);
        let next = link::next_query(&response.headers);
        let Some(rest) = rest else { return refusal(response, headers, &request.method) };
        if response.own && response.is_html() {
            let why =
                "it answered with a web page; a login page or another site may stand before it".to_owned();
            return Err(Error::NotARegistry { host: response.host, why });
        }
        let location = location::of(&response.headers, &url, &self.inner.endpoint, &request.path)?;
        let body = self.inner.session.transport.rest(rest, response.host);
        Ok(Relayed { status: response.status, headers, location, next, body })
    }

    fn relay_url(&self, request: &RelayRequest) -> Result<Url, Error> {
        let endpoint = &self.inner.endpoint;
        let Some(elsewhere) = &request.elsewhere else {
            return Ok(endpoint.url(&request.path.to_string(), request.query.as_deref()));
        };
        location::resume(&endpoint.url("", None), elsewhere, request.query.as_deref())
    }
}

/// The answer of a registry that does not do what was asked, in its own words if they are those of the protocol.
fn refusal(response: Response, mut headers: HeaderMap, method: &Method) -> Result<Relayed, Error> {
    // Of these, clients want the status and the headers only.
    let is_bare = matches!(response.status.as_u16(), 304 | 412 | 416) || *method == Method::HEAD;
    let is_told = response.own && (is_bare || is_protocol(&response.body));
    if !is_told && (!is_bare || response.status.is_server_error()) {
        return Err(response.upstream_error(&Complaint::read(&response.body)));
    }
    let body = if is_bare { Bytes::new() } else { response.body };
    if *method != Method::HEAD {
        headers.remove(CONTENT_LENGTH);
    }
    let body = stream::iter((!body.is_empty()).then_some(Ok(body))).boxed();
    Ok(Relayed { status: response.status, headers, location: None, next: None, body })
}

/// Whether a body is that of an error as the protocol has it.
fn is_protocol(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(body)
        .is_ok_and(|it| it.get("errors").is_some_and(serde_json::Value::is_array))
}
