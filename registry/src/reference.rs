//! Names of repositories and of what lies in them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// The longest repository name that registries take, in bytes (distribution's `reference.NameTotalLengthMax`).
const LONGEST_NAME: usize = 255;
/// The longest tag (OCI distribution specification, "Pulling manifests").
const LONGEST_TAG: usize = 128;

/// The path of a repository, such as `library/nginx`.
///
/// One or more components of lower-case letters and digits, joined inside by `.`, `_`, `__` or dashes, and separated
/// by slashes (OCI distribution specification, "Pulling manifests").
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName(String);

/// A mutable name for a manifest, such as `latest` or `2.14.0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

/// What names a manifest within a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Reference {
    /// A tag, which may move.
    Tag(Tag),
    /// A digest, which cannot.
    Digest(Digest),
}

/// Why a text does not name a repository, a tag or a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReference {
    /// The text is not a repository's name.
    #[error(
        "{0:?} is not a repository name: expected lower-case letters, digits, and . _ - between them, in parts separated by slashes"
    )]
    Repository(String),
    /// The text is not a tag.
    #[error(
        "{0:?} is not a tag: expected up to 128 letters, digits, and . _ -, beginning with a letter, a digit or _"
    )]
    Tag(String),
    /// The text is not a digest.
    #[error(transparent)]
    Digest(#[from] crate::digest::InvalidDigest),
}

impl RepositoryName {
    /// The name as registries write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The namespace, `team/tools` of `team/tools/lint`; empty at the top level.
    pub fn namespace(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(namespace, _)| namespace)
    }

    /// The last part, `lint` of `team/tools/lint`.
    pub fn base_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }
}

impl FromStr for RepositoryName {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() <= LONGEST_NAME && text.split('/').all(is_component) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidReference::Repository(crate::shorten(text)))
        }
    }
}

fn is_component(text: &str) -> bool {
    let alphanumeric = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    alphanumeric(first)
        && alphanumeric(last)
        && bytes.split(alphanumeric).all(|separator| {
            matches!(separator, b"" | b"." | b"_" | b"__") || separator.iter().all(|&b| b == b'-')
        })
}

impl Tag {
    /// The tag as registries write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if (1..=LONGEST_TAG).contains(&bytes.len())
            && word(bytes[0])
            && bytes.iter().all(|&b| word(b) || b == b'.' || b == b'-')
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidReference::Tag(crate::shorten(text)))
        }
    }
}

impl Reference {
    /// The reference as it stands in a registry's addresses: the tag or the digest.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tag(tag) => tag.as_str(),
            Self::Digest(digest) => digest.as_str(),
        }
    }

    /// The character that separates it from the repository: `:` or `@`.
    pub fn separator(&self) -> char {
        match self {
            Self::Tag(_) => ':',
            Self::Digest(_) => '@',
        }
    }
}

/// A tag cannot contain a colon and a digest must, so the text alone tells which it is.
impl FromStr for Reference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(':') { Ok(Self::Digest(text.parse()?)) } else { Ok(Self::Tag(text.parse()?)) }
    }
}

macro_rules! text_conversions {
    ($($type:ty),*) => {$(
        impl TryFrom<String> for $type {
            type Error = InvalidReference;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(it: $type) -> Self {
                it.as_str().to_owned()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

text_conversions!(RepositoryName, Tag, Reference);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_names_that_registries_take() {
        for name in
            ["nginx", "library/nginx", "a/b/c/d/e", "my.app", "my_app", "my__app", "my---app", "0", "a1/2b"]
        {
            assert_eq!(name.parse::<RepositoryName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn refuses_names_that_could_lead_elsewhere() {
        let long = "a".repeat(256);
        for name in [
            "", "/", "a/", "/a", "a//b", "..", "a/../b", ".a", "a.", "a..b", "a___b", "A", "a b", "a%2fb",
            "a?b", "a#b", "a:b", "a@b", "é", "a\n", "a/_b", "-a", &long,
        ] {
            assert!(name.parse::<RepositoryName>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn tells_namespace_and_base_name_apart() {
        let name: RepositoryName = "team/tools/lint".parse().unwrap();
        assert_eq!((name.namespace(), name.base_name()), ("team/tools", "lint"));
        let name: RepositoryName = "nginx".parse().unwrap();
        assert_eq!((name.namespace(), name.base_name()), ("", "nginx"));
    }

    #[test]
    fn takes_tags_that_look_like_something_else() {
        for tag in ["latest", "null", "_", "1", "v1.2.3-rc.1", "sha256-abc.sig", "A_B.c-D", &"x".repeat(128)]
        {
            assert_eq!(tag.parse::<Tag>().unwrap().as_str(), tag);
        }
    }

    #[test]
    fn refuses_what_no_tag_can_be() {
        for tag in ["", ".", "-a", ".a", "a b", "a/b", "a:b", "é", "a\n", &"x".repeat(129)] {
            assert!(tag.parse::<Tag>().is_err(), "{tag:?}");
        }
    }

    #[test]
    fn reads_a_reference_as_tag_or_digest() {
        assert!(matches!("latest".parse(), Ok(Reference::Tag(_))));
        assert!(matches!(format!("sha256:{}", "a".repeat(64)).parse(), Ok(Reference::Digest(_))));
        assert!("sha256:short".parse::<Reference>().is_err());
    }
}
