//! `/api/v1/search`

use axum::Json;
use engine::{FoundIn, SearchHit};
use registry::summary::Kind;
use registry::{Digest, RepositoryName, Tag};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters};
use crate::asking::Asking;

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParameters {
    /// A part of the name of a repository or a tag, or of a label; or the first digits of a digest, a layer's too.
    q: String,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    limit: usize,
}

/// What was found, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchList {
    /// As many as were asked for.
    items: Vec<SearchItem>,
    /// How many there are in this list.
    total: usize,
    /// Always null: search for more of it.
    next: Option<String>,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hit)]
struct SearchItem {
    /// The id of the registry.
    registry: String,
    /// The repository.
    #[schema(value_type = String)]
    repository: RepositoryName,
    /// The tag; null for a repository, and for a manifest without one.
    #[schema(value_type = Option<String>)]
    tag: Option<Tag>,
    /// The digest; null for a repository.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// What it is.
    #[schema(inline)]
    kind: Option<Kind>,
    /// Where it was found: `repository`, `tag`, `label`, `digest` or `layer`.
    found_in: &'static str,
    /// The label, `name=value`, where it was found in one.
    label: Option<String>,
}

impl From<SearchHit> for SearchItem {
    fn from(it: SearchHit) -> Self {
        let (found_in, label) = match it.found_in {
            FoundIn::Repository => ("repository", None),
            FoundIn::Tag => ("tag", None),
            FoundIn::Label(label) => ("label", Some(label)),
            FoundIn::Digest => ("digest", None),
            FoundIn::Layer => ("layer", None),
        };
        Self {
            registry: it.registry,
            repository: it.repository,
            tag: it.tag,
            digest: it.digest,
            kind: it.kind,
            found_in,
            label,
        }
    }
}

fn usual_items() -> usize {
    parameters::USUAL_ITEMS
}

/// Finds repositories, tags, labels and digests in all registries, the best first. Nothing is asked of the registries.
#[utoipa::path(get, path = "/api/v1/search", tag = "repositories", params(SearchParameters), responses((status = 200, body = SearchList), Problems))]
pub(super) async fn find(
    Asking(engine): Asking,
    Parameters(asked): Parameters<SearchParameters>,
) -> Result<Json<SearchList>, ApiError> {
    let hits = engine.search(&asked.q, asked.limit).await?;
    let items: Vec<SearchItem> = hits.into_iter().map(SearchItem::from).collect();
    Ok(Json(SearchList { total: items.len(), items, next: None }))
}
