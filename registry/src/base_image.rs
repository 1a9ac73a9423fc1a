//! The base that an image says it was built on.
//!
//! The names are those of the OCI image specification ("Pre-Defined Annotation Keys").

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::reference::{Reference, RepositoryName, Tag};

/// The annotation with the name of the base.
const NAME: &str = "org.opencontainers.image.base.name";
/// The annotation with the digest that the name stood for.
const DIGEST: &str = "org.opencontainers.image.base.digest";
/// The registry of names that name none.
const USUAL_REGISTRY: &str = "docker.io";

/// The base that an image says it was built on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimedBase {
    /// The reference of the base, as it is written: `docker.io/library/debian:12`.
    pub name: Option<String>,
    /// The digest that the reference stood for.
    pub digest: Option<Digest>,
}

impl ClaimedBase {
    /// What annotations and labels say; the first that say something count.
    pub fn of<'a>(sources: impl IntoIterator<Item = &'a BTreeMap<String, String>> + Clone) -> Self {
        let first = |key: &str| {
            let values = sources.clone().into_iter().filter_map(|it| it.get(key));
            values.map(|it| it.trim().to_owned()).find(|it| !it.is_empty())
        };
        Self { name: first(NAME), digest: first(DIGEST).and_then(|it| it.parse().ok()) }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.digest.is_none()
    }

    /// The host, repository and tag or digest that the name means, with what the names of Docker leave out.
    pub fn parts(&self) -> Option<(String, RepositoryName, Reference)> {
        let name = self.name.as_deref()?;
        let (host, rest) = match name.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest.to_owned()),
            Some(_) => (USUAL_REGISTRY, name.to_owned()),
            None => (USUAL_REGISTRY, format!("library/{name}")),
        };
        if let Some((name, digest)) = rest.split_once('@') {
            let name = name.split_once(':').map_or(name, |(name, _)| name);
            return Some((host.to_owned(), name.parse().ok()?, Reference::Digest(digest.parse().ok()?)));
        }
        let (name, tag) = rest.rsplit_once(':').unwrap_or((&rest, "latest"));
        Some((host.to_owned(), name.parse().ok()?, Reference::Tag(tag.parse::<Tag>().ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> ClaimedBase {
        ClaimedBase { name: Some(name.to_owned()), digest: None }
    }

    #[test]
    fn names_are_read_as_docker_reads_them() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (name, host, repository, reference) in [
            ("debian", "docker.io", "library/debian", "latest"),
            ("team/app:1.0", "docker.io", "team/app", "1.0"),
            ("docker.io/library/debian:12", "docker.io", "library/debian", "12"),
            ("localhost:5000/a/b:c", "localhost:5000", "a/b", "c"),
            (&format!("ghcr.io/a/b:c@{digest}"), "ghcr.io", "a/b", &digest),
        ] {
            let (found_host, found, found_reference) = named(name).parts().unwrap();
            assert_eq!((found_host.as_str(), found.as_str()), (host, repository), "{name}");
            assert_eq!(found_reference.as_str(), reference, "{name}");
        }
        for name in ["", "UPPER/case:1", "a b", "javascript:alert(1)//x/y z"] {
            assert_eq!(named(name).parts(), None, "{name}");
        }
    }

    #[test]
    fn the_first_that_says_something_counts() {
        let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let digest = format!("sha256:{}", "b".repeat(64));
        let maps = [
            map(&[(NAME, " ")]),
            map(&[(NAME, "debian:12"), (DIGEST, "nothing")]),
            map(&[(DIGEST, &digest)]),
        ];
        let claimed = ClaimedBase::of(&maps);
        assert_eq!((claimed.name.as_deref(), claimed.digest), (Some("debian:12"), None));
        assert!(ClaimedBase::of(&maps[..1]).is_empty());
        assert_eq!(ClaimedBase::of(&maps[2..]).digest.unwrap().as_str(), digest);
    }
}
