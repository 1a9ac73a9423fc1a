//! Docker's first image format, schema 1.
//!
//! It has no configuration blob and no sizes: each layer comes with a JSON text of its own, the newest first
//! (distribution's `manifest-v2-1.md`).

use serde::Deserialize;
use serde_json::Value;

use crate::digest::Digest;
use crate::platform::Platform;

use super::InvalidManifest;

/// An image in Docker's first format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema1 {
    /// What it runs on.
    pub platform: Platform,
    /// When it was made, as text.
    pub created: Option<String>,
    /// The run configuration of the topmost layer.
    pub config: Value,
    /// The layers, the lowest first.
    pub layers: Vec<Schema1Layer>,
}

/// A layer and the step that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema1Layer {
    /// The digest of its blob.
    pub digest: Digest,
    /// The command that made it.
    pub created_by: Option<String>,
    /// When it was made, as text.
    pub created: Option<String>,
    /// Whether it changed no file.
    pub empty: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    architecture: String,
    fs_layers: Vec<FsLayer>,
    #[serde(default, deserialize_with = "crate::lenient::list")]
    history: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FsLayer {
    blob_sum: Digest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    v1_compatibility: String,
}

impl Schema1 {
    pub(super) fn parse(value: Value) -> Result<Self, InvalidManifest> {
        let wire: Wire = serde_json::from_value(value)?;
        let steps: Vec<Value> = wire
            .history
            .iter()
            .map(|entry| serde_json::from_str(&entry.v1_compatibility).unwrap_or_default())
            .collect();
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let layers = wire
            .fs_layers
            .into_iter()
            .enumerate()
            .map(|(idx, layer)| {
                let step = steps.get(idx).unwrap_or(&Value::Null);
                Schema1Layer {
                    digest: layer.blob_sum,
                    created_by: command(step),
                    created: text(step, "created"),
                    empty: step.get("throwaway").and_then(Value::as_bool).unwrap_or(false),
                }
            })
            .rev()
            .collect();
        let top = steps.first().unwrap_or(&Value::Null);
        Ok(Self {
            platform: Platform {
                os: text(top, "os").unwrap_or_default(),
                architecture: text(top, "architecture").unwrap_or(wire.architecture),
                ..Platform::default()
            },
            created: text(top, "created"),
            config: top.get("config").cloned().unwrap_or_default(),
            layers,
        })
    }
}

fn command(step: &Value) -> Option<String> {
    let words = step.get("container_config")?.get("Cmd")?.as_array()?;
    Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
}
