//! SPDX 3, as JSON-LD (SPDX specification 3.0.1, "Serializations"): one flat list of elements that point at each other.

use std::collections::HashMap;

use serde::Deserialize;

use super::spdx::is_known;
use super::{MOST_PACKAGES, Package, PackageList};
use crate::artifact::cut;
use crate::lenient::Capped;

/// How many elements that say something about packages are kept.
const MOST_ELEMENTS: usize = 3 * MOST_PACKAGES;

/// The elements of a document. All others, such as files and their relationships, are passed by.
pub(super) type Graph = Capped<Element, MOST_ELEMENTS>;

#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
pub(super) enum Element {
    CreationInfo(CreationInfo),
    SpdxDocument(Named),
    #[serde(rename = "software_Package")]
    Package(RawPackage),
    #[serde(rename = "simplelicensing_LicenseExpression")]
    LicenceExpression(Licence),
    #[serde(rename = "expandedlicensing_ListedLicense")]
    ListedLicence(Licence),
    #[serde(rename = "expandedlicensing_CustomLicense")]
    CustomLicence(Licence),
    Relationship(Relationship),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreationInfo {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    created: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::text")]
    spec_version: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawPackage {
    spdx_id: String,
    #[serde(default, deserialize_with = "crate::lenient::text")]
    name: String,
    #[serde(rename = "software_packageVersion", default, deserialize_with = "crate::lenient::optional_text")]
    version: Option<String>,
    #[serde(rename = "software_packageUrl", default, deserialize_with = "crate::lenient::optional_text")]
    purl: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::list")]
    external_identifier: Vec<ExternalIdentifier>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExternalIdentifier {
    external_identifier_type: String,
    identifier: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Licence {
    spdx_id: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    name: Option<String>,
    #[serde(
        rename = "simplelicensing_licenseExpression",
        default,
        deserialize_with = "crate::lenient::optional_text"
    )]
    expression: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relationship {
    relationship_type: LicenceRelation,
    from: String,
    #[serde(default, deserialize_with = "crate::lenient::list")]
    to: Vec<String>,
}

/// The relationships that say under which licence something is; what somebody concluded counts before what is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum LicenceRelation {
    #[serde(rename = "hasDeclaredLicense")]
    Declared,
    #[serde(rename = "hasConcludedLicense")]
    Concluded,
}

pub(super) fn list(graph: Graph) -> PackageList {
    let mut list = PackageList { format: "SPDX-3.0".to_owned(), ..PackageList::default() };
    let (mut packages, mut licences) = (Vec::new(), HashMap::new());
    let mut licence_of: HashMap<String, (LicenceRelation, Vec<String>)> = HashMap::new();
    for element in graph.items {
        match element {
            Element::CreationInfo(it) if list.created.is_none() => {
                list.created = it.created.map(cut);
                if it.spec_version.starts_with('3') {
                    list.format = cut(format!("SPDX-{}", it.spec_version));
                }
            }
            Element::CreationInfo(_) => {}
            Element::SpdxDocument(it) => list.name = it.name.map(cut),
            Element::Package(it) => packages.push(it),
            Element::LicenceExpression(it) | Element::ListedLicence(it) | Element::CustomLicence(it) => {
                let text = it.expression.or(it.name);
                licences.extend(text.map(|text| (it.spdx_id, text)));
            }
            Element::Relationship(it) => {
                let known = licence_of.get(&it.from).map(|(relation, _)| *relation);
                if known < Some(it.relationship_type) {
                    licence_of.insert(it.from, (it.relationship_type, it.to));
                }
            }
        }
    }
    list.n_packages = packages.len();
    packages.truncate(MOST_PACKAGES);
    let licence = |of: &str| {
        let (_, to) = licence_of.get(of)?;
        let names: Vec<&str> = to.iter().filter_map(|it| name_of(it, &licences)).collect();
        (!names.is_empty()).then(|| names.join(" AND "))
    };
    list.packages = packages
        .into_iter()
        .map(|it| {
            let licence = licence(&it.spdx_id);
            package(it, licence).cut()
        })
        .collect();
    list
}

/// What a licence is called that a relationship leads to. Those of SPDX's own list need no element.
fn name_of<'a>(id: &'a str, licences: &'a HashMap<String, String>) -> Option<&'a str> {
    if let Some(name) = licences.get(id) {
        return Some(name).filter(|it| is_known(it)).map(String::as_str);
    }
    id.strip_prefix("https://spdx.org/licenses/").or_else(|| id.strip_prefix("http://spdx.org/licenses/"))
}

fn package(it: RawPackage, licence: Option<String>) -> Package {
    let identified =
        it.external_identifier.into_iter().find(|id| id.external_identifier_type == "packageUrl");
    let purl = it.purl.or(identified.map(|id| id.identifier));
    Package { name: it.name, version: it.version, licence, purl }
}

#[cfg(test)]
mod tests {
    use crate::artifact::PackageList;
    use crate::artifact::sbom::Notation;

    #[test]
    fn packages_are_found_among_the_elements_with_what_points_at_them() {
        let text = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
            {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-01-02T03:04:05Z"},
            {"type": "SpdxDocument", "spdxId": "urn:d", "name": "app", "creationInfo": "_:c"},
            {"type": "software_Package", "spdxId": "urn:zlib", "name": "zlib", "software_packageVersion": "1.3.1",
             "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl",
                                     "identifier": "pkg:deb/zlib@1.3.1"}, 5]},
            {"type": "software_Package", "spdxId": "urn:odd", "name": "odd", "software_packageUrl": "pkg:odd"},
            {"type": "software_Package", "name": "nobody can point at it"},
            {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:l", "simplelicensing_licenseExpression": "Zlib"},
            {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:n", "simplelicensing_licenseExpression": "NOASSERTION"},
            {"type": "Relationship", "relationshipType": "hasConcludedLicense", "from": "urn:zlib", "to": ["urn:l"]},
            {"type": "Relationship", "relationshipType": "hasDeclaredLicense", "from": "urn:zlib", "to": ["urn:n"]},
            {"type": "Relationship", "relationshipType": "hasDeclaredLicense", "from": "urn:odd",
             "to": ["https://spdx.org/licenses/MIT"]},
            {"type": "Relationship", "relationshipType": "contains", "from": "urn:d", "to": ["urn:zlib"]},
            {"type": "software_File", "spdxId": "urn:f", "name": "a file"}, null
        ]}"#;
        let list = PackageList::parse(Notation::SpdxJson, text.as_bytes()).unwrap();
        assert_eq!((list.format.as_str(), list.name.as_deref()), ("SPDX-3.0.1", Some("app")));
        assert_eq!(list.created.as_deref(), Some("2026-01-02T03:04:05Z"));
        let [zlib, odd] = list.packages.as_slice() else { panic!("{list:?}") };
        assert_eq!((zlib.version.as_deref(), zlib.licence.as_deref()), (Some("1.3.1"), Some("Zlib")));
        assert_eq!(zlib.purl.as_deref(), Some("pkg:deb/zlib@1.3.1"));
        assert_eq!((odd.licence.as_deref(), odd.purl.as_deref()), (Some("MIT"), Some("pkg:odd")));
    }

    #[test]
    fn a_document_without_packages_is_empty_and_no_error() {
        let list = PackageList::parse(Notation::SpdxJson, br#"{"@graph": []}"#).unwrap();
        assert_eq!((list.format.as_str(), list.n_packages), ("SPDX-3.0", 0));
    }
}
