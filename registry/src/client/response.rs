//! What a registry answered, and what it means.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

use crate::client::area::Area;
use crate::client::error_body::Complaint;
use crate::error::Error;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The host that answered, after redirects.
    pub(crate) host: String,
    /// Whether that is the registry itself.
    pub(crate) own: bool,
}

impl Response {
    /// The header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type without parameters; empty if there is none.
    pub(crate) fn content_type(&self) -> String {
        crate::media_type::essence(self.header(CONTENT_TYPE.as_str()).unwrap_or_default())
    }

    /// Whether the answer is a page for people.
    pub(crate) fn is_html(&self) -> bool {
        matches!(self.content_type().as_str(), "text/html" | "application/xhtml+xml")
    }

    /// Whether the status says that the other side is in trouble that may pass.
    pub(crate) fn is_passing_trouble(&self) -> bool {
        matches!(
            self.status,
            StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        )
    }

    /// The body in the shape that the protocol gives it. Anything else does not come from a registry.
    pub(crate) fn json<T: DeserializeOwned>(&self, what: &str) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| Error::NotARegistry {
            host: self.host.clone(),
            why: format!("{what} is not what the protocol says ({})", crate::shorten(&error.to_string())),
        })
    }

    /// What an answer means that is neither a success nor otherwise understood.
    pub(crate) fn error(&self, area: &Area) -> Error {
        let complaint = Complaint::read(&self.body);
        if self.own && self.status == StatusCode::FORBIDDEN {
            return self.denied(area, &complaint);
        }
        self.upstream_error(&complaint)
    }

    /// Who asks is known, but not allowed.
    pub(crate) fn denied(&self, area: &Area, complaint: &Complaint) -> Error {
        Error::Denied {
            host: self.host.clone(),
            action: area.action(),
            status: self.status.as_u16(),
            message: complaint.message.clone(),
        }
    }

    pub(crate) fn upstream_error(&self, complaint: &Complaint) -> Error {
        Error::Upstream {
            host: self.host.clone(),
            status: self.status.as_u16(),
            code: complaint.code.clone(),
            message: complaint.words(self.status),
        }
    }
}
