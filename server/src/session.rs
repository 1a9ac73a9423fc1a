//! The sessions: what the server keeps of a visitor. The only place that names a key of theirs.

mod store;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use registry::RepositoryName;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::session::Error;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use store::DatabaseStore;

const COOKIE: &str = "stowage_session";
const ADDED: &str = "added_repositories";
/// Somebody who adds more than this is not browsing.
const MOST_ADDED: usize = 200;
const LIFETIME: Duration = Duration::days(30);

/// Gives every request a session; one that nothing is stored in leaves no trace, neither here nor in the browser.
pub(crate) fn layer(store: engine::Store) -> SessionManagerLayer<DatabaseStore> {
    SessionManagerLayer::new(DatabaseStore::new(store))
        .with_name(COOKIE)
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        // The server speaks plain http, and does not know yet whether a proxy before it speaks https.
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(LIFETIME))
}

/// The session of who asks.
#[derive(Clone, Debug)]
pub(crate) struct VisitorSession(Session);

impl VisitorSession {
    /// The repositories that were added by name, each with the id of its registry.
    pub(crate) async fn added(&self) -> Vec<(String, RepositoryName)> {
        self.0.get(ADDED).await.ok().flatten().unwrap_or_default()
    }

    /// Adds a repository; of too many the oldest is forgotten.
    pub(crate) async fn add(&self, registry: &str, repository: &RepositoryName) -> Result<(), Error> {
        let mut added = self.added().await;
        let entry = (registry.to_owned(), repository.clone());
        if added.contains(&entry) {
            return Ok(());
        }
        added.push(entry);
        let n_forgotten = added.len().saturating_sub(MOST_ADDED);
        added.drain(..n_forgotten);
        self.0.insert(ADDED, added).await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VisitorSession {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Session::from_request_parts(parts, state).await.map(Self)
    }
}
