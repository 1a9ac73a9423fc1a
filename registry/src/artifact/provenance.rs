//! Who built something, and from what (SLSA provenance 0.2 and 1.0).

mod predicate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::statement::Carrier;
use super::{InvalidDocument, cut};
use predicate::{ConfigSource, Metadata, RawMaterial, Version0, Version1};

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
mod tests;
