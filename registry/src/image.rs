//! Everything a page tells of one image.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::history::LayerRow;
use crate::reference::Tag;
use crate::summary::Summary;

/// One image, index or artifact, as named by a tag or a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImageDetail {
    /// The registry's id.
    pub registry: String,
    /// The repository.
    pub repository: String,
    /// The tag or digest that was asked for.
    pub reference: String,
    /// What a list tells of it.
    #[serde(flatten)]
    pub summary: Summary,
    /// Tags on the same digest, as far as they have been read.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub aliases: Vec<Tag>,
    /// What is in the manifest that was asked for; an index has no layers and no configuration of its
    /// own, each of its platforms has.
    #[serde(flatten)]
    pub contents: Contents,
}

/// What is in a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contents {
    /// The steps that made it and the layers that came of them, the first one first.
    pub layers: Vec<LayerRow>,
    /// The configuration, as the registry holds it; absent where there is none, or it is not JSON.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub config: Option<Value>,
    /// The manifest's annotations.
    pub annotations: BTreeMap<String, String>,
    /// The manifest, as the registry holds it; absent where it could not be read.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub manifest: Option<Value>,
}
