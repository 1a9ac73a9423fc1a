//! `/api/v1/tags`

mod parameters;

use std::sync::Arc;

use axum::Json;
use axum::extract::OriginalUri;
use engine::PendingRow;
use futures::future::join_all;
use jiff::Timestamp;
use registry::summary::TagRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, Problems};
use super::next;
use super::parameters::{Parameters, registry};
use crate::asking::Asking;
use parameters::{Reading, TagParameters};

pub(super) use parameters::age;

/// A page of tags.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TagList {
    /// Those of this page.
    items: Vec<TagItem>,
    /// How many match.
    total: usize,
    /// Where the next page is; null on the last one.
    next: Option<String>,
    /// How many tags could not be read in time, so that order and filter leave them out of account. Asking again
    /// reads further.
    unread: usize,
    /// When the registry last said where these tags are: the time of the one that was asked for the longest ago. Null
    /// where one of them was never asked for before.
    #[schema(value_type = Option<String>, format = "date-time")]
    seen_at: Option<Timestamp>,
    /// When all tags of the repository were last compared with the registry.
    #[schema(value_type = Option<String>, format = "date-time")]
    scanned_at: Option<Timestamp>,
}

/// A tag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tag)]
struct TagItem {
    #[serde(flatten)]
    row: TagRow,
    /// When it was last pushed, as far as that was noticed.
    #[schema(value_type = Option<String>, format = "date-time")]
    pushed_at: Option<Timestamp>,
    /// When it was last pulled, as far as the registry tells; exact to ten seconds.
    #[schema(value_type = Option<String>, format = "date-time")]
    pulled_at: Option<Timestamp>,
    /// When the registry last said where it is; null where it was asked just now for the first time.
    #[schema(value_type = Option<String>, format = "date-time")]
    seen_at: Option<Timestamp>,
}

/// Lists the tags of a repository that match, with size, date, platforms and aliases.
#[utoipa::path(get, path = "/api/v1/tags", tag = "tags", params(TagParameters), responses((status = 200, body = TagList), Problems))]
pub(super) async fn list(
    Asking(engine): Asking,
    OriginalUri(uri): OriginalUri,
    Parameters(mut asked): Parameters<TagParameters>,
) -> Result<Json<TagList>, ApiError> {
    let registry = registry(&engine, asked.registry.take())?;
    let repository = asked.repository.clone();
    let (selection, reading) = asked.selection()?;
    let mut page = engine.select_tags(&registry, &repository, &selection).await?;
    let mut rows = std::mem::take(&mut page.rows);
    let next = match reading {
        Reading::Page(number) => {
            let n_pages = page.n_pages();
            if number > n_pages {
                // People are shown the last page instead of one past it; a program that counts pages up must see an end.
                rows.clear();
            }
            (number < n_pages).then(|| next::address(&uri, "page", &(number + 1).to_string()))
        }
        Reading::Pieces => {
            let wanted = selection.per_page - 1;
            let more = rows.len() > wanted;
            rows.truncate(wanted);
            let place = rows.last().filter(|_| more).map(|it| it.cursor(&selection));
            place.map(|it| next::address(&uri, "after", &it.to_string()))
        }
    };
    let seen: Option<Vec<Timestamp>> = rows.iter().map(PendingRow::seen_at).collect();
    Ok(Json(TagList {
        items: join_all(rows.into_iter().map(item)).await,
        total: page.matched,
        next,
        unread: page.n_unread,
        seen_at: seen.and_then(|it| it.into_iter().min()),
        scanned_at: page.scanned_at,
    }))
}

async fn item(pending: PendingRow) -> TagItem {
    let (pushed_at, pulled_at, seen_at) = (pending.pushed_at(), pending.pulled_at(), pending.seen_at());
    TagItem { row: Arc::unwrap_or_clone(pending.row().await), pushed_at, pulled_at, seen_at }
}
