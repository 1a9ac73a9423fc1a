use serde_json::json;

use super::*;
use crate::artifact::{ArtifactKind, InvalidDocument};

const CONTEXT: &str = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";

fn list(graph: &Value) -> PackageList {
    let document = json!({ "@context": CONTEXT, "@graph": graph });
    PackageList::parse(ArtifactKind::Spdx, document.to_string().as_bytes()).unwrap()
}

fn licence(id: &str, expression: &str) -> Value {
    json!({
        "type": "simplelicensing_LicenseExpression", "spdxId": id, "simplelicensing_licenseExpression": expression,
    })
}

fn licensed(from: &str, kind: &str, to: &Value) -> Value {
    json!({ "type": "Relationship", "from": from, "relationshipType": kind, "to": to })
}

#[test]
fn packages_have_versions_licences_and_addresses() {
    let list = list(&json!([
        licensed("urn:zlib", "hasDeclaredLicense", &json!(["https://spdx.org/licenses/Zlib"])),
        licensed("urn:zlib", "hasConcludedLicense", &json!(["https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion"])),
        licensed("urn:core", "hasDeclaredLicense", &json!(["urn:no"])),
        licensed("urn:core", "hasConcludedLicense", &json!(["urn:mit", "urn:own"])),
        licensed("urn:core", "dependsOn", &json!(["urn:zlib"])),
        { "type": "CreationInfo", "@id": "_:other", "created": "2020-01-01T00:00:00Z" },
        { "type": "CreationInfo", "@id": "_:made", "specVersion": "3.0.1", "created": "2026-01-02T03:04:05Z" },
        { "type": "SpdxDocument", "spdxId": "urn:document", "creationInfo": "_:made", "name": "app" },
        { "type": "software_Package", "spdxId": "urn:zlib", "name": "zlib", "software_packageVersion": "1.3.1",
          "externalIdentifier": [
              { "type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a" },
              { "type": "ExternalIdentifier", "externalIdentifierType": "packageUrl", "identifier": "pkg:deb/zlib@1.3.1" },
          ] },
        { "type": "software_Package", "spdxId": "urn:core", "name": "core", "software_packageUrl": "pkg:npm/core" },
        { "type": "software_File", "spdxId": "urn:file", "name": "no package" },
        licence("urn:mit", "MIT"),
        licence("urn:no", "NOASSERTION"),
        { "type": "expandedlicensing_CustomLicense", "spdxId": "urn:own", "name": "Own" },
    ]));
    assert_eq!((list.format.as_str(), list.name.as_deref()), ("SPDX-3.0.1", Some("app")));
    assert_eq!(list.created.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(list.n_packages, 2);
    let [zlib, core] = list.packages.as_slice() else { panic!("{list:?}") };
    assert_eq!((zlib.name.as_str(), zlib.version.as_deref()), ("zlib", Some("1.3.1")));
    assert_eq!((zlib.licence.as_deref(), zlib.purl.as_deref()), (Some("Zlib"), Some("pkg:deb/zlib@1.3.1")));
    assert_eq!((core.licence.as_deref(), core.purl.as_deref()), (Some("MIT, Own"), Some("pkg:npm/core")));
}

#[test]
fn elements_within_others_count_once() {
    let package = json!({ "type": "software_Package", "spdxId": "urn:app", "name": "app" });
    let list = list(&json!([
        { "type": "SpdxDocument", "creationInfo": { "type": "CreationInfo", "created": "2026-01-02T03:04:05Z" },
          "rootElement": [package], "element": [package, "urn:other"] },
        licensed("urn:app", "hasDeclaredLicense", &json!([licence("urn:mit", "MIT")])),
    ]));
    assert_eq!((list.n_packages, list.name), (1, None));
    assert_eq!(list.created.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(list.packages[0].licence.as_deref(), Some("MIT"));
}

#[test]
fn what_has_another_shape_is_left_out() {
    for graph in [
        json!(null),
        json!({}),
        json!([null, 7, "text", [[]], {}]),
        json!([{ "type": 7 }, { "type": "Relationship" }, { "type": "SpdxDocument" }, { "type": "CreationInfo" }]),
        json!([licensed("urn:nobody", "hasDeclaredLicense", &json!("urn:mit"))]),
    ] {
        let list = list(&graph);
        assert_eq!(
            list,
            PackageList { format: "SPDX-3.0.1".to_owned(), ..PackageList::default() },
            "{graph}"
        );
    }
    let odd = json!([{ "@type": "software_Package", "@id": "urn:odd", "name": 7, "externalIdentifier": {} }]);
    assert_eq!(list(&odd).packages, [Package::default()]);
}

#[test]
fn only_the_contexts_of_spdx_make_a_document() {
    for context in [
        json!("https://example.com/rdf/3.0.1/"),
        json!("https://spdx.org/rdf/4.0/x"),
        json!("https://spdx.org/rdf/3"),
        json!([[CONTEXT]]),
        json!({ "spdx": CONTEXT }),
    ] {
        let document = json!({ "@context": context, "@graph": [] }).to_string();
        let found = PackageList::parse(ArtifactKind::Spdx, document.as_bytes());
        assert_eq!(found, Err(InvalidDocument::Other("SPDX document of version 2 or 3")), "{document}");
    }
    let several = json!({ "@context": [{ "own": "urn:own" }, CONTEXT], "@graph": [] }).to_string();
    assert!(PackageList::parse(ArtifactKind::Spdx, several.as_bytes()).is_ok());
}

#[test]
fn no_more_packages_are_kept_than_the_limit_says() {
    let package = |n: usize| json!({ "type": "software_Package", "spdxId": format!("urn:{n}"), "name": "x" });
    let mut graph: Vec<_> = (0..=MOST_PACKAGES).map(package).collect();
    graph.push(licensed(&format!("urn:{MOST_PACKAGES}"), "hasDeclaredLicense", &json!(["urn:mit"])));
    graph.push(licence("urn:mit", "MIT"));
    let list = list(&json!(graph));
    assert_eq!((list.packages.len(), list.n_packages), (MOST_PACKAGES, MOST_PACKAGES + 1));
    assert!(list.packages.iter().all(|it| it.licence.is_none()));
}

#[test]
fn a_licence_that_many_share_does_not_make_a_long_list() {
    let package = |n: usize| json!({ "type": "software_Package", "spdxId": format!("urn:{n}"), "name": "x" });
    let mut graph: Vec<_> = (0..10_000).map(package).collect();
    let many = json!(vec!["urn:long"; 50]);
    graph.extend((0..10_000).map(|n| licensed(&format!("urn:{n}"), "hasConcludedLicense", &many)));
    graph.push(licence("urn:long", &"x".repeat(LONGEST_TEXT)));
    let list = list(&json!(graph));
    let sum: usize = list.packages.iter().filter_map(|it| it.licence.as_ref()).map(String::len).sum();
    assert!(sum > 0 && sum <= MOST_LICENCES, "{sum}");
}
