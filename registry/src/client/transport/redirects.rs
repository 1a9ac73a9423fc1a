//! Where redirects may lead.

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, StatusCode};
use url::Url;

use super::Request;
use crate::client::hosts;
use crate::error::{BlockedReason, Error};

/// Whether a request changes something, and so must not go to another host than was meant.
pub(super) fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// Where an answer leads on to; `None` if it is no redirect.
pub(super) fn target(
    request: &Request,
    url: &Url,
    status: StatusCode,
    headers: &HeaderMap,
) -> Option<Result<Url, Error>> {
    let is_redirect = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = headers.get(LOCATION).filter(|_| is_redirect)?;
    let target = location.to_str().ok().and_then(|it| url.join(it).ok());
    let blocked = |host, why| Err(Error::Blocked { host, why });
    Some(match target {
        None => blocked(hosts::name(url), BlockedReason::NotHttp),
        Some(target) if is_change(&request.method) && target.origin() != request.url.origin() => {
            blocked(hosts::name(&target), BlockedReason::ChangeElsewhere)
        }
        Some(target) => Ok(target),
    })
}
