//! The addresses of a registry's API.

use url::Url;

use crate::error::Error;

/// The address before `/v2/`.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    base: Url,
}

impl Endpoint {
    /// Takes the configured address, with or without a slash at its end.
    pub(crate) fn new(mut base: Url) -> Result<Self, Error> {
        let invalid = |why: &str| Error::InvalidConfig { setting: "url".to_owned(), why: why.to_owned() };
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none_or(str::is_empty) {
            return Err(invalid("it must begin with https:// or http:// and name a host"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(invalid("credentials do not belong into the address, where they would be shown"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(invalid("it must end with its path"));
        }
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        Ok(Self { base })
    }

    /// The address of a part of the API, such as `library/nginx/tags/list`.
    ///
    /// Names, tags and digests are checked types, so that nothing in `path` can lead elsewhere.
    pub(crate) fn url(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/v2/{path}", self.base.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_path_of_a_reverse_proxy() {
        for (base, url) in [
            ("https://host", "https://host/v2/a/tags/list?n=1"),
            ("https://host/", "https://host/v2/a/tags/list?n=1"),
            ("http://host:5000/pre/fix/", "http://host:5000/pre/fix/v2/a/tags/list?n=1"),
            ("http://host/prefix", "http://host/prefix/v2/a/tags/list?n=1"),
        ] {
            let endpoint = Endpoint::new(base.parse().unwrap()).unwrap();
            assert_eq!(endpoint.url("a/tags/list", Some("n=1")).as_str(), url);
        }
        let endpoint = Endpoint::new("https://host".parse().unwrap()).unwrap();
        assert_eq!(endpoint.url("", None).as_str(), "https://host/v2/");
        assert_eq!(endpoint.url("a/blobs/sha256:00", None).path(), "/v2/a/blobs/sha256:00");
    }

    #[test]
    fn refuses_addresses_that_cannot_be_meant() {
        for base in [
            "ftp://host/",
            "https://user:secret@host/",
            "https://token@host/",
            "https://host/?a=b",
            "https://host/#a",
        ] {
            assert!(
                matches!(Endpoint::new(base.parse().unwrap()), Err(Error::InvalidConfig { .. })),
                "{base}"
            );
        }
    }
}
