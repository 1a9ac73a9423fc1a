//! `STOWAGE_LISTEN`, or `NGINX_LISTEN_PORT`: the address that the server listens on.

use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};

use super::Variables;
use super::error::ConfigError;
use super::remark::Remark;

const VARIABLE: &str = "STOWAGE_LISTEN";
const EXAMPLE: &str = "STOWAGE_LISTEN=127.0.0.1:8080, or 0.0.0.0:8080 for everybody";
/// A port on all addresses, where the variable above is not set.
const PORT: &str = "NGINX_LISTEN_PORT";
/// What the image says where neither is set.
const IMAGE: &str = "STOWAGE_LISTEN_DEFAULT";
const IMAGE_EXAMPLE: &str = "STOWAGE_LISTEN_DEFAULT=0.0.0.0:80,0.0.0.0:8080";
/// Only this machine is served unless somebody says otherwise.
const DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Reads where to listen: at the first of these addresses that the system lets this user have.
///
/// Only an image names several. What it is run by decides whether its user may have port 80, and nobody who publishes
/// that port of it, as they did of docker-registry-ui, should have to know.
pub(super) fn read(variables: &Variables) -> Result<Vec<SocketAddr>, ConfigError> {
    if let Some(text) = variables.text(VARIABLE)? {
        return Ok(vec![address(VARIABLE, text, EXAMPLE)?]);
    }
    if let Some(port) = port(variables)? {
        return Ok(vec![SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))]);
    }
    let Some(text) = variables.text(IMAGE)? else { return Ok(vec![DEFAULT]) };
    text.split(',').map(|text| address(IMAGE, text.trim(), IMAGE_EXAMPLE)).collect()
}

/// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or `:8080` for all addresses of the machine.
fn address(variable: &str, text: &str, example: &str) -> Result<SocketAddr, ConfigError> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let everywhere = text.strip_prefix(':').and_then(|port| port.parse().ok());
    if let Some(port) = everywhere {
        return Ok(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)));
    }
    let named = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    named.ok_or_else(|| ConfigError::value(variable, text, "is not an address and a port", example))
}

fn port(variables: &Variables) -> Result<Option<u16>, ConfigError> {
    let Some(text) = variables.text(PORT)? else { return Ok(None) };
    match text.parse() {
        Ok(port @ 1..) => Ok(Some(port)),
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

    fn of(pairs: &[(&str, &str)]) -> Result<String, ConfigError> {
        let addresses = read(&pairs.iter().copied().collect())?;
        Ok(addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn reads_every_way_to_write_an_address() {
        for (text, address) in [
            ("", "127.0.0.1:8080"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            (" [::1]:8080 ", "[::1]:8080"),
            (":9000", "0.0.0.0:9000"),
        ] {
            assert_eq!(of(&[(VARIABLE, text)]).unwrap(), address, "{text}");
        }
        assert!(of(&[(VARIABLE, "localhost:1234")]).unwrap().ends_with(":1234"));
    }

    #[test]
    fn a_port_is_one_of_all_addresses_unless_an_address_is_given() {
        assert_eq!(of(&[(PORT, "8081")]).unwrap(), "0.0.0.0:8081");
        assert_eq!(of(&[(PORT, "8081"), (VARIABLE, "127.0.0.1:9")]).unwrap(), "127.0.0.1:9");
        for wrong in ["0", "http", "8080 ssl", "65536"] {
            assert!(of(&[(PORT, wrong)]).unwrap_err().to_string().contains("is not a port"), "{wrong}");
        }
    }

    #[test]
    fn what_the_image_says_holds_until_somebody_says_otherwise() {
        let image = (IMAGE, "0.0.0.0:80, :8080");
        assert_eq!(of(&[image]).unwrap(), "0.0.0.0:80 0.0.0.0:8080");
        assert_eq!(of(&[image, (PORT, "8081")]).unwrap(), "0.0.0.0:8081");
        assert_eq!(of(&[image, (VARIABLE, "[::]:90")]).unwrap(), "[::]:90");
        let error = of(&[(IMAGE, "0.0.0.0:80,")]).unwrap_err().to_string();
        assert!(error.starts_with("STOWAGE_LISTEN_DEFAULT=\"\" is not an address"), "{error}");
    }

    #[test]
    fn says_what_an_address_looks_like() {
        let error = of(&[(VARIABLE, "8080")]).unwrap_err().to_string();
        assert!(
            error.starts_with("STOWAGE_LISTEN=\"8080\" is not an address and a port; for example"),
            "{error}"
        );
    }
}
