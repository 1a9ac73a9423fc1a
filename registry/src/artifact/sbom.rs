//! Software bills of materials: which packages are in something.

mod cyclonedx;
mod spdx;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::statement::Carrier;
use super::{ArtifactKind, InvalidDocument, cut};

/// How many packages of a document are kept.
const MOST_PACKAGES: usize = 50_000;

/// The packages that an SBOM lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackageList {
    /// The format with its version: `SPDX-2.3`, `CycloneDX 1.6`.
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
    /// Reads a document.
    pub(super) fn parse(kind: ArtifactKind, bytes: &[u8]) -> Result<Self, InvalidDocument> {
        match kind {
            ArtifactKind::Spdx => spdx::list(serde_json::from_slice(bytes)?),
            _ => cyclonedx::list(serde_json::from_slice(bytes)?),
        }
    }

    /// Reads a document that is the predicate of a statement.
    pub(super) fn carried(kind: ArtifactKind, statement: &[u8]) -> Result<Self, InvalidDocument> {
        fn predicate<T: DeserializeOwned>(statement: &[u8]) -> Result<T, InvalidDocument> {
            Ok(serde_json::from_slice::<Carrier<T>>(statement)?.predicate)
        }
        match kind {
            ArtifactKind::Spdx => spdx::list(predicate(statement)?),
            _ => cyclonedx::list(predicate(statement)?),
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
}
