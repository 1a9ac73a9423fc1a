//! What must hold for whatever strangers send and people write: see `registry/src/fuzzing.rs`.

use std::str;

use app::address::Address;
use app::same_site_path::SameSitePath;
use url::Url;

pub use crate::access::htpasswd::htpasswd;

/// A page is found again by its path.
pub fn address(input: &[u8]) {
    let Some(address) = str::from_utf8(input).ok().and_then(|it| Address::parse(it).ok()) else { return };
    // A registry that has the name of a page is refused by the configuration, and so is one without a name.
    if let Some(registry) = address.registry() {
        let catalog = Address::Catalog { registry: registry.to_owned() };
        if Address::parse(&catalog.path()).as_ref() != Ok(&catalog) {
            return;
        }
    }
    let path = address.path();
    assert_eq!(Address::parse(&path), Ok(address), "{path}");
    assert!(!path.contains(['?', '#', '"', '<', '>', '\'']), "{path}");
    assert!(SameSitePath::parse(&path).is_some(), "{path}");
}

/// No browser takes a path for another site, whatever it stands on.
pub fn same_site_path(input: &[u8]) {
    let Some(path) = str::from_utf8(input).ok().and_then(SameSitePath::parse) else { return };
    assert_eq!(str::from_utf8(input), Ok(path.as_str()));
    for here in ["https://stowage.example:8443/a/b?c", "http://[::1]:8080/"] {
        let here: Url = here.parse().expect("it is an address");
        let there = here.join(path.as_str()).expect("it is a path");
        assert_eq!(there.origin(), here.origin(), "{path:?}");
        assert_eq!((there.username(), there.password()), ("", None));
    }
    axum::http::HeaderValue::from_str(path.as_str()).expect("it stands in a header");
}

#[cfg(test)]
mod tests {
    use testbed::kept_inputs::replay;

    #[test]
    fn address() {
        replay("address", super::address);
    }

    #[test]
    fn htpasswd() {
        replay("htpasswd", super::htpasswd);
    }

    #[test]
    fn same_site_path() {
        replay("same_site_path", super::same_site_path);
    }
}
