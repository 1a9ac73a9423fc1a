//! How SLSA writes a provenance down, version by version.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::MOST_MATERIALS;
use crate::lenient::Capped;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Version0 {
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub(super) builder: Builder,
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub(super) build_type: Option<String>,
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub(super) invocation: Invocation,
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub(super) metadata: Metadata,
    pub(super) materials: Capped<RawMaterial, MOST_MATERIALS>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Version1 {
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub(super) build_definition: BuildDefinition,
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub(super) run_details: RunDetails,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct BuildDefinition {
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub(super) build_type: Option<String>,
    /// Each builder has parameters of its own.
    pub(super) external_parameters: Value,
    pub(super) resolved_dependencies: Capped<RawMaterial, MOST_MATERIALS>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RunDetails {
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub(super) builder: Builder,
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub(super) metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Builder {
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub(super) id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Invocation {
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub(super) config_source: ConfigSource,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ConfigSource {
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub(super) uri: Option<String>,
    #[serde(deserialize_with = "crate::lenient::text_map")]
    pub(super) digest: BTreeMap<String, String>,
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub(super) entry_point: Option<String>,
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub(super) path: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    #[serde(alias = "invocationID", alias = "buildInvocationID", alias = "buildInvocationId")]
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub(super) invocation_id: Option<String>,
    #[serde(alias = "buildStartedOn", deserialize_with = "crate::lenient::optional_text")]
    pub(super) started_on: Option<String>,
    #[serde(alias = "buildFinishedOn", deserialize_with = "crate::lenient::optional_text")]
    pub(super) finished_on: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawMaterial {
    #[serde(deserialize_with = "crate::lenient::text")]
    pub(super) uri: String,
    #[serde(deserialize_with = "crate::lenient::text")]
    pub(super) name: String,
    #[serde(deserialize_with = "crate::lenient::text_map")]
    pub(super) digest: BTreeMap<String, String>,
}
