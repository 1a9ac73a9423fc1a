//! SLSA provenance 0.2.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Builder, MOST_MATERIALS, Metadata, Provenance, RawMaterial, commit, materials};
use crate::lenient::Capped;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Version0 {
    #[serde(deserialize_with = "crate::lenient::or_default")]
    builder: Builder,
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    build_type: Option<String>,
    #[serde(deserialize_with = "crate::lenient::or_default")]
    invocation: Invocation,
    #[serde(deserialize_with = "crate::lenient::or_default")]
    metadata: Metadata,
    materials: Capped<RawMaterial, MOST_MATERIALS>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Invocation {
    #[serde(deserialize_with = "crate::lenient::or_default")]
    config_source: ConfigSource,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ConfigSource {
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    uri: Option<String>,
    #[serde(deserialize_with = "crate::lenient::text_map")]
    digest: BTreeMap<String, String>,
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    entry_point: Option<String>,
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    path: Option<String>,
}

impl From<Version0> for Provenance {
    fn from(it: Version0) -> Self {
        let ConfigSource { uri, digest, entry_point, path } = it.invocation.config_source;
        Self {
            builder: it.builder.id,
            build_type: it.build_type,
            commit: commit(&digest),
            source: uri,
            entry_point: entry_point.or(path),
            n_materials: it.materials.total,
            materials: materials(it.materials.items),
            ..Self::run(it.metadata)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::provenance;

    #[test]
    fn the_second_version_tells_builder_source_and_commit() {
        let found = provenance(
            "https://slsa.dev/provenance/v0.2",
            &json!({
                "builder": { "id": "https://github.com/actions/runner" },
                "buildType": "https://mobyproject.org/buildkit@v1",
                "invocation": { "configSource": {
                    "uri": "https://git.example.com/team/app.git#refs/heads/main",
                    "digest": { "sha1": "0123abcd" },
                    "entryPoint": "Dockerfile",
                } },
                "metadata": {
                    "buildInvocationID": "run-7",
                    "buildStartedOn": "2026-01-02T03:04:05Z",
                    "buildFinishedOn": "2026-01-02T03:05:05Z",
                },
                "materials": [{ "uri": "pkg:docker/alpine@3.20", "digest": { "sha256": "aa" } }, { "uri": 7 }],
            }),
        );
        assert_eq!(found.builder.as_deref(), Some("https://github.com/actions/runner"));
        assert_eq!(found.build_type.as_deref(), Some("https://mobyproject.org/buildkit@v1"));
        assert_eq!(found.source.as_deref(), Some("https://git.example.com/team/app.git#refs/heads/main"));
        assert_eq!(found.commit.as_deref(), Some("0123abcd"));
        assert_eq!(found.entry_point.as_deref(), Some("Dockerfile"));
        assert_eq!(found.invocation.as_deref(), Some("run-7"));
        assert_eq!(found.started.as_deref(), Some("2026-01-02T03:04:05Z"));
        assert_eq!((found.materials.len(), found.n_materials), (2, 2));
        assert_eq!(found.materials[0].digest["sha256"], "aa");
    }
}
