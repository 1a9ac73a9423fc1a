//! The paths of the distribution protocol, `/v2/…`, as a type.

use std::fmt;
use std::str::FromStr;

use crate::{Digest, Reference, RepositoryName};

/// The longest id of an upload that is taken; that of distribution has 36 letters, others put a state into it.
const LONGEST_ID: usize = 4096;

/// What a path below `/v2/` is about (OCI distribution specification, "Endpoints").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiPath {
    /// `/v2/` itself.
    Root,
    /// The list of repositories.
    Catalog,
    /// The list of the tags of a repository.
    Tags(RepositoryName),
    /// A manifest.
    Manifest(RepositoryName, Reference),
    /// A blob.
    Blob(RepositoryName, Digest),
    /// What refers to a manifest.
    Referrers(RepositoryName, Digest),
    /// Where uploads begin.
    Uploads(RepositoryName),
    /// An upload that was begun.
    Upload(RepositoryName, UploadId),
}

/// The name of an upload, which the registry gives. It is one part of a path and cannot lead elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadId(String);

/// A path that is none of the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no path of the distribution protocol")]
pub struct UnknownPath;

impl UploadId {
    /// The name as the registry wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UploadId {
    type Err = UnknownPath;

    fn from_str(text: &str) -> Result<Self, UnknownPath> {
        let is_safe = |it: u8| it.is_ascii_alphanumeric() || b"-._~=:".contains(&it);
        let fits = (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(is_safe);
        // Parts of dots alone lead up in an address.
        match fits && !text.bytes().all(|it| it == b'.') {
            true => Ok(Self(text.to_owned())),
            false => Err(UnknownPath),
        }
    }
}

impl ApiPath {
    /// Whether a method asked of it needs the right to write. Of uploads only those know who send them.
    pub fn is_written_by(&self, method: &str) -> bool {
        !matches!(method, "GET" | "HEAD") || matches!(self, Self::Upload(..))
    }

    /// The repository that it is about, if it is about one.
    pub fn repository(&self) -> Option<&RepositoryName> {
        match self {
            Self::Root | Self::Catalog => None,
            Self::Tags(name)
            | Self::Manifest(name, _)
            | Self::Blob(name, _)
            | Self::Referrers(name, _)
            | Self::Uploads(name)
            | Self::Upload(name, _) => Some(name),
        }
    }
}

/// Reads what stands behind `/v2/`. It is read from its end, as registries do: names of repositories may hold the words
/// of the protocol.
impl FromStr for ApiPath {
    type Err = UnknownPath;

    fn from_str(path: &str) -> Result<Self, UnknownPath> {
        match path {
            "" => return Ok(Self::Root),
            "_catalog" => return Ok(Self::Catalog),
            _ => {}
        }
        let name = |text: &str| text.parse::<RepositoryName>().map_err(|_| UnknownPath);
        if let Some(repository) = path.strip_suffix("/tags/list") {
            return Ok(Self::Tags(name(repository)?));
        }
        let uploads = ["/blobs/uploads/", "/blobs/uploads"];
        if let Some(repository) = uploads.iter().find_map(|it| path.strip_suffix(it)) {
            return Ok(Self::Uploads(name(repository)?));
        }
        let (front, last) = path.rsplit_once('/').ok_or(UnknownPath)?;
        let digest = || last.parse::<Digest>().map_err(|_| UnknownPath);
        if let Some(repository) = front.strip_suffix("/manifests") {
            let reference = last.parse().map_err(|_| UnknownPath)?;
            return Ok(Self::Manifest(name(repository)?, reference));
        }
        if let Some(repository) = front.strip_suffix("/blobs") {
            return Ok(Self::Blob(name(repository)?, digest()?));
        }
        if let Some(repository) = front.strip_suffix("/referrers") {
            return Ok(Self::Referrers(name(repository)?, digest()?));
        }
        if let Some(repository) = front.strip_suffix("/blobs/uploads") {
            return Ok(Self::Upload(name(repository)?, last.parse()?));
        }
        Err(UnknownPath)
    }
}

/// What stands behind `/v2/`.
impl fmt::Display for ApiPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Catalog => f.write_str("_catalog"),
            Self::Tags(name) => write!(f, "{name}/tags/list"),
            Self::Manifest(name, reference) => write!(f, "{name}/manifests/{reference}"),
            Self::Blob(name, digest) => write!(f, "{name}/blobs/{digest}"),
            Self::Referrers(name, digest) => write!(f, "{name}/referrers/{digest}"),
            Self::Uploads(name) => write!(f, "{name}/blobs/uploads/"),
            Self::Upload(name, id) => write!(f, "{name}/blobs/uploads/{}", id.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn every_path_of_the_protocol_is_written_as_it_is_read() {
        for path in [
            "",
            "_catalog",
            "a/tags/list",
            "team/api/manifests/latest",
            &format!("team/api/manifests/{DIGEST}"),
            &format!("a/blobs/{DIGEST}"),
            &format!("a/referrers/{DIGEST}"),
            "a/blobs/uploads/",
            "a/blobs/uploads/3f2c1d9e-5b1a-4c57-9f0e-0c7f3a6f1b2d",
            "a/blobs/uploads/~AbC_d-=.x",
        ] {
            assert_eq!(path.parse::<ApiPath>().unwrap().to_string(), path);
        }
        assert_eq!("a/blobs/uploads".parse::<ApiPath>().unwrap().to_string(), "a/blobs/uploads/");
    }

    #[test]
    fn words_of_the_protocol_may_be_parts_of_names() {
        let repository = |path: &str| path.parse::<ApiPath>().unwrap().repository().unwrap().to_string();
        assert_eq!(repository("a/blobs/uploads/manifests/latest"), "a/blobs/uploads");
        assert_eq!(repository("a/manifests/blobs/uploads/id"), "a/manifests");
        assert_eq!(repository("tags/list/tags/list"), "tags/list");
        assert_eq!(repository("manifests/manifests/manifests"), "manifests");
    }

    #[test]
    fn nothing_else_is_a_path() {
        for path in [
            "a",
            "/",
            "a/tags",
            "tags/list",
            "A/tags/list",
            "a/../b/tags/list",
            "a//b/tags/list",
            "a%2Fb/tags/list",
            "a/manifests/",
            "a/manifests/x y",
            "manifests/latest",
            "a/blobs/latest",
            "a/blobs/uploads/..",
            "a/blobs/uploads/.",
            "a/blobs/uploads/a/b",
            "a/blobs/uploads/a?b",
            "a/blobs/uploads/a%2fb",
            "a/referrers/latest",
            "_catalog/",
            "a/_catalog",
        ] {
            assert_eq!(path.parse::<ApiPath>(), Err(UnknownPath), "{path}");
        }
    }
}
