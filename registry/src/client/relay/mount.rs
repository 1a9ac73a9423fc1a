//! Uploads that take a blob over from another repository, instead of sending it (OCI distribution specification,
//! "Mounting a blob from another repository").

use url::form_urlencoded::parse;

use super::RelayRequest;
use crate::RepositoryName;
use crate::api_path::ApiPath;

/// From where an upload is to take a blob over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mount {
    /// From one repository.
    From(RepositoryName),
    /// From wherever the registry finds it, or from where cannot be told.
    Anywhere,
}

impl RelayRequest {
    /// From where a blob is to be taken over, if one is.
    pub fn mount(&self) -> Option<Mount> {
        if !matches!(self.path, ApiPath::Uploads(_)) {
            return None;
        }
        let query = self.query.as_deref().unwrap_or_default();
        let values = |name: &'static str| parse(query.as_bytes()).filter(move |(key, _)| key == name);
        values("mount").next()?;
        let mut from = values("from");
        match (from.next().and_then(|(_, name)| name.parse().ok()), from.next()) {
            (Some(name), None) => Some(Mount::From(name)),
            _ => Some(Mount::Anywhere),
        }
    }

    /// The same as an upload that sends the blob.
    #[must_use]
    pub fn without_mount(mut self) -> Self {
        let is_kept = |part: &&str| parse(part.as_bytes()).all(|(key, _)| key != "mount" && key != "from");
        let query = self.query.as_deref().unwrap_or_default();
        let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
        self.query = Some(kept.join("&")).filter(|it| !it.is_empty());
        self
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::Method;
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::client::RelayBody;

    fn asked(query: &str) -> RelayRequest {
        RelayRequest {
            method: Method::POST,
            path: "a/blobs/uploads/".parse().unwrap(),
            query: Some(query.to_owned()),
            elsewhere: None,
            headers: HeaderMap::new(),
            body: RelayBody::Whole(Bytes::new()),
        }
    }

    #[test]
    fn it_is_known_from_where_a_blob_comes_or_that_it_is_not() {
        assert_eq!(asked("digest=x").mount(), None);
        assert_eq!(asked("from=b/c").mount(), None);
        let from = Some(Mount::From("b/c".parse().unwrap()));
        assert_eq!(asked("mount=x&from=b/c").mount(), from);
        assert_eq!(asked("%6dount=x&fro%6d=b%2Fc&y=z").mount(), from);
        for query in
            ["mount=x", "mount=x&from=", "mount=x&from=b&from=c", "mount=x&from=B", "mount=x&from=b&from=b"]
        {
            assert_eq!(asked(query).mount(), Some(Mount::Anywhere), "{query}");
        }
    }

    #[test]
    fn without_it_the_rest_is_kept_byte_for_byte() {
        let rest = |query: &str| asked(query).without_mount().query;
        assert_eq!(rest("mount=x&a=%2f+b&from=b&c"), Some("a=%2f+b&c".to_owned()));
        assert_eq!(rest("%6dount=x&fro%6d=b"), None);
        assert_eq!(asked("mount=x").without_mount().mount(), None);
    }
}
