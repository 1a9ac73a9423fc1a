//! `/scans`: beginning and stopping scans, for people without scripts.

use axum::response::Response;

use crate::asking::Asking;
use crate::form::{Fields, Refusal};

/// Begins to scan a repository, or the whole registry, and leads back.
pub(crate) async fn begin(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    let (registry, repository) = (form.registry(&engine)?, form.repository()?);
    let begun = engine.start_scan(&registry, repository.as_ref()).await;
    begun.map(|_| form.back()).map_err(|error| form.refusal(&error))
}

/// Asks a scan to stop, and leads back. One that has ended by itself is as good.
pub(crate) async fn stop(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    let registry = form.registry(&engine)?;
    let id = form.one("id").and_then(|it| it.parse().ok());
    let id = id.ok_or_else(|| Refusal::unreadable("The field id is not the number of a scan."))?;
    let asked = engine.stop_known_scan(&registry, id).await;
    asked.map(|_| form.back()).map_err(|error| form.refusal(&error))
}
