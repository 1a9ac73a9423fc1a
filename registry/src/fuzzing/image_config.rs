use std::collections::BTreeMap;

use serde_json::Value;

use super::{history, survives_json};
use crate::created::{Created, CreatedState};
use crate::image_config::ImageConfig;

/// Every object is a configuration, whatever is wrong with its parts.
pub fn image_config(input: &[u8]) {
    let config = ImageConfig::parse(input);
    let Ok(value) = serde_json::from_slice::<Value>(input) else { return };
    assert_eq!(config.is_ok(), value.is_object(), "{config:?}");
    let Ok(config) = config else { return };
    assert_eq!(ImageConfig::parse(value.to_string().as_bytes()).expect("it is read as well"), config);
    survives_json(&config.platform);
    let created = Created::read(config.created.as_deref(), &config.config.labels);
    assert_eq!(created.at.is_some(), created.state == CreatedState::Recorded);
    survives_json(&created);
    if let Some(at) = created.at {
        assert_eq!(Created::read(Some(&at.to_string()), &BTreeMap::new()), created);
    }
    history::steps(&config.history);
}
