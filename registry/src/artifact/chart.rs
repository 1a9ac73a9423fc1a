//! Helm charts: what their configuration says, which is their `Chart.yaml` as JSON, and the files in them.

#[cfg(feature = "charts")]
pub mod archive;

use serde::{Deserialize, Serialize};

use super::{InvalidDocument, cut};
use crate::lenient::Capped;

/// How many dependencies, keywords and maintainers are kept, each.
const MOST: usize = 100;

/// A chart, as its `Chart.yaml` describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Chart {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// The version of what it installs.
    pub app_version: Option<String>,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// `application` or `library`.
    pub kind: Option<String>,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// Which versions of Kubernetes it is for.
    pub kube_version: Option<String>,
    /// Its home page.
    pub home: Option<String>,
    /// Where its sources are.
    pub sources: Vec<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Who looks after it.
    pub maintainers: Vec<String>,
    /// The charts that it needs.
    pub dependencies: Vec<ChartDependency>,
    /// The files in it, as far as they were read.
    pub files: Option<ChartFiles>,
}

/// A chart that another one needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChartDependency {
    /// Its name.
    pub name: String,
    /// Which versions will do.
    pub version: Option<String>,
    /// Where it is.
    pub repository: Option<String>,
}

/// The files of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChartFiles {
    /// `Chart.yaml`, as it is.
    pub chart: Option<String>,
    /// `values.yaml`, as it is.
    pub values: Option<String>,
    /// The readme, as it is.
    pub readme: Option<String>,
    /// All files, in the order of the archive; the first 2,000.
    pub files: Vec<ChartFile>,
    /// Whether there is more in it than was read.
    pub is_cut: bool,
}

/// A file of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChartFile {
    /// Where it is in the chart: `templates/deployment.yaml`.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    version: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    app_version: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    description: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "crate::lenient::optional_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    deprecated: bool,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    kube_version: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    home: Option<String>,
    #[serde(default)]
    sources: Capped<String, MOST>,
    #[serde(default)]
    keywords: Capped<String, MOST>,
    #[serde(default)]
    maintainers: Capped<Maintainer, MOST>,
    #[serde(default)]
    dependencies: Capped<Dependency, MOST>,
}

#[derive(Deserialize)]
struct Maintainer {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    email: Option<String>,
}

#[derive(Deserialize)]
struct Dependency {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    version: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    repository: Option<String>,
}

impl Chart {
    /// Reads the configuration of a chart.
    pub fn parse(config: &[u8]) -> Result<Self, InvalidDocument> {
        let it: Raw = serde_json::from_slice(config)?;
        if it.name.is_empty() {
            return Err(InvalidDocument::Other("Helm chart"));
        }
        let all = |list: Capped<String, MOST>| list.items.into_iter().map(cut).collect();
        Ok(Self {
            name: cut(it.name),
            version: it.version.map(cut),
            app_version: it.app_version.map(cut),
            description: it.description.map(cut),
            kind: it.kind.map(cut),
            deprecated: it.deprecated,
            kube_version: it.kube_version.map(cut),
            home: it.home.map(cut),
            sources: all(it.sources),
            keywords: all(it.keywords),
            maintainers: it.maintainers.items.into_iter().map(maintainer).collect(),
            dependencies: it.dependencies.items.into_iter().map(dependency).collect(),
            files: None,
        })
    }
}

fn maintainer(Maintainer { name, email }: Maintainer) -> String {
    cut(match email {
        Some(email) if name.is_empty() => email,
        Some(email) => format!("{name} <{email}>"),
        None => name,
    })
}

fn dependency(Dependency { name, version, repository }: Dependency) -> ChartDependency {
    ChartDependency { name: cut(name), version: version.map(cut), repository: repository.map(cut) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_the_chart_as_json() {
        let text = r#"{"apiVersion": "v2", "name": "web", "version": "1.1.0", "appVersion": "2.9.0", "type": "application",
            "keywords": ["web", 7], "maintainers": [{"name": "Team", "email": "team@example.com"}, {"name": "Ada"}],
            "dependencies": [{"name": "redis", "version": "^18", "repository": "oci://r.example/charts"}],
            "deprecated": "yes"}"#;
        let chart = Chart::parse(text.as_bytes()).unwrap();
        assert_eq!((chart.name.as_str(), chart.app_version.as_deref()), ("web", Some("2.9.0")));
        assert_eq!(chart.keywords, ["web"]);
        assert_eq!(chart.maintainers, ["Team <team@example.com>", "Ada"]);
        assert_eq!(chart.dependencies[0].version.as_deref(), Some("^18"));
        assert!(!chart.deprecated);
        assert!(Chart::parse(b"[]").is_err());
    }
}
