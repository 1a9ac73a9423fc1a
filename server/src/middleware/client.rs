//! Who is at the other end of a request, as far as the proxies before us tell. Nothing else reads their headers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::Response;

use crate::config::Networks;
use crate::services::Services;

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";
const FORWARDED_HOST: &str = "x-forwarded-host";

/// Who is at the other end of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// Where the connection comes from, which may be a proxy.
    pub(crate) peer: IpAddr,
    /// Where the request comes from: what counts attempts, and what people find in the audit and among their sessions.
    pub(crate) address: IpAddr,
    /// Whether it left the browser over https.
    pub(crate) is_https: bool,
    /// The host that the browser asked, with its port where it is not the usual one.
    pub(crate) host: Option<String>,
}

/// Leaves in the request's extensions who asks.
pub(crate) async fn recognise(
    State(services): State<Services>,
    mut request: Request,
    next: Next,
) -> Response {
    let access = services.access();
    // Without a socket, as in tests, it is an address of no machine.
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(it)| it.ip().to_canonical());
    let client = Client::new(peer, request.headers(), request.uri(), access.trusted_proxies());
    let client = match access.public_url() {
        Some(url) => Client { is_https: url.scheme() == "https", ..client },
        None => client,
    };
    request.extensions_mut().insert(client);
    next.run(request).await
}

impl Client {
    fn new(peer: IpAddr, headers: &HeaderMap, uri: &Uri, trusted: &Networks) -> Self {
        let is_trusted = trusted.contains(peer);
        let forwarded = |name| last(headers, name).filter(|_| is_trusted);
        let forwarded_host = forwarded(FORWARDED_HOST).filter(|it| is_host(it));
        let host = forwarded_host.or_else(|| headers.get(HOST).and_then(|it| it.to_str().ok()));
        Self {
            peer,
            address: address(peer, headers, trusted),
            is_https: forwarded(FORWARDED_PROTO).is_some_and(|it| it.eq_ignore_ascii_case("https")),
            host: host.or_else(|| uri.authority().map(Authority::as_str)).map(str::to_owned),
        }
    }
}

/// The nearest address that is no trusted proxy's.
///
/// Each proxy writes behind the others from where the request came to it. So they are read from the end, and only what
/// somebody trusted wrote is read at all: before that there may stand whatever a client has made up.
fn address(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    let mut nearest = peer;
    for hop in from_the_end(headers, FORWARDED_FOR) {
        if !trusted.contains(nearest) {
            break;
        }
        let Some(address) = hop.and_then(hop_address) else { break };
        nearest = address.to_canonical();
    }
    nearest
}

/// Reads `192.0.2.1`, `2001:db8::1` and `[2001:db8::1]`, each of them with a port or without.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|it| it.ip());
    let in_brackets = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse().ok().or_else(with_port).or_else(in_brackets)
}

/// What the nearest proxy wrote, which is the last of a list.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    from_the_end(headers, name).next().flatten()
}

/// The parts of a list from its end, each nothing where it is no text: what one part is spoils none of the others.
fn from_the_end<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = Option<&'a str>> {
    let lines = headers.get_all(name).iter().rev().map(HeaderValue::as_bytes);
    let parts = lines.flat_map(|line| line.rsplit(|it| *it == b','));
    parts.map(|it| str::from_utf8(it).ok().map(str::trim))
}

fn is_host(text: &str) -> bool {
    !text.contains('@') && text.parse::<Authority>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn client(peer: &str, headers: &[(&'static str, &[u8])]) -> Client {
        let trusted = ["10.0.0.0/8", "fd00::/8"].into_iter().map(|it| it.parse().unwrap()).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        Client::new(peer.parse().unwrap(), &map, &Uri::from_static("/"), &trusted)
    }

    fn address_of(peer: &str, lines: &[&'static str]) -> String {
        let headers: Vec<_> = lines.iter().map(|it| (FORWARDED_FOR, it.as_bytes())).collect();
        client(peer, &headers).address.to_string()
    }

    #[test]
    fn the_nearest_address_that_is_no_trusted_proxy_is_the_clients() {
        assert_eq!(address_of(PROXY, &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(address_of(PROXY, &["192.0.2.1, 10.2.3.4,fd00::1"]), "192.0.2.1");
        assert_eq!(address_of(PROXY, &["192.0.2.1", "10.2.3.4"]), "192.0.2.1", "lines are one list");
        assert_eq!(address_of(PROXY, &["10.9.9.9, 10.2.3.4"]), "10.9.9.9", "somebody on the proxy itself");
        assert_eq!(address_of(PROXY, &[]), PROXY);
    }

    #[test]
    fn what_a_client_made_up_is_not_looked_at() {
        for made_up in
            ["198.51.100.9, 192.0.2.1", "10.0.0.9, 192.0.2.1", "x, , 192.0.2.1", "_hidden,192.0.2.1"]
        {
            assert_eq!(address_of(PROXY, &[made_up]), "192.0.2.1", "{made_up}");
        }
        assert_eq!(client(PROXY, &[(FORWARDED_FOR, b"\xff, 192.0.2.1")]).address.to_string(), "192.0.2.1");
        for (peer, line) in [("192.0.2.7", "198.51.100.9"), ("192.0.2.7", "10.0.0.9"), ("::1", "::2")] {
            assert_eq!(address_of(peer, &[line]), peer, "nobody believes {peer}");
        }
    }

    #[test]
    fn what_cannot_be_read_leaves_what_is_known() {
        for line in ["", "unknown", "192.0.2.1,", "192.0.2.1 10.0.0.2", "192.0.2.256", "for=192.0.2.1"] {
            assert_eq!(address_of(PROXY, &[line]), PROXY, "{line}");
        }
        assert_eq!(address_of(PROXY, &["unknown, 10.2.3.4"]), "10.2.3.4");
    }

    #[test]
    fn addresses_are_read_however_proxies_write_them() {
        for (line, address) in [
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(address_of(PROXY, &[line]), address, "{line}");
        }
    }

    #[test]
    fn scheme_and_host_are_those_of_the_nearest_proxy() {
        let https = (FORWARDED_PROTO, "HTTPS".as_bytes());
        let told = client(PROXY, &[https, (FORWARDED_HOST, b"a.example:8443"), ("host", b"stowage:8080")]);
        assert_eq!((told.is_https, told.host.as_deref()), (true, Some("a.example:8443")));
        let told = client("192.0.2.7", &[https, (FORWARDED_HOST, b"evil.example"), ("host", b"stowage")]);
        assert_eq!((told.is_https, told.host.as_deref()), (false, Some("stowage")));
        let told = client(PROXY, &[(FORWARDED_PROTO, b"https, http"), (FORWARDED_HOST, b"evil.example, a")]);
        assert_eq!((told.is_https, told.host.as_deref()), (false, Some("a")));
        for wrong in ["", "a b", "me@a", "a/b", "http://a"] {
            let told = client(PROXY, &[(FORWARDED_HOST, wrong.as_bytes()), ("host", b"stowage")]);
            assert_eq!(told.host.as_deref(), Some("stowage"), "{wrong:?}");
        }
    }
}
