//! What changes something must come from our own pages, or from a program, never from another site's page.

use axum::extract::{Extension, Request};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::client::Client;
use crate::problem::{of_server, refuse};

/// Refuses everything but reading when a browser says that another site asks for it.
pub(crate) async fn check(Extension(client): Extension<Client>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_own(request.headers(), client.host.as_deref()) {
        return next.run(request).await;
    }
    let detail = "The browser says that another site sent this request, so nothing was done.";
    let mut problem =
        of_server(StatusCode::FORBIDDEN, "cross-site-request", "Refused for your safety", detail);
    problem.remedy = Some(
        "Repeat it on a page of Stowage. If that fails too, the reverse proxy must pass the host on: \
         proxy_set_header Host $http_host"
            .to_owned(),
    );
    refuse(problem)
}

/// Browsers of today send `Sec-Fetch-Site` over https and to this machine, and `Origin` with every form; programs send
/// neither, and carry no cookies that another site could abuse. (OWASP, "Cross-Site Request Forgery Prevention".)
fn is_own(headers: &HeaderMap, host: Option<&str>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|it| it.split_once("://")).map(|(_, host)| host);
    matches!((origin, host), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_own_with(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap =
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        is_own(&headers, headers.get("host").map(|it| it.to_str().unwrap()))
    }

    #[test]
    fn our_own_pages_and_programs_may() {
        assert!(is_own_with(&[("host", "a:8080")]));
        assert!(is_own_with(&[("host", "a:8080"), ("sec-fetch-site", "same-origin")]));
        assert!(is_own_with(&[("host", "a:8080"), ("origin", "http://a:8080")]));
        assert!(is_own_with(&[("host", "a"), ("origin", "https://A")]));
    }

    #[test]
    fn other_sites_may_not() {
        for site in ["cross-site", "same-site", ""] {
            assert!(
                !is_own_with(&[("host", "a"), ("origin", "https://a"), ("sec-fetch-site", site)]),
                "{site}"
            );
        }
        for origin in ["https://b", "https://a.b", "https://a:444", "null", ""] {
            assert!(!is_own_with(&[("host", "a"), ("origin", origin)]), "{origin}");
        }
        assert!(!is_own_with(&[("origin", "https://a")]));
    }
}
