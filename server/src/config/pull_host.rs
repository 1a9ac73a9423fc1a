//! `PULL_URL`: the host that `docker pull` is given.

use url::Url;

use super::error::ConfigError;

pub(super) const VARIABLE: &str = "PULL_URL";
const EXAMPLE: &str = "PULL_URL=registry.example.com:5000";

/// Reads what stands before the repository in an image reference; a scheme is dropped, because references have none.
pub(super) fn parse(text: &str) -> Result<String, ConfigError> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest).trim_end_matches('/');
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-:/[]".contains(c);
    if rest.is_empty() || !rest.chars().all(allowed) {
        let why = "is not a host, as it stands before the repository in an image reference";
        // What is before an @ may be a password.
        return Err(match text.contains('@') {
            true => ConfigError::unseen(VARIABLE, why, EXAMPLE),
            false => ConfigError::value(VARIABLE, text, why, EXAMPLE),
        });
    }
    Ok(rest.to_owned())
}

/// The host of a registry's address, with its port unless it is the usual one.
pub(super) fn of_url(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match (host, url.port()) {
        // Docker Hub's references name another host than the one that speaks the protocol.
        ("registry-1.docker.io" | "index.docker.io" | "registry.hub.docker.com", None) => {
            "docker.io".to_owned()
        }
        (_, Some(port)) => format!("{host}:{port}"),
        (_, None) => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_what_references_do_not_have() {
        assert_eq!(parse("https://registry.example:5000/").unwrap(), "registry.example:5000");
        assert_eq!(parse("registry.example/prefix").unwrap(), "registry.example/prefix");
        assert!(parse("a b").is_err() && parse("https://").is_err());
        assert!(!parse("https://me:hunter2@host").unwrap_err().to_string().contains("hunter2"));
    }

    #[test]
    fn is_the_host_of_the_registry_otherwise() {
        let of = |text: &str| of_url(&text.parse().unwrap());
        assert_eq!(of("http://localhost:5000/"), "localhost:5000");
        assert_eq!(of("https://ghcr.io:443/"), "ghcr.io");
        assert_eq!(of("https://registry-1.docker.io/"), "docker.io");
    }
}
