//! Which headers are passed on. What is not listed stays here: credentials, cookies, and what belongs to one connection.

use reqwest::header::{
    ACCEPT, ACCEPT_RANGES, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE,
    RETRY_AFTER, WARNING,
};

const fn name(text: &'static str) -> HeaderName {
    HeaderName::from_static(text)
}

/// What the registry is told. The length of a body is told by the body itself.
const TOLD: [HeaderName; 8] =
    [ACCEPT, CONTENT_RANGE, CONTENT_TYPE, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE];

/// What is told of its answer.
const ANSWERED: [HeaderName; 20] = [
    ACCEPT_RANGES,
    ALLOW,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_RANGE,
    CONTENT_TYPE,
    ETAG,
    LAST_MODIFIED,
    RANGE,
    RETRY_AFTER,
    WARNING,
    name("docker-content-digest"),
    name("docker-upload-uuid"),
    name("oci-chunk-max-length"),
    name("oci-chunk-min-length"),
    name("oci-filters-applied"),
    name("oci-subject"),
    name("oci-tag"),
    name("ratelimit-limit"),
    name("ratelimit-remaining"),
];

pub(super) fn of_request(headers: &HeaderMap) -> HeaderMap {
    only(headers, &TOLD)
}

pub(super) fn of_answer(headers: &HeaderMap) -> HeaderMap {
    only(headers, &ANSWERED)
}

fn only(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in names {
        for value in headers.get_all(name) {
            kept.append(name, value.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_what_belongs_to_a_connection_stay_here() {
        let mut headers = HeaderMap::new();
        for name in [
            "authorization",
            "cookie",
            "connection",
            "transfer-encoding",
            "te",
            "upgrade",
            "expect",
            "host",
            "proxy-authorization",
            "x-forwarded-for",
            "set-cookie",
            "www-authenticate",
            "location",
            "link",
            "strict-transport-security",
        ] {
            headers.insert(HeaderName::from_static(name), "x".parse().unwrap());
        }
        assert!(of_request(&headers).is_empty() && of_answer(&headers).is_empty());
        headers.append(ACCEPT, "a".parse().unwrap());
        headers.append(ACCEPT, "b".parse().unwrap());
        assert_eq!(of_request(&headers).get_all(ACCEPT).iter().count(), 2);
    }
}
