//! Who built something, and from what (SLSA provenance 0.2 and 1.0).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::statement::Carrier;
use super::{InvalidDocument, cut};
use crate::lenient::Capped;

/// How many materials are kept.
const MOST_MATERIALS: usize = 1000;

/// Who built something, and from what, as the builder says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provenance {
    /// What built it, as an address.
    pub builder: Option<String>,
    /// How its other fields are to be understood, as an address.
    pub build_type: Option<String>,
    /// The repository that the sources came from.
    pub source: Option<String>,
    /// The commit of the sources.
    pub commit: Option<String>,
    /// What was run of the sources: a workflow, a Dockerfile.
    pub entry_point: Option<String>,
    /// Which run of the builder it was.
    pub invocation: Option<String>,
    /// When that began.
    pub started: Option<String>,
    /// When that ended.
    pub finished: Option<String>,
    /// What went into it; the first 1,000.
    pub materials: Vec<Material>,
    /// How many there are.
    pub n_materials: usize,
}

/// What went into something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Material {
    /// Where it came from.
    pub uri: String,
    /// Its digests by algorithm.
    pub digest: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Version0 {
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
struct Version1 {
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct Builder {
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    id: Option<String>,
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

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    #[serde(alias = "invocationID", alias = "buildInvocationID", alias = "buildInvocationId")]
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    invocation_id: Option<String>,
    #[serde(alias = "buildStartedOn", deserialize_with = "crate::lenient::optional_text")]
    started_on: Option<String>,
    #[serde(alias = "buildFinishedOn", deserialize_with = "crate::lenient::optional_text")]
    finished_on: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawMaterial {
    #[serde(deserialize_with = "crate::lenient::text")]
    uri: String,
    #[serde(deserialize_with = "crate::lenient::text")]
    name: String,
    #[serde(deserialize_with = "crate::lenient::text_map")]
    digest: BTreeMap<String, String>,
}

impl Provenance {
    /// Reads the predicate of a statement whose predicate is of this type.
    pub(super) fn parse(predicate_type: &str, statement: &[u8]) -> Result<Self, InvalidDocument> {
        let is_first = predicate_type.starts_with("https://slsa.dev/provenance/v0.");
        let found = match is_first {
            true => Self::of_0(serde_json::from_slice::<Carrier<Version0>>(statement)?.predicate),
            false => Self::of_1(serde_json::from_slice::<Carrier<Version1>>(statement)?.predicate),
        };
        Ok(found.cut())
    }

    fn of_0(it: Version0) -> Self {
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

    fn of_1(it: Version1) -> Self {
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

    fn run(it: Metadata) -> Self {
        let Metadata { invocation_id, started_on, finished_on } = it;
        Self { invocation: invocation_id, started: started_on, finished: finished_on, ..Self::default() }
    }

    fn cut(self) -> Self {
        let it = |text: Option<String>| text.map(cut);
        Self {
            builder: it(self.builder),
            build_type: it(self.build_type),
            source: it(self.source),
            commit: it(self.commit),
            entry_point: it(self.entry_point),
            invocation: it(self.invocation),
            started: it(self.started),
            finished: it(self.finished),
            materials: self.materials,
            n_materials: self.n_materials,
        }
    }
}

/// The digest of a commit, which is a SHA-1 for Git as it is used nearly everywhere.
fn commit(digest: &BTreeMap<String, String>) -> Option<String> {
    ["gitCommit", "sha1", "sha256"].iter().find_map(|it| digest.get(*it)).cloned()
}

fn materials(items: Vec<RawMaterial>) -> Vec<Material> {
    let named = items.into_iter().map(|RawMaterial { uri, name, digest }| {
        let digest = digest.into_iter().take(8).map(|(name, hex)| (cut(name), cut(hex))).collect();
        Material { uri: cut(if uri.is_empty() { name } else { uri }), digest }
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn provenance(predicate_type: &str, predicate: &Value) -> Provenance {
        let statement = json!({ "predicate": predicate }).to_string();
        Provenance::parse(predicate_type, statement.as_bytes()).unwrap()
    }

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

    #[test]
    fn what_has_another_shape_is_left_out() {
        for predicate_type in ["https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1"] {
            let odd = json!({
                "builder": 7, "invocation": [], "materials": "none", "metadata": null,
                "buildDefinition": { "externalParameters": 7, "resolvedDependencies": {} }, "runDetails": [],
            });
            assert_eq!(provenance(predicate_type, &odd), Provenance::default(), "{predicate_type}");
        }
    }
}
