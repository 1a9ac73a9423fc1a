//! Which network addresses a registry may lead us to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether the address can only be one of our own network, or of nobody: what the public internet never routes.
///
/// A registry that sends us there would use our place in the network for its own purposes.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || a == 0
        // Carrier-grade NAT (RFC 6598), where clouds keep services too.
        || (a == 100 && (64..128).contains(&b))
        // Protocol assignments (RFC 6890) and benchmarking (RFC 2544).
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    // The forms of IPv6 that carry an IPv4 address lead where that address leads.
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => return embedded(high, low) || segments[5] == 0,
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => return embedded(high, low),
        [0x64, 0xff9b, 1, ..] => return true,
        [0x2002, high, low, ..] => return embedded(high, low),
        _ => {}
    }
    address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        // Site-local, which was given up but is still in use.
        || (segments[0] & 0xffc0) == 0xfec0
}

/// A name of another host resolves to private addresses only.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private address")]
pub(crate) struct PrivateAddress;

/// Resolves names as the system does, and leaves out private addresses.
///
/// The check stands here because the connection goes to exactly the addresses that this returns: a name that has a
/// public address when it is checked and a private one when it is used (DNS rebinding) gains nothing.
#[derive(Debug)]
pub(crate) struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let nothing_found = found.is_empty();
            let public: Vec<SocketAddr> = found.into_iter().filter(|it| !is_private(it.ip())).collect();
            if public.is_empty() && !nothing_found {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_private_addresses_in_every_dress() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn lets_public_addresses_pass() {
        for address in [
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "2606:4700::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }

    #[tokio::test]
    async fn resolves_no_name_to_a_private_address() {
        let Err(error) = GuardedResolver.resolve("localhost".parse().unwrap()).await else {
            panic!("localhost was resolved");
        };
        assert!(error.is::<PrivateAddress>());
    }
}
