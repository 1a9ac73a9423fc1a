//! `/refresh`: comparing what is shown with the registry now, for people without scripts.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use engine::Error;
use tracing::Instrument;

use crate::asking::Asking;
use crate::form::{Fields, Refusal};
use crate::services::Services;

/// How long somebody waits; what takes longer goes on, and is there at the next look.
const PATIENCE: Duration = Duration::from_secs(20);

/// Compares what the page in the field `here` shows with the registry, and leads back to it.
pub(crate) async fn refresh(
    State(services): State<Services>,
    Asking(engine): Asking,
    form: Fields,
) -> Result<Response, Refusal> {
    let (here, pages) = (form.here(), services.pages());
    let work = async move { app::refresh(&engine, here.as_str(), &pages).await };
    let work = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(PATIENCE, work).await {
        // The page says itself what is wrong with the registry, and shows what was known before.
        Ok(Ok(Err(error))) if !matches!(error, Error::Registry(_)) => Err(form.refusal(&error)),
        _ => Ok(form.back()),
    }
}
