//! What the address of a registry looks like, in `REGISTRY_URL` and wherever else one is named.

use std::net::IpAddr;

use url::{Host, Url};

use super::error::ConfigError;

pub(super) const VARIABLE: &str = "REGISTRY_URL";
pub(super) const EXAMPLE: &str =
    "REGISTRY_URL=https://registry.example.com, or REGISTRY_URL=http://localhost:5000";

/// Reads the address before `/v2/`, with the path that a reverse proxy puts before it.
///
/// Without a scheme it is https, as Docker has it; except on this machine, in private networks and for names without
/// a dot, which is how the services of a compose file are called: there registries rarely have certificates.
pub(super) fn parse(variable: &str, text: &str) -> Result<Url, ConfigError> {
    let example = EXAMPLE.replace(VARIABLE, variable);
    let wrong = |why: &str| Err(ConfigError::value(variable, &hide_credentials(text), why, &example));
    let parsed = match text.split_once("://") {
        Some(_) => Url::parse(text),
        None => Url::parse(&format!("https://{text}")),
    };
    let mut url = match parsed {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        Ok(_) => return wrong("begins with neither http:// nor https://"),
        Err(error) => return wrong(&format!("is not an address ({error})")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("holds credentials, which belong into REGISTRY_USERNAME and REGISTRY_PASSWORD");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("has a part after ? or #, which addresses of registries do not have");
    }
    if !text.contains("://") && url.host().is_some_and(|host| is_near(&host)) {
        // Changing between https and http cannot fail.
        let _ = url.set_scheme("http");
    }
    let path = url.path().trim_end_matches('/');
    let path = format!("{}/", path.strip_suffix("/v2").unwrap_or(path));
    url.set_path(&path);
    Ok(url)
}

fn is_near(host: &Host<&str>) -> bool {
    let near = |address: IpAddr| match address {
        IpAddr::V4(it) => it.is_loopback() || it.is_private() || it.is_link_local(),
        IpAddr::V6(it) => it.is_loopback() || it.is_unique_local() || it.is_unicast_link_local(),
    };
    match host {
        Host::Domain(name) => !name.contains('.') || name.ends_with(".localhost"),
        Host::Ipv4(address) => near(IpAddr::V4(*address)),
        Host::Ipv6(address) => near(IpAddr::V6(*address)),
    }
}

/// The text without what stands before an `@` in its host.
fn hide_credentials(text: &str) -> String {
    let (scheme, rest) =
        text.split_once("://").map_or(("", text), |(_, rest)| (&text[..text.len() - rest.len()], rest));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rfind('@') {
        Some(at) => format!("{scheme}<redacted>{}", &rest[at..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_the_scheme_that_fits_the_place() {
        for (text, url) in [
            ("https://registry.example", "https://registry.example/"),
            ("http://registry.example:80", "http://registry.example/"),
            ("registry.example", "https://registry.example/"),
            ("registry.example:5000/", "https://registry.example:5000/"),
            ("registry:5000", "http://registry:5000/"),
            ("localhost:5000", "http://localhost:5000/"),
            ("127.0.0.1:5000", "http://127.0.0.1:5000/"),
            ("10.0.0.7", "http://10.0.0.7/"),
            ("[::1]:5000", "http://[::1]:5000/"),
            ("8.8.8.8", "https://8.8.8.8/"),
            ("https://localhost", "https://localhost/"),
        ] {
            assert_eq!(parse(VARIABLE, text).unwrap().as_str(), url, "{text}");
        }
    }

    #[test]
    fn keeps_the_prefix_of_a_reverse_proxy_and_drops_the_api_path() {
        for (text, url) in [
            ("https://nexus.example/repository/docker/", "https://nexus.example/repository/docker/"),
            ("https://nexus.example/repository/docker", "https://nexus.example/repository/docker/"),
            ("https://registry.example/v2/", "https://registry.example/"),
            ("https://registry.example/a/v2", "https://registry.example/a/"),
        ] {
            assert_eq!(parse(VARIABLE, text).unwrap().as_str(), url, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_address_without_showing_a_password() {
        for text in [
            "ftp://a",
            "http://",
            "https://someone:hunter2@a/",
            "someone:hunter2@a",
            "https://a/?q",
            "https://a b:hunter2@c d/",
            "ssh://u:hunter2@h",
        ] {
            let error = parse(VARIABLE, text).unwrap_err().to_string();
            assert!(error.starts_with("REGISTRY_URL=") && error.contains("for example"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
