//! Who built something, and from what (SLSA provenance 0.2 and 1.0).

mod version_0;
mod version_1;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::version_0::Version0;
use self::version_1::Version1;
use super::statement::Carrier;
use super::{InvalidDocument, cut};

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
#[serde(default)]
struct Builder {
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    id: Option<String>,
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
        let found: Self = match is_first {
            true => serde_json::from_slice::<Carrier<Version0>>(statement)?.predicate.into(),
            false => serde_json::from_slice::<Carrier<Version1>>(statement)?.predicate.into(),
        };
        Ok(found.cut())
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
    use serde_json::{Value, json};

    use super::*;

    pub(super) fn provenance(predicate_type: &str, predicate: &Value) -> Provenance {
        let statement = json!({ "predicate": predicate }).to_string();
        Provenance::parse(predicate_type, statement.as_bytes()).unwrap()
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
