//! `REGISTRY_ID`: what a registry is called in addresses.

use super::error::ConfigError;

pub(super) const VARIABLE: &str = "REGISTRY_ID";
const EXAMPLE: &str = "REGISTRY_ID=registry.example.com";

/// The first parts of all addresses that are not those of a registry, now or later.
const TAKEN: [&str; 31] = [
    "_",
    "activity",
    "api",
    "assets",
    "cleanup",
    "compare",
    "events",
    "favicon",
    "favicon.ico",
    "favicon.svg",
    "healthz",
    "hooks",
    "jobs",
    "login",
    "logout",
    "manifest.webmanifest",
    "metrics",
    "pkg",
    "plans",
    "preferences",
    "readyz",
    "refresh",
    "repositories",
    "robots.txt",
    "scans",
    "search",
    "settings",
    "static",
    "theme.css",
    "trash",
    "usage",
];

/// Checks that an id can stand at the beginning of an address and means nothing else there.
pub(super) fn check(variable: &str, id: &str) -> Result<(), ConfigError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-:[]".contains(c);
    if id.is_empty() || !id.chars().all(allowed) || id.chars().all(|c| c == '.') {
        let why = "is not an id: expected letters, digits and . _ - :";
        return Err(ConfigError::value(variable, id, why, EXAMPLE));
    }
    if id.eq_ignore_ascii_case("v2") || TAKEN.iter().any(|taken| id.eq_ignore_ascii_case(taken)) {
        let why =
            format!("is the name of a page, so no registry can be called that; its address would be /{id}");
        return Err(ConfigError::value(variable, id, why, EXAMPLE));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_hosts_as_references_write_them() {
        for id in ["localhost:5000", "ghcr.io", "registry", "[::1]:5000", "api.example"] {
            assert_eq!(check(VARIABLE, id), Ok(()), "{id}");
        }
    }

    #[test]
    fn refuses_the_names_of_pages() {
        for id in ["search", "API", "v2", "healthz", "pkg", "repositories"] {
            assert!(check(VARIABLE, id).unwrap_err().to_string().contains("is the name of a page"), "{id}");
        }
    }

    #[test]
    fn refuses_what_cannot_be_one_part_of_a_path() {
        for id in ["", "a/b", "a b", "..", "a?b", "é"] {
            assert!(check(VARIABLE, id).unwrap_err().to_string().contains("is not an id"), "{id}");
        }
    }
}
