//! Where a registry says that an upload goes on.

use reqwest::header::{HeaderMap, LOCATION};
use url::Url;

use crate::api_path::ApiPath;
use crate::client::endpoint::Endpoint;
use crate::client::hosts;
use crate::error::{BlockedReason, Error};

/// Where something goes on, or lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayLocation {
    /// At an address of the protocol, in the repository that was asked about.
    Api {
        /// Where.
        path: ApiPath,
        /// The query, byte for byte.
        query: Option<String>,
    },
    /// At another address of the registry: its path and query. It says nothing of which repository it belongs to, so
    /// whoever gets it must not be able to change it.
    Elsewhere(String),
}

/// Where the answer to a request leads, if it leads anywhere.
///
/// What follows `/v2/` is believed whatever stands before it, as in `uploads`: behind a proxy that is often wrong.
///
/// # Errors
/// [`Error::Blocked`] where it leads to another host, which our credentials are not for.
pub(super) fn of(
    headers: &HeaderMap,
    asked: &Url,
    endpoint: &Endpoint,
    about: &ApiPath,
) -> Result<Option<RelayLocation>, Error> {
    let Some(location) = headers.get(LOCATION).and_then(|it| it.to_str().ok()) else { return Ok(None) };
    if let Some((path, query)) = below_api(location)
        && path.repository() == about.repository()
    {
        return Ok(Some(RelayLocation::Api { path, query }));
    }
    let blocked = |host, why| Err(Error::Blocked { host, why });
    let Ok(target) = asked.join(location) else { return blocked(hosts::name(asked), BlockedReason::NotHttp) };
    if target.origin() != endpoint.url("", None).origin() {
        return blocked(hosts::name(&target), BlockedReason::ChangeElsewhere);
    }
    let query = target.query().map(|it| format!("?{it}")).unwrap_or_default();
    Ok(Some(RelayLocation::Elsewhere(format!("{}{query}", target.path()))))
}

/// The path and the query of an address of the protocol.
fn below_api(location: &str) -> Option<(ApiPath, Option<String>)> {
    let location = location.split('#').next().unwrap_or_default();
    let (address, query) =
        location.split_once('?').map_or((location, None), |(front, query)| (front, Some(query)));
    let (_, path) = address.split_once("/v2/")?;
    Some((path.parse().ok()?, query.map(str::to_owned)))
}

/// The address of a [`RelayLocation::Elsewhere`], with what is asked besides.
pub(super) fn resume(own: &Url, elsewhere: &str, query: Option<&str>) -> Result<Url, Error> {
    let unreadable = || Error::Unreadable {
        what: "where the upload goes on".to_owned(),
        why: "it is no address of the registry".to_owned(),
    };
    let mut url = own.join(elsewhere).map_err(|_| unreadable())?;
    if url.origin() != own.origin() {
        return Err(unreadable());
    }
    let both: Vec<&str> = url.query().into_iter().chain(query).filter(|it| !it.is_empty()).collect();
    let both = (!both.is_empty()).then(|| both.join("&"));
    url.set_query(both.as_deref());
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPLOAD: &str = "team/api/blobs/uploads/3f2c1d9e";

    fn location(text: &str) -> Result<Option<RelayLocation>, Error> {
        let endpoint = Endpoint::new("https://registry.example/prefix".parse().unwrap()).unwrap();
        let asked = endpoint.url("team/api/blobs/uploads/", None);
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, text.parse().unwrap());
        of(&headers, &asked, &endpoint, &"team/api/blobs/uploads/".parse().unwrap())
    }

    #[test]
    fn what_follows_v2_is_believed_and_its_query_kept_byte_for_byte() {
        let state = "_state=a%2Fb-_~%3d=&x='\"&&y=%zz";
        for front in ["", "https://registry.example", "http://internal:5000/other", "/prefix", ".."] {
            let found = location(&format!("{front}/v2/{UPLOAD}?{state}#end")).unwrap().unwrap();
            let path = UPLOAD.parse().unwrap();
            assert_eq!(found, RelayLocation::Api { path, query: Some(state.to_owned()) }, "{front}");
        }
    }

    #[test]
    fn another_address_of_the_registry_is_told_apart() {
        for (text, elsewhere) in [
            ("/artifacts-uploads/a/b?c=d", "/artifacts-uploads/a/b?c=d"),
            ("https://registry.example/uploads/1", "/uploads/1"),
            ("/v2/team/api/blobs/upload/1", "/v2/team/api/blobs/upload/1"),
            ("/v2/team/other/blobs/uploads/1", "/v2/team/other/blobs/uploads/1"),
            ("session/1", "/prefix/v2/team/api/blobs/uploads/session/1"),
        ] {
            assert_eq!(
                location(text).unwrap(),
                Some(RelayLocation::Elsewhere(elsewhere.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn nothing_goes_on_at_another_host() {
        for text in ["https://evil.example/x", "//evil.example/x", "http://registry.example/x", "file:///x"] {
            assert!(matches!(location(text), Err(Error::Blocked { .. })), "{text}");
        }
        let own: Url = "https://registry.example/v2/".parse().unwrap();
        assert_eq!(
            resume(&own, "/u/1?a=b", Some("digest=sha256:00")).unwrap().as_str(),
            "https://registry.example/u/1?a=b&digest=sha256:00"
        );
        assert_eq!(resume(&own, "/u/1", None).unwrap().as_str(), "https://registry.example/u/1");
        assert!(resume(&own, "//evil.example/u", None).is_err());
    }
}
