//! Software bills of materials: which packages are in something.

mod cyclonedx;
#[cfg(feature = "xml")]
mod cyclonedx_xml;
mod spdx;
mod spdx3;
mod tag_value;

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::statement::Carrier;
use super::{ArtifactKind, InvalidDocument, cut};
#[cfg(feature = "xml")]
pub(super) use cyclonedx_xml::is_cyclonedx_xml;

/// How many packages of a document are kept.
const MOST_PACKAGES: usize = 50_000;

/// The packages that an SBOM lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackageList {
    /// The format with its version: `SPDX-2.3`, `SPDX-3.0.1`, `CycloneDX 1.6`.
    pub format: String,
    /// What the document calls itself, or what it describes.
    pub name: Option<String>,
    /// When it was made, as it says.
    pub created: Option<String>,
    /// The packages in the document's order; the first 50,000.
    pub packages: Vec<Package>,
    /// How many there are.
    pub n_packages: usize,
}

/// A package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Its licence, as an SPDX expression or a name.
    pub licence: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
}

impl PackageList {
    /// Reads a document of a kind, in whichever of its notations it is.
    pub(super) fn parse(kind: ArtifactKind, bytes: &[u8]) -> Result<Self, InvalidDocument> {
        // Tools on Windows begin a text with a mark.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match (kind, bytes.trim_ascii_start().first()) {
            (ArtifactKind::Spdx, Some(b'{')) => spdx::list(serde_json::from_slice(bytes)?),
            (ArtifactKind::Spdx, _) => spdx::list(tag_value::read(&String::from_utf8_lossy(bytes))?),
            #[cfg(feature = "xml")]
            (_, Some(b'<')) => cyclonedx_xml::list(bytes),
            _ => cyclonedx::list(serde_json::from_slice(bytes)?),
        }
    }

    /// Reads a document that is the predicate of a statement.
    pub(super) fn carried(kind: ArtifactKind, statement: &[u8]) -> Result<Self, InvalidDocument> {
        if kind == ArtifactKind::CycloneDx {
            return cyclonedx::list(serde_json::from_slice::<Carrier<_>>(statement)?.predicate);
        }
        match serde_json::from_slice::<Carrier<Carried>>(statement)?.predicate {
            Carried::Document(document) => spdx::list(*document),
            Carried::Text(text) => Self::parse(kind, text.as_bytes()),
        }
    }

    /// The packages in whose name, version, licence or address a text occurs, whatever the case of its letters; all
    /// where it is empty.
    pub fn matching(&self, text: &str) -> impl Iterator<Item = &Package> {
        let text = text.trim().to_lowercase();
        let has = move |field: &str| field.to_lowercase().contains(&text);
        self.packages.iter().filter(move |it| {
            let others = [&it.version, &it.licence, &it.purl];
            has(&it.name) || others.into_iter().flatten().any(|field| has(field))
        })
    }
}

/// An SPDX document in a statement.
enum Carried {
    Document(Box<spdx::Document>),
    /// Cosign puts it there as one text, whatever the notation is, where it is not told that it is JSON.
    Text(String),
}

impl<'de> Deserialize<'de> for Carried {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CarriedVisitor)
    }
}

struct CarriedVisitor;

impl<'de> Visitor<'de> for CarriedVisitor {
    type Value = Carried;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an SPDX document")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Carried, A::Error> {
        spdx::Document::deserialize(MapAccessDeserializer::new(map)).map(|it| Carried::Document(Box::new(it)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Carried, E> {
        Ok(Carried::Text(text.to_owned()))
    }
}

impl Package {
    fn cut(self) -> Self {
        Self {
            name: cut(self.name),
            version: self.version.map(cut),
            licence: self.licence.map(cut),
            purl: self.purl.map(cut),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_by_any_of_their_fields() {
        let package = |name: &str, licence: Option<&str>| Package {
            name: name.to_owned(),
            licence: licence.map(str::to_owned),
            ..Package::default()
        };
        let packages = vec![package("openssl", Some("Apache-2.0")), package("zlib", None)];
        let list = PackageList { packages, ..PackageList::default() };
        let found = |text: &str| list.matching(text).map(|it| it.name.as_str()).collect::<Vec<_>>();
        assert_eq!(found(""), ["openssl", "zlib"]);
        assert_eq!(found(" SSL"), ["openssl"]);
        assert_eq!(found("apache"), ["openssl"]);
        assert!(found("curl").is_empty());
    }

    #[test]
    fn what_cosign_carries_as_a_text_is_read_in_either_notation() {
        for text in [
            "SPDXVersion: SPDX-2.3\nPackageName: zlib\n",
            r#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "zlib"}]}"#,
        ] {
            let statement = serde_json::json!({ "predicate": text }).to_string();
            let list = PackageList::carried(ArtifactKind::Spdx, statement.as_bytes()).unwrap();
            assert_eq!((list.packages[0].name.as_str(), list.n_packages), ("zlib", 1));
        }
        for predicate in ["null", "7", "[]", "{}", r#""""#] {
            let statement = format!(r#"{{"predicate": {predicate}}}"#);
            assert!(PackageList::carried(ArtifactKind::Spdx, statement.as_bytes()).is_err(), "{predicate}");
        }
    }
}
