//! CycloneDX, as JSON (ECMA-424).

use serde::Deserialize;

use super::{MOST_PACKAGES, Package, PackageList};
use crate::artifact::{InvalidDocument, cut};
use crate::lenient::Capped;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    bom_format: String,
    #[serde(default, deserialize_with = "crate::lenient::text")]
    spec_version: String,
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    metadata: Metadata,
    #[serde(default)]
    components: Capped<Component, MOST_PACKAGES>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    timestamp: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    component: Option<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    group: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    version: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    purl: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::list")]
    licenses: Vec<LicenceChoice>,
    /// What it consists of; the JSON reader bounds how deep this goes.
    #[serde(default, deserialize_with = "crate::lenient::list")]
    components: Vec<Self>,
}

#[derive(Deserialize)]
struct LicenceChoice {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    expression: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    license: Licence,
}

#[derive(Default, Deserialize)]
struct Licence {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    name: Option<String>,
}

pub(super) fn list(document: Document) -> Result<PackageList, InvalidDocument> {
    if document.bom_format != "CycloneDX" {
        return Err(InvalidDocument::Other("CycloneDX document"));
    }
    let described = document.metadata.component.map(|it| package(it, &mut Vec::new()));
    // Those that could not be read are counted as well.
    let n_unread = document.components.total - document.components.items.len();
    let mut packages = Vec::with_capacity(document.components.items.len());
    for component in document.components.items {
        gather(component, &mut packages);
    }
    let n_packages = packages.len() + n_unread;
    packages.truncate(MOST_PACKAGES);
    Ok(PackageList {
        format: cut(format!("CycloneDX {}", document.spec_version)),
        name: described.map(|it| it.cut().name).filter(|it| !it.is_empty()),
        created: document.metadata.timestamp.map(cut),
        packages,
        n_packages,
    })
}

fn gather(component: Component, packages: &mut Vec<Package>) {
    let mut inner = Vec::new();
    packages.push(package(component, &mut inner).cut());
    for component in inner {
        gather(component, packages);
    }
}

fn package(component: Component, inner: &mut Vec<Component>) -> Package {
    let Component { name, group, version, purl, licenses, components } = component;
    *inner = components;
    let licences: Vec<String> = licenses
        .into_iter()
        .filter_map(|LicenceChoice { expression, license }| expression.or(license.id).or(license.name))
        .collect();
    Package {
        name: match group {
            Some(group) => format!("{group}/{name}"),
            None => name,
        },
        version,
        licence: (!licences.is_empty()).then(|| licences.join(", ")),
        purl,
    }
}

#[cfg(test)]
mod tests {
    use crate::artifact::{ArtifactKind, PackageList};

    #[test]
    fn components_are_packages_those_within_others_too() {
        let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
            "metadata": {"timestamp": "2026-01-02T03:04:05Z", "component": {"name": "app"}},
            "components": [
                {"type": "library", "group": "org.example", "name": "core", "version": "2.0", "purl": "pkg:maven/core@2.0",
                 "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Own"}}, {"expression": "A OR B"}, {}],
                 "components": [{"name": "inner"}]},
                {"name": 7}, null
            ]}"#;
        let list = PackageList::parse(ArtifactKind::CycloneDx, text.as_bytes()).unwrap();
        assert_eq!((list.format.as_str(), list.name.as_deref()), ("CycloneDX 1.6", Some("app")));
        let names: Vec<_> = list.packages.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["org.example/core", "inner", ""]);
        assert_eq!(list.n_packages, 4);
        assert_eq!(list.packages[0].licence.as_deref(), Some("MIT, Own, A OR B"));
        assert!(PackageList::parse(ArtifactKind::CycloneDx, b"{}").is_err());
    }
}
