//! `STOWAGE_LISTEN`, or `NGINX_LISTEN_PORT`: the address that the server listens on.

use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};

use super::Variables;
use super::error::ConfigError;
use super::remark::Remark;

const VARIABLE: &str = "STOWAGE_LISTEN";
/// A port on all addresses, where the variable above is not set.
const PORT: &str = "NGINX_LISTEN_PORT";
/// Only this machine is served unless somebody says otherwise.
const DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or `:8080` for all addresses of the machine.
pub(super) fn read(variables: &Variables) -> Result<SocketAddr, ConfigError> {
    let Some(text) = variables.text(VARIABLE)? else { return port(variables) };
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let everywhere = text.strip_prefix(':').and_then(|port| port.parse().ok());
    if let Some(port) = everywhere {
        return Ok(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)));
    }
    let named = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    named.ok_or_else(|| {
        let why = "is not an address and a port";
        ConfigError::value(
            VARIABLE,
            text,
            why,
            "STOWAGE_LISTEN=127.0.0.1:8080, or 0.0.0.0:8080 for everybody",
        )
    })
}

fn port(variables: &Variables) -> Result<SocketAddr, ConfigError> {
    let Some(text) = variables.text(PORT)? else { return Ok(DEFAULT) };
    match text.parse() {
        Ok(port @ 1..) => Ok(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))),
        _ => Err(ConfigError::value(PORT, text, "is not a port", "NGINX_LISTEN_PORT=8080")),
    }
}

/// Says so where the port is not the one that is listened on.
pub(super) fn remark(variables: &Variables) -> Option<Remark> {
    let set = |name| matches!(variables.text(name), Ok(Some(_)));
    (set(VARIABLE) && set(PORT))
        .then(|| Remark::unused(PORT, format!("{VARIABLE} says where Stowage listens")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<SocketAddr, ConfigError> {
        read(&Variables::from_iter([(VARIABLE, text)]))
    }

    #[test]
    fn reads_every_way_to_write_an_address() {
        for (text, address) in [
            ("", "127.0.0.1:8080"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            (" [::1]:8080 ", "[::1]:8080"),
            (":9000", "0.0.0.0:9000"),
        ] {
            assert_eq!(read_text(text), Ok(address.parse().unwrap()), "{text}");
        }
        assert_eq!(read_text("localhost:1234").unwrap().port(), 1234);
    }

    #[test]
    fn a_port_is_one_of_all_addresses_unless_an_address_is_given() {
        let of = |pairs: &[(&str, &str)]| read(&pairs.iter().copied().collect());
        assert_eq!(of(&[(PORT, "8081")]), Ok("0.0.0.0:8081".parse().unwrap()));
        assert_eq!(of(&[(PORT, "8081"), (VARIABLE, "127.0.0.1:9")]), Ok("127.0.0.1:9".parse().unwrap()));
        for wrong in ["0", "http", "8080 ssl", "65536"] {
            assert!(of(&[(PORT, wrong)]).unwrap_err().to_string().contains("is not a port"), "{wrong}");
        }
    }

    #[test]
    fn says_what_an_address_looks_like() {
        let error = read_text("8080").unwrap_err().to_string();
        assert!(
            error.starts_with("STOWAGE_LISTEN=\"8080\" is not an address and a port; for example"),
            "{error}"
        );
    }
}
