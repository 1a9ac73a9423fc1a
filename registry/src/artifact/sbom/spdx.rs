//! SPDX 2, as JSON (SPDX specification 2.3).

use serde::Deserialize;

use super::{MOST_PACKAGES, Package, PackageList};
use crate::artifact::{InvalidDocument, cut};
use crate::lenient::Capped;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    spdx_version: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    creation_info: CreationInfo,
    #[serde(default)]
    packages: Capped<RawPackage, MOST_PACKAGES>,
}

#[derive(Default, Deserialize)]
struct CreationInfo {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    created: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPackage {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    version_info: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    license_concluded: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    license_declared: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::list")]
    external_refs: Vec<ExternalReference>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExternalReference {
    reference_type: String,
    reference_locator: String,
}

pub(super) fn list(document: Document) -> Result<PackageList, InvalidDocument> {
    if !document.spdx_version.starts_with("SPDX-2") {
        return Err(InvalidDocument::Other("SPDX 2 document"));
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
    // These two words say that nothing is known.
    let is_known = |it: &String| !matches!(it.as_str(), "NOASSERTION" | "NONE");
    let purl = it.external_refs.into_iter().find(|it| it.reference_type == "purl");
    Package {
        name: it.name,
        version: it.version_info.filter(is_known),
        licence: it.license_concluded.filter(is_known).or(it.license_declared.filter(is_known)),
        purl: purl.map(|it| it.reference_locator),
    }
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
        for text in [r#"{"@graph": []}"#, r#"{"spdxVersion": "SPDX-3.0"}"#, "[]", ""] {
            assert!(PackageList::parse(ArtifactKind::Spdx, text.as_bytes()).is_err(), "{text}");
        }
    }
}
