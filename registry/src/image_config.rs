//! The configuration of an image: what it runs on, how it is run, and how it was made.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::platform::Platform;

/// The configuration of an image (OCI image specification, "Image Configuration"); every part may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ImageConfig {
    /// When the image was made, as text.
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub created: Option<String>,
    /// Who made it.
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub author: Option<String>,
    /// What it runs on.
    #[serde(flatten)]
    pub platform: Platform,
    /// How a container of it is run.
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub config: RunConfig,
    /// The steps that made it, the first one first.
    #[serde(deserialize_with = "crate::lenient::list")]
    pub history: Vec<HistoryEntry>,
}

/// How a container of an image is run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RunConfig {
    /// The user, by name or number.
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub user: Option<String>,
    /// Where it starts.
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub working_dir: Option<String>,
    /// What is started.
    #[serde(deserialize_with = "words")]
    pub entrypoint: Vec<String>,
    /// The arguments of the entrypoint, or what is started where there is none.
    #[serde(deserialize_with = "words")]
    pub cmd: Vec<String>,
    /// The environment, as `NAME=value`.
    #[serde(deserialize_with = "crate::lenient::list")]
    pub env: Vec<String>,
    /// The ports it listens on, as `8080/tcp`.
    #[serde(deserialize_with = "keys")]
    pub exposed_ports: Vec<String>,
    /// The folders that outlive a container.
    #[serde(deserialize_with = "keys")]
    pub volumes: Vec<String>,
    /// Free text by key.
    #[serde(deserialize_with = "crate::lenient::text_map")]
    pub labels: BTreeMap<String, String>,
    /// How Docker finds out whether it is well.
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub healthcheck: Option<HealthCheck>,
    /// The signal that asks it to stop.
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub stop_signal: Option<String>,
}

/// How Docker finds out whether a container is well. OCI has no place for it, but builders write it there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct HealthCheck {
    /// `CMD-SHELL` and a command, `CMD` and its words, or `NONE`.
    #[serde(deserialize_with = "words")]
    pub test: Vec<String>,
    /// Nanoseconds between two checks; zero where the engine decides.
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub interval: i64,
    /// Nanoseconds after which a check has failed; zero where the engine decides.
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub timeout: i64,
    /// Nanoseconds in which a failed check does not count.
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub start_period: i64,
    /// How many checks in a row must fail; zero where the engine decides.
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub retries: i64,
}

/// A step that made an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct HistoryEntry {
    /// When, as text.
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub created: Option<String>,
    /// The command.
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub created_by: Option<String>,
    /// A remark of the builder.
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    pub comment: Option<String>,
    /// Whether it made no layer.
    #[serde(deserialize_with = "crate::lenient::or_default")]
    pub empty_layer: bool,
}

impl ImageConfig {
    /// Reads a configuration; fails only on what is not a JSON object.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        // Of a field that is there twice, the last counts.
        let value: Value = serde_json::from_slice(bytes)?;
        serde_json::from_value(value)
    }
}

/// A list of words; old builders wrote a single text.
fn words<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(items) => items.into_iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        Value::String(text) => vec![text],
        _ => Vec::new(),
    })
}

/// The keys of a map whose values are empty objects, which is how Docker writes a set.
fn keys<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Object(map) => map.into_iter().map(|(key, _)| key).collect(),
        _ => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_usual_configuration() {
        let config = ImageConfig::parse(
            br#"{"created":"2024-05-01T10:00:00Z","os":"linux","architecture":"arm","variant":"v7",
                "config":{"Env":["A=b"],"Cmd":["sh"],"Entrypoint":null,"ExposedPorts":{"80/tcp":{}},"Labels":{"a":"b","c":null}},
                "history":[{"created_by":"RUN x"},{"created_by":"CMD y","empty_layer":true}],"rootfs":{"type":"layers","diff_ids":[]}}"#,
        )
        .unwrap();
        assert_eq!(config.platform.to_string(), "linux/arm/v7");
        assert_eq!(config.config.exposed_ports, ["80/tcp"]);
        assert_eq!(config.config.labels.len(), 1);
        assert!(config.history[1].empty_layer);
    }

    #[test]
    fn survives_what_is_missing_or_of_another_shape() {
        for text in
            ["{}", r#"{"config":null,"history":null}"#, r#"{"config":[],"history":{},"os":1,"created":7}"#]
        {
            let config = ImageConfig::parse(text.as_bytes()).unwrap();
            assert_eq!(config.history, []);
            assert_eq!(config.config, RunConfig::default());
        }
        let twice = ImageConfig::parse(br#"{"author":"a","author":"b","os.version":"1","os_version":"2"}"#);
        let twice = twice.unwrap();
        assert_eq!((twice.author.as_deref(), twice.platform.os_version.as_deref()), (Some("b"), Some("1")));
        let old = ImageConfig::parse(br#"{"config":{"Cmd":"bash"}}"#).unwrap();
        assert_eq!(old.config.cmd, ["bash"]);
    }

    #[test]
    fn refuses_what_is_no_object() {
        for text in ["", "null", "[1]", "<html>"] {
            assert!(ImageConfig::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_a_health_check_and_survives_one_of_another_shape() {
        let check = |json: &str| {
            let text = format!(r#"{{"config": {{"Healthcheck": {json}}}}}"#);
            ImageConfig::parse(text.as_bytes()).unwrap().config.healthcheck
        };
        let read = check(r#"{"Test": ["CMD", "a"], "Interval": 5000000000, "Retries": "3"}"#).unwrap();
        assert_eq!((read.interval, read.timeout, read.retries), (5_000_000_000, 0, 0));
        assert_eq!(read.test, ["CMD", "a"]);
        assert_eq!(check("null"), None);
        assert_eq!(check("7"), None);
    }
}
