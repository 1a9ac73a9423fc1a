//! `/api/v1/tags`

use axum::Json;
use axum::extract::{OriginalUri, State};
use engine::{Engine, PendingRow, SortBy, TagQuery};
use futures::future::join_all;
use registry::RepositoryName;
use registry::summary::TagRow;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::next;
use super::parameters::{self, Parameters};

/// Which tags are wanted, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TagParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    repository: RepositoryName,
    /// A part of the name, or `/a regular expression/`.
    #[serde(default)]
    q: String,
    /// Only those that run on this platform: `linux/arm64`, `linux` or `arm64`.
    #[serde(default)]
    platform: String,
    /// What to sort by, over all tags of the repository. Tags without a date or size come last in both directions.
    #[param(inline)]
    #[serde(default)]
    sort: Sort,
    /// In which direction.
    #[param(inline)]
    #[serde(default)]
    dir: Direction,
    /// Which page, from 1.
    #[param(minimum = 1, default = 1)]
    #[serde(default = "first_page", deserialize_with = "parameters::page")]
    page: usize,
    /// How many tags a page has.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    per_page: usize,
    /// Whether tags that only carry signatures, attestations or SBOMs of another image are listed too.
    #[serde(default)]
    attached: bool,
}

/// What tags are sorted by.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    /// The name, in natural order: `1.9` before `1.10`.
    #[default]
    Name,
    /// The date.
    Created,
    /// The compressed bytes.
    Size,
}

/// In which direction tags are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Direction {
    /// The first name, the oldest or the smallest first.
    #[default]
    Asc,
    /// The last name, the newest or the largest first.
    Desc,
}

/// A page of tags.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TagList {
    /// Those of this page.
    items: Vec<TagRow>,
    /// How many match.
    total: usize,
    /// Where the next page is; null on the last one.
    next: Option<String>,
    /// How many tags could not be read in time, so that order and filter leave them out of account. Asking again
    /// reads further.
    unread: usize,
}

fn first_page() -> usize {
    1
}

fn usual_items() -> usize {
    parameters::USUAL_ITEMS
}

/// Lists the tags of a repository that match, with size, date, platforms and aliases.
#[utoipa::path(get, path = "/api/v1/tags", tag = "tags", params(TagParameters), responses((status = 200, body = TagList), Problems))]
pub(super) async fn list(
    State(engine): State<Engine>,
    OriginalUri(uri): OriginalUri,
    Parameters(asked): Parameters<TagParameters>,
) -> Result<Json<TagList>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let query = TagQuery {
        q: asked.q,
        platform: asked.platform,
        sort: match asked.sort {
            Sort::Name => SortBy::Name,
            Sort::Created => SortBy::Created,
            Sort::Size => SortBy::Size,
        },
        descending: asked.dir == Direction::Desc,
        page: asked.page,
        per_page: asked.per_page,
        attached: asked.attached,
    };
    let page = engine.tags(&registry, &asked.repository, &query).await?;
    let n_pages = page.n_pages();
    let next = (asked.page < n_pages).then(|| next::address(&uri, "page", &(asked.page + 1).to_string()));
    // People are shown the last page instead of one past it; a program that counts pages up must see an end.
    let items = match asked.page {
        number if number <= n_pages => join_all(page.rows.into_iter().map(PendingRow::row)).await,
        _ => Vec::new(),
    };
    Ok(Json(TagList { items, total: page.matched, next, unread: page.n_unread }))
}
