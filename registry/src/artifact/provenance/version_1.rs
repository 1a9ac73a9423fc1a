//! SLSA provenance 1.

use serde::Deserialize;
use serde_json::Value;

use super::{Builder, MOST_MATERIALS, Material, Metadata, Provenance, RawMaterial, commit, materials};
use crate::lenient::Capped;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Version1 {
    #[serde(deserialize_with = "crate::lenient::or_default")]
    build_definition: BuildDefinition,
    #[serde(deserialize_with = "crate::lenient::or_default")]
    run_details: RunDetails,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct BuildDefinition {
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    build_type: Option<String>,
    /// Each builder has parameters of its own.
    external_parameters: Value,
    resolved_dependencies: Capped<RawMaterial, MOST_MATERIALS>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RunDetails {
    #[serde(deserialize_with = "crate::lenient::or_default")]
    builder: Builder,
    #[serde(deserialize_with = "crate::lenient::or_default")]
    metadata: Metadata,
}

impl From<Version1> for Provenance {
    fn from(it: Version1) -> Self {
        let Version1 { build_definition: definition, run_details } = it;
        let parameters = &definition.external_parameters;
        let text = |names: [&str; 2]| {
            let [outer, inner] = names;
            parameters.get(outer)?.get(inner)?.as_str().map(str::to_owned)
        };
        let uri = text(["workflow", "repository"])
            .or_else(|| text(["configSource", "uri"]))
            .or_else(|| text(["source", "uri"]))
            .or_else(|| parameters.get("source")?.as_str().map(str::to_owned));
        let named = ["configSource", "source"]
            .iter()
            .find_map(|it| serde_json::from_value(parameters.get(it)?.get("digest")?.clone()).ok());
        let materials = materials(definition.resolved_dependencies.items);
        // The source is one of what went into it, which is named as the source is, or by a commit.
        let is_source = |it: &&Material| uri.as_ref().is_some_and(|uri| it.uri.contains(uri.as_str()));
        let commit = named.as_ref().and_then(commit).or_else(|| {
            let source = materials.iter().find(is_source).and_then(|it| commit(&it.digest));
            source.or_else(|| materials.iter().find_map(|it| it.digest.get("gitCommit").cloned()))
        });
        let from_commit = || materials.iter().find(|it| it.digest.contains_key("gitCommit"));
        Self {
            builder: run_details.builder.id,
            build_type: definition.build_type,
            commit,
            source: uri.or_else(|| from_commit().map(|it| it.uri.clone())),
            entry_point: text(["workflow", "path"]).or_else(|| text(["configSource", "path"])),
            n_materials: definition.resolved_dependencies.total,
            materials,
            ..Self::run(run_details.metadata)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::provenance;

    #[test]
    fn the_first_version_that_is_stable_tells_the_same() {
        let found = provenance(
            "https://slsa.dev/provenance/v1",
            &json!({
                "buildDefinition": {
                    "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                    "externalParameters": { "workflow": {
                        "ref": "refs/tags/v1", "repository": "https://git.example.com/team/app",
                        "path": ".github/workflows/release.yml",
                    } },
                    "resolvedDependencies": [
                        { "uri": "pkg:docker/alpine@3.20", "digest": { "sha256": "aa" } },
                        { "uri": "git+https://git.example.com/team/app@refs/tags/v1", "digest": { "gitCommit": "cafe" } },
                    ],
                },
                "runDetails": {
                    "builder": { "id": "https://builder.example.com" },
                    "metadata": { "invocationId": "https://git.example.com/runs/9", "startedOn": "2026-01-02T03:04:05Z" },
                },
            }),
        );
        assert_eq!(found.source.as_deref(), Some("https://git.example.com/team/app"));
        assert_eq!(found.commit.as_deref(), Some("cafe"));
        assert_eq!(found.entry_point.as_deref(), Some(".github/workflows/release.yml"));
        assert_eq!(found.builder.as_deref(), Some("https://builder.example.com"));
        assert_eq!(found.invocation.as_deref(), Some("https://git.example.com/runs/9"));
        assert_eq!(found.n_materials, 2);
    }
}
