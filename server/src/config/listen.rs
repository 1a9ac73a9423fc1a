//! `STOWAGE_LISTEN`: the address that the server listens on.

use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};

use super::Variables;
use super::error::ConfigError;

const VARIABLE: &str = "STOWAGE_LISTEN";
/// Only this machine is served unless somebody says otherwise.
const DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or `:8080` for all addresses of the machine.
pub(super) fn read(variables: &Variables) -> Result<SocketAddr, ConfigError> {
    let Some(text) = variables.text(VARIABLE)? else { return Ok(DEFAULT) };
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
    fn says_what_an_address_looks_like() {
        let error = read_text("8080").unwrap_err().to_string();
        assert!(
            error.starts_with("STOWAGE_LISTEN=\"8080\" is not an address and a port; for example"),
            "{error}"
        );
    }
}
