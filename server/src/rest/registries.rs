//! `/api/v1/registries`

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Problems;
use super::parameters::Parameters;
use crate::asking::Asking;

/// There are none; an unknown one is an error, as everywhere.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct NoParameters {}

/// The registries in the order of the configuration.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegistryList {
    /// All of them.
    items: Vec<RegistryItem>,
    /// How many there are.
    total: usize,
    /// Always null: there is one page.
    next: Option<String>,
}

/// A registry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Registry)]
struct RegistryItem {
    /// Its id, as the parameter `registry` takes it.
    #[schema(example = "registry.example.com")]
    id: String,
    /// Where the server reaches it, without credentials.
    #[schema(format = "uri", example = "https://registry.example.com/")]
    url: String,
    /// What stands before the repository in an image reference.
    #[schema(example = "registry.example.com")]
    pull_host: String,
}

/// Lists the registries that are configured. Nothing is asked of them.
#[utoipa::path(get, path = "/api/v1/registries", tag = "registries", responses((status = 200, body = RegistryList), Problems))]
pub(super) async fn list(Asking(engine): Asking, _: Parameters<NoParameters>) -> Json<RegistryList> {
    let items: Vec<RegistryItem> = engine
        .registries()
        .map(|it| RegistryItem { id: it.id.clone(), url: it.url.clone(), pull_host: it.pull_host.clone() })
        .collect();
    Json(RegistryList { total: items.len(), items, next: None })
}
