//! Whoever a trusted proxy names.

use std::net::IpAddr;

use axum::http::HeaderMap;
use engine::{Identity, Way};

use crate::config::ProxyConfig;

/// How many groups are taken from a header.
const MOST_GROUPS: usize = 200;

/// Whom the headers name, if they come from the proxy; a name that stands there twice is nobody's.
pub(super) fn identity(config: &ProxyConfig, headers: &HeaderMap, from: IpAddr) -> Option<Identity> {
    if !config.from.contains(from) {
        return None;
    }
    let mut names = headers.get_all(&config.user_header).iter();
    let (name, None) = (names.next()?, names.next()) else {
        tracing::warn!(header = %config.user_header, "a request names several people, so that it is nobody's");
        return None;
    };
    let name = std::str::from_utf8(name.as_bytes()).ok()?.trim();
    if name.is_empty() {
        return None;
    }
    let identity = match Identity::new(Way::Proxy, name) {
        Ok(identity) => identity,
        Err(error) => {
            tracing::warn!(%error, header = %config.user_header, "a proxy names somebody who cannot be");
            return None;
        }
    };
    let groups = config.groups_header.iter().flat_map(|it| headers.get_all(it));
    let groups = groups.filter_map(|it| std::str::from_utf8(it.as_bytes()).ok()).flat_map(|it| it.split(','));
    let groups = groups.map(str::trim).filter(|it| !it.is_empty()).take(MOST_GROUPS);
    Some(identity.in_groups(groups.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(headers: &[(&'static str, &'static str)], from: &str) -> Option<Identity> {
        let config = ProxyConfig {
            user_header: "remote-user".parse().unwrap(),
            groups_header: Some("remote-groups".parse().unwrap()),
            from: ["172.18.0.0/16", "::1/128"].into_iter().map(|it| it.parse().unwrap()).collect(),
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        identity(&config, &map, from.parse().unwrap())
    }

    #[test]
    fn only_the_proxy_is_believed() {
        let headers = [("remote-user", "ann"), ("remote-groups", "ops, dev,")];
        let ann = named(&headers, "172.18.3.4").unwrap();
        assert_eq!(
            (ann.to_string().as_str(), ann.groups.as_slice()),
            ("proxy:ann", ["ops".to_owned(), "dev".to_owned()].as_slice())
        );
        assert!(named(&headers, "::1").is_some());
        for other in ["172.19.0.1", "127.0.0.1", "::2"] {
            assert_eq!(named(&headers, other), None, "{other}");
        }
    }

    #[test]
    fn a_header_that_is_missing_empty_or_there_twice_names_nobody() {
        assert_eq!(named(&[], "::1"), None);
        assert_eq!(named(&[("remote-user", " ")], "::1"), None);
        assert_eq!(named(&[("remote-user", "ann"), ("remote-user", "root")], "::1"), None);
    }
}
