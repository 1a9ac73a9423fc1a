//! SPDX as JSON: the version 2 (SPDX specification 2.3), and what tells the version 3 from it.

use serde::Deserialize;
use serde_json::Value;

use super::spdx3::{self, Graph};
use super::{MOST_PACKAGES, Package, PackageList};
use crate::artifact::{InvalidDocument, cut};
use crate::lenient::Capped;

/// A document of either version; what belongs to the other one is empty.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    pub(super) spdx_version: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    pub(super) creation_info: CreationInfo,
    #[serde(default)]
    pub(super) packages: Capped<RawPackage, MOST_PACKAGES>,
    #[serde(default, rename = "@context")]
    context: Value,
    #[serde(default, rename = "@graph")]
    graph: Graph,
}

#[derive(Default, Deserialize)]
pub(super) struct CreationInfo {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    pub(super) created: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawPackage {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    pub(super) version_info: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    pub(super) license_concluded: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    pub(super) license_declared: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::list")]
    pub(super) external_refs: Vec<ExternalReference>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalReference {
    pub(super) reference_type: String,
    pub(super) reference_locator: String,
}

pub(super) fn list(document: Document) -> Result<PackageList, InvalidDocument> {
    if let Some(version) = spdx3::version(&document.context) {
        return Ok(document.graph.into_list(version));
    }
    if !document.spdx_version.starts_with("SPDX-2") {
        return Err(InvalidDocument::Other("SPDX document of version 2 or 3"));
    }
    Ok(PackageList {
        format: cut(document.spdx_version),
        name: document.name.map(cut),
        created: document.creation_info.created.map(cut),
        n_packages: document.packages.total,
        packages: document.packages.items.into_iter().map(|it| package(it).cut()).collect(),
    })
}

fn package(it: RawPackage) -> Package {
    let is_known = |it: &String| is_known(it);
    let mut references = it.external_refs.into_iter();
    let purl = references.find(|it| it.reference_type == "purl" && !it.reference_locator.is_empty());
    Package {
        name: it.name,
        version: it.version_info.filter(is_known),
        licence: it.license_concluded.filter(is_known).or(it.license_declared.filter(is_known)),
        purl: purl.map(|it| it.reference_locator),
    }
}

/// Two words say that nothing is known.
pub(super) fn is_known(text: &str) -> bool {
    !matches!(text, "NOASSERTION" | "NONE")
}

#[cfg(test)]
mod tests {
    use crate::artifact::{ArtifactKind, PackageList};

    #[test]
    fn packages_have_versions_licences_and_addresses() {
        let text = r#"{"spdxVersion": "SPDX-2.3", "name": "app", "creationInfo": {"created": "2026-01-02T03:04:05Z"},
            "packages": [
                {"name": "zlib", "versionInfo": "1.3.1", "licenseConcluded": "NOASSERTION", "licenseDeclared": "Zlib",
                 "externalRefs": [{"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"}, {"x": 1},
                                  {"referenceType": "purl", "referenceLocator": "pkg:deb/zlib@1.3.1"}]},
                {"name": "odd", "versionInfo": 3, "externalRefs": null},
                "no package"
            ]}"#;
        let list = PackageList::parse(ArtifactKind::Spdx, text.as_bytes()).unwrap();
        assert_eq!((list.format.as_str(), list.name.as_deref()), ("SPDX-2.3", Some("app")));
        assert_eq!((list.packages.len(), list.n_packages), (2, 3));
        let [zlib, odd] = list.packages.as_slice() else { panic!("{list:?}") };
        assert_eq!(zlib.version.as_deref(), Some("1.3.1"));
        assert_eq!(zlib.licence.as_deref(), Some("Zlib"));
        assert_eq!(zlib.purl.as_deref(), Some("pkg:deb/zlib@1.3.1"));
        assert_eq!((odd.name.as_str(), &odd.version, &odd.purl), ("odd", &None, &None));
    }

    #[test]
    fn other_versions_are_not_guessed_at() {
        let graph = r#"{"@context": "https://example.com/context", "@graph": []}"#;
        for text in [graph, r#"{"@graph": []}"#, r#"{"spdxVersion": "SPDX-3.0"}"#, "{", "[]", ""] {
            assert!(PackageList::parse(ArtifactKind::Spdx, text.as_bytes()).is_err(), "{text}");
        }
    }
}
