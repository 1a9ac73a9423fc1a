//! CycloneDX, as JSON (ECMA-424).

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{MOST_PACKAGES, Package, PackageList};
use crate::artifact::{InvalidDocument, cut};
use crate::lenient::each;

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
    components: Components,
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

/// The packages of a document, and how many there are, those that could not be read included.
#[derive(Default)]
struct Components {
    packages: Vec<Package>,
    n_packages: usize,
}

impl<'de> Deserialize<'de> for Components {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut components = Self::default();
        each(deserializer, |component| components.take(component))?;
        Ok(components)
    }
}

impl Components {
    /// Takes a component and then what it consists of; the JSON reader bounds how deep this goes.
    fn take(&mut self, mut component: Value) {
        let inner = component.get_mut("components").map(Value::take);
        self.n_packages += 1;
        if self.packages.len() < MOST_PACKAGES
            && let Ok(component) = Component::deserialize(component)
        {
            self.packages.push(component.into());
        }
        if let Some(Value::Array(inner)) = inner {
            inner.into_iter().for_each(|it| self.take(it));
        }
    }
}

pub(super) fn list(document: Document) -> Result<PackageList, InvalidDocument> {
    if document.bom_format != "CycloneDX" {
        return Err(InvalidDocument::Other("CycloneDX document"));
    }
    let described = document.metadata.component.map(|it| Package::from(it).name);
    Ok(PackageList {
        format: cut(format!("CycloneDX {}", document.spec_version)),
        name: described.filter(|it| !it.is_empty()),
        created: document.metadata.timestamp.map(cut),
        packages: document.components.packages,
        n_packages: document.components.n_packages,
    })
}

impl From<Component> for Package {
    fn from(it: Component) -> Self {
        let licences = it.licenses.into_iter();
        let licences = licences.filter_map(|it| it.expression.or(it.license.id).or(it.license.name));
        package(it.group, it.name, it.version, licences.collect(), it.purl)
    }
}

/// The package that a component with these fields is, in whichever notation it has them.
pub(super) fn package(
    group: Option<String>,
    name: String,
    version: Option<String>,
    licences: Vec<String>,
    purl: Option<String>,
) -> Package {
    let name = match group {
        Some(group) => format!("{group}/{name}"),
        None => name,
    };
    let licence = (!licences.is_empty()).then(|| licences.join(", "));
    Package { name, version, licence, purl }.cut()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::ArtifactKind;

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

    #[test]
    fn no_more_packages_are_kept_than_the_limit_says_however_deep_they_are() {
        let inner = vec![r#"{"name": "inner"}"#; MOST_PACKAGES].join(",");
        let text = format!(
            r#"{{"bomFormat": "CycloneDX", "components": [{{"name": "outer", "components": [{inner}]}}, {{"name": "last"}}]}}"#
        );
        let list = PackageList::parse(ArtifactKind::CycloneDx, text.as_bytes()).unwrap();
        assert_eq!((list.packages.len(), list.n_packages), (MOST_PACKAGES, MOST_PACKAGES + 2));
        let nested = r#"{"components":["#.repeat(1000);
        assert!(PackageList::parse(ArtifactKind::CycloneDx, nested.as_bytes()).is_err());
    }
}
