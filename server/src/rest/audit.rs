//! `/api/v1/audit`

use axum::Json;
use axum::extract::OriginalUri;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use engine::{AuditEntry, AuditFilter, Engine};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::next;
use super::parameters::{self, Parameters};
use crate::asking::Asking;

/// How many lines are read at a time for a file.
const PIECE: usize = 5000;

/// Which lines are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditParameters {
    /// A part of the tag, digest, plan or job that it is about.
    #[serde(default)]
    q: String,
    /// `plan`, `refuse`, `start`, `delete`, `restore`, `stop`, `end`, `push`, `sign_in`, `sign_out`, `token` or `role`.
    #[serde(default)]
    action: String,
    /// `done`, `deleted`, `already_gone`, `still_there`, `skipped`, `restored`, …
    #[serde(default)]
    outcome: String,
    /// Who did it.
    #[serde(default)]
    actor: String,
    /// The id of the registry.
    #[serde(default)]
    registry: String,
    /// The repository.
    #[serde(default)]
    repository: String,
    /// At this time or later.
    #[param(value_type = Option<String>, format = "date-time")]
    from: Option<Timestamp>,
    /// Before this time.
    #[param(value_type = Option<String>, format = "date-time")]
    until: Option<Timestamp>,
    /// Only lines before the one of this number; `next` sets it.
    after: Option<i64>,
    /// How many lines at most; a file has all.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    limit: usize,
    /// `csv` or `jsonl` for a file of all lines that match, instead of a list.
    #[param(inline)]
    format: Option<Format>,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// Comma-separated values.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// What was done, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditList {
    /// Those of this page.
    items: Vec<AuditItem>,
    /// How many lines there are in all, whatever the filter.
    total: usize,
    /// Where the next page is; null on the last one.
    next: Option<String>,
}

/// A line of the audit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditLine)]
struct AuditItem {
    /// Its number.
    id: i64,
    /// When.
    #[schema(value_type = String, format = "date-time")]
    at: Timestamp,
    /// Who; empty where nobody signs in.
    actor: String,
    /// From where.
    address: String,
    /// What.
    action: String,
    /// The id of the registry.
    registry: String,
    /// The repository.
    repository: String,
    /// The tag, digest, plan or job that it is about.
    subject: String,
    /// What came of it.
    outcome: String,
    /// Why, in a sentence.
    detail: String,
}

impl From<AuditEntry> for AuditItem {
    fn from(it: AuditEntry) -> Self {
        Self {
            id: it.id,
            at: it.at,
            actor: it.actor.name,
            address: it.actor.address,
            action: it.deed.action,
            registry: it.deed.registry,
            repository: it.deed.repository,
            subject: it.deed.subject,
            outcome: it.deed.outcome,
            detail: it.deed.detail,
        }
    }
}

fn usual_items() -> usize {
    parameters::USUAL_ITEMS
}

/// Lists what was planned, refused, deleted and put back, the newest first, as far as whoever asks maintains it; and for
/// administrators of everything, who signed in and out, and what was done with tokens and roles. Or gives all of it as a file.
#[utoipa::path(get, path = "/api/v1/audit", tag = "deletion", params(AuditParameters), responses((status = 200, body = AuditList), Problems))]
pub(super) async fn list(
    Asking(engine): Asking,
    OriginalUri(uri): OriginalUri,
    Parameters(asked): Parameters<AuditParameters>,
) -> Result<Response, ApiError> {
    let filter = AuditFilter {
        q: asked.q,
        action: asked.action,
        outcome: asked.outcome,
        actor: asked.actor,
        registry: asked.registry,
        repository: asked.repository,
        from: asked.from,
        until: asked.until,
    };
    if let Some(format) = asked.format {
        return file(&engine, &filter, format).await;
    }
    // One more tells whether there is another page.
    let mut entries = engine.audit(&filter, asked.after, asked.limit + 1).await?;
    let more = entries.len() > asked.limit;
    entries.truncate(asked.limit);
    let last = entries.last().filter(|_| more).map(|it| it.id.to_string());
    Ok(Json(AuditList {
        items: entries.into_iter().map(AuditItem::from).collect(),
        total: engine.audit_length().await?,
        next: last.map(|it| next::address(&uri, "after", &it)),
    })
    .into_response())
}

async fn file(engine: &Engine, filter: &AuditFilter, format: Format) -> Result<Response, ApiError> {
    let failed =
        |error: &dyn std::fmt::Display| ApiError::BadBody(format!("the file cannot be written: {error}"));
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut lines = String::new();
    let mut before = None;
    loop {
        let entries = engine.audit(filter, before, PIECE).await?;
        let Some(last) = entries.last() else { break };
        before = Some(last.id);
        for item in entries.into_iter().map(AuditItem::from) {
            match format {
                Format::Csv => csv.serialize(guarded(item)).map_err(|error| failed(&error))?,
                Format::Jsonl => {
                    lines += &serde_json::to_string(&item).map_err(|error| failed(&error))?;
                    lines.push('\n');
                }
            }
        }
    }
    Ok(match format {
        Format::Csv => {
            let bytes = csv.into_inner().map_err(|error| failed(&error))?;
            ([(CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response()
        }
        Format::Jsonl => ([(CONTENT_TYPE, "application/jsonl")], lines).into_response(),
    })
}

/// Spreadsheets take a text for a formula that begins like one, and registries send texts.
fn guarded(mut item: AuditItem) -> AuditItem {
    for text in [&mut item.subject, &mut item.detail, &mut item.actor] {
        if text.starts_with(['=', '+', '-', '@']) {
            text.insert(0, '\'');
        }
    }
    item
}
