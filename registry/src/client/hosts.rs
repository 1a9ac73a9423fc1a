//! Which hosts a request may go to, and which of them may see our credentials.

use hyper_util::client::proxy::matcher::Matcher;
use url::{Host, Url};

use crate::client::addresses::is_private;
use crate::error::{BlockedReason, Error};

/// The registry's host, and those it may lead to.
#[derive(Debug)]
pub(crate) struct Hosts {
    own: Url,
    trusted: Vec<String>,
    proxies: Matcher,
}

/// How to reach a host that a request may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The registry itself: same scheme, host and port.
    Own,
    /// A host whose addresses need no check: the registry's under another port, a trusted one, or one that only a
    /// proxy resolves.
    Unchecked,
    /// Any other host: its name must not lead to a private address.
    Guarded,
}

impl Hosts {
    pub(crate) fn new(own: Url, trusted: &[String]) -> Self {
        let trusted = trusted.iter().map(|it| it.trim().to_ascii_lowercase()).collect();
        Self { own, trusted, proxies: Matcher::from_system() }
    }

    /// How to reach the host of this address, or the rule that forbids it.
    pub(crate) fn route(&self, url: &Url) -> Result<Route, Error> {
        let blocked = |why| Err(Error::Blocked { host: name(url), why });
        let Some(host) = url.host().filter(|_| matches!(url.scheme(), "http" | "https")) else {
            return blocked(BlockedReason::NotHttp);
        };
        if url.origin() == self.own.origin() {
            return Ok(Route::Own);
        }
        if self.own.scheme() == "https" && url.scheme() == "http" {
            return blocked(BlockedReason::PlainHttp);
        }
        if self.own.host().is_some_and(|own| own == host) || self.trusts(url) {
            return Ok(Route::Unchecked);
        }
        let proxied = url.as_str().parse().is_ok_and(|uri| self.proxies.intercept(&uri).is_some());
        let private = match host {
            Host::Ipv4(address) => is_private(address.into()),
            Host::Ipv6(address) => is_private(address.into()),
            // Names are checked when they are resolved. A proxy does that itself, and this one it would find there.
            Host::Domain(domain) => {
                let domain = domain.trim_end_matches('.');
                proxied && (domain == "localhost" || domain.ends_with(".localhost"))
            }
        };
        match (private, proxied) {
            (true, _) => blocked(BlockedReason::PrivateAddress),
            (false, true) => Ok(Route::Unchecked),
            (false, false) => Ok(Route::Guarded),
        }
    }

    fn trusts(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        let with_port = format!("{host}:{port}");
        self.trusted.iter().any(|it| it == "*" || it == host || *it == with_port)
    }
}

/// The host as it is written in a reference: with the port, unless it is the scheme's own.
pub(crate) fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let name = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    crate::shorten(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(own: &str, trusted: &[&str], url: &str) -> Result<Route, BlockedReason> {
        let trusted: Vec<String> = trusted.iter().map(|&it| it.to_owned()).collect();
        let hosts =
            Hosts { proxies: Matcher::builder().build(), ..Hosts::new(own.parse().unwrap(), &trusted) };
        hosts.route(&url.parse().unwrap()).map_err(|error| match error {
            Error::Blocked { why, .. } => why,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn only_the_same_scheme_host_and_port_are_the_registry_itself() {
        let own = "https://registry.example/";
        assert_eq!(route(own, &[], "https://registry.example:443/v2/"), Ok(Route::Own));
        assert_eq!(route(own, &[], "https://registry.example:444/v2/"), Ok(Route::Unchecked));
        assert_eq!(route(own, &[], "https://other.example/v2/"), Ok(Route::Guarded));
        assert_eq!(route("http://localhost:5000", &[], "http://localhost:5001/token"), Ok(Route::Unchecked));
        assert_eq!(route("http://registry.example", &[], "https://registry.example/"), Ok(Route::Unchecked));
    }

    #[test]
    fn never_leads_from_https_to_http() {
        let own = "https://registry.example/";
        assert_eq!(route(own, &["*"], "http://registry.example/token"), Err(BlockedReason::PlainHttp));
        assert_eq!(route(own, &["*"], "http://other.example/token"), Err(BlockedReason::PlainHttp));
        assert_eq!(route("http://registry.example/", &[], "http://other.example/token"), Ok(Route::Guarded));
    }

    #[test]
    fn never_leads_to_a_private_address_that_is_not_trusted() {
        let own = "https://registry.example/";
        for url in [
            "https://10.0.0.5/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://169.254.169.254/latest",
            "https://0x7f.1/x",
            "https://2130706433/x",
            "https://[::ffff:10.0.0.1]/",
        ] {
            assert_eq!(route(own, &[], url), Err(BlockedReason::PrivateAddress), "{url}");
            assert_eq!(route(own, &["*"], url), Ok(Route::Unchecked), "{url}");
        }
        assert_eq!(route(own, &["10.0.0.5:9000"], "https://10.0.0.5:9000/x"), Ok(Route::Unchecked));
        assert_eq!(route(own, &["10.0.0.5:9000"], "https://10.0.0.5/x"), Err(BlockedReason::PrivateAddress));
        assert_eq!(route(own, &["MinIO.internal"], "https://minio.internal/x"), Ok(Route::Unchecked));
    }

    #[test]
    fn leads_nowhere_but_to_http() {
        for url in ["file:///etc/passwd", "ftp://a.example/", "data:,x"] {
            assert_eq!(route("http://registry.example/", &["*"], url), Err(BlockedReason::NotHttp), "{url}");
        }
    }

    #[test]
    fn leaves_names_to_the_proxy_that_resolves_them() {
        let hosts = Hosts {
            proxies: Matcher::builder().https("http://proxy.internal:3128").build(),
            ..Hosts::new("https://registry.example".parse().unwrap(), &[])
        };
        assert_eq!(hosts.route(&"https://cdn.example/x".parse().unwrap()), Ok(Route::Unchecked));
        for url in ["https://10.0.0.1/x", "https://localhost/x", "https://a.localhost./x"] {
            assert!(hosts.route(&url.parse().unwrap()).is_err(), "{url}");
        }
    }
}
