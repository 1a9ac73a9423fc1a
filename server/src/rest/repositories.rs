//! `/api/v1/repositories`

use axum::Json;
use axum::extract::OriginalUri;
use engine::{RepositoryFacts, RepositoryQuery};
use jiff::Timestamp;
use registry::RepositoryName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::next;
use super::parameters::{self, Parameters};
use crate::asking::Asking;

/// Which repositories are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RepositoryParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// A part of the name, or `/a regular expression/`.
    #[serde(default)]
    q: String,
    /// Only those after this name, the last one of the page before.
    #[serde(default)]
    after: String,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    limit: usize,
}

/// A page of repositories, in the order of their names.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RepositoryList {
    /// Those of this page.
    items: Vec<RepositoryItem>,
    /// How many match; as far as they have been read, where `complete` is false.
    total: usize,
    /// Where the next page is; null on the last one.
    next: Option<String>,
    /// Whether the registry's catalog has been read to its end. Large catalogs go on being read.
    complete: bool,
}

/// A repository.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Repository)]
struct RepositoryItem {
    /// The id of its registry.
    #[schema(example = "registry.example.com")]
    registry: String,
    /// Its name.
    #[schema(example = "library/nginx")]
    name: String,
    /// How many tags it has, without those that only carry signatures and the like; null until they were listed.
    n_tags: Option<usize>,
    /// Compressed bytes of all that its tags lead to, each blob once; null until it was scanned.
    size: Option<u64>,
    /// When something was last pushed, as far as that was noticed, else the newest date of its tags.
    #[schema(value_type = Option<String>, format = "date-time")]
    last_pushed: Option<Timestamp>,
    /// When it was last compared with the registry as a whole.
    #[schema(value_type = Option<String>, format = "date-time")]
    scanned_at: Option<Timestamp>,
}

fn usual_items() -> usize {
    parameters::USUAL_ITEMS
}

/// Lists the repositories of a registry that match.
#[utoipa::path(get, path = "/api/v1/repositories", tag = "repositories", params(RepositoryParameters), responses((status = 200, body = RepositoryList), Problems))]
pub(super) async fn list(
    Asking(engine): Asking,
    OriginalUri(uri): OriginalUri,
    Parameters(asked): Parameters<RepositoryParameters>,
) -> Result<Json<RepositoryList>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let query = RepositoryQuery { q: asked.q, ..RepositoryQuery::default() };
    let catalog = engine.repositories(&registry, &query).await?;
    let begin = catalog.names.partition_point(|name| name.as_str() <= asked.after.as_str());
    let end = catalog.names.len().min(begin.saturating_add(asked.limit));
    let page = &catalog.names[begin..end];
    let is_last = end == catalog.names.len();
    if let (true, Some(error)) = (is_last, catalog.interrupted) {
        // A list that ends early must not look like one that is complete.
        return Err(engine::Error::from(error).into());
    }
    let next = match page.last() {
        _ if is_last && catalog.complete => None,
        Some(last) => Some(last.as_str()),
        // Nothing more has been read yet; asking again goes on from the same place.
        None => Some(asked.after.as_str()),
    };
    let next = next.map(|after| next::address(&uri, "after", after));
    let facts = engine.repository_facts(&registry, page).await?;
    let items = page.iter().map(|name| item(&registry, name, known(&facts, name))).collect();
    Ok(Json(RepositoryList { items, total: catalog.names.len(), next, complete: catalog.complete }))
}

/// What is known of a repository, among facts in the order of the names.
fn known<'a>(facts: &'a [RepositoryFacts], name: &RepositoryName) -> Option<&'a RepositoryFacts> {
    facts.binary_search_by(|it| it.name.cmp(name)).ok().and_then(|index| facts.get(index))
}

fn item(registry: &str, name: &RepositoryName, facts: Option<&RepositoryFacts>) -> RepositoryItem {
    RepositoryItem {
        registry: registry.to_owned(),
        name: name.to_string(),
        n_tags: facts.and_then(|it| it.n_tags),
        size: facts.and_then(|it| it.size),
        last_pushed: facts.and_then(|it| it.last_pushed),
        scanned_at: facts.and_then(|it| it.scanned_at),
    }
}
