//! The sessions: what the server keeps of a visitor. The only place that names a key of theirs.

mod account;
mod store;

use std::convert::Infallible;

use app::base_path;
use axum::extract::{Extension, FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use registry::RepositoryName;
use tower::{Layer, ServiceExt};
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::session::Error;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use crate::access::oidc::Pending;
use crate::middleware::client::Client;
use store::DatabaseStore;

pub(crate) use account::{Account, RegistryPassword};
pub(crate) use store::key;

const COOKIE: &str = "stowage_session";
/// A browser takes a cookie of this name over https only, from this host only, and for all of it (RFC 6265bis, "The
/// __Host- Prefix").
const SECURE_COOKIE: &str = "__Host-stowage_session";
/// The same for a path of a host that is shared: the cookie is then for that path alone, so that no other program there
/// is sent it and two of us do not end each other's sessions, and `__Host-` is for the whole of a host only. It is called
/// differently because browsers send a cookie of the whole host as well, without saying which is which.
const PATH_COOKIE: &str = "stowage_path_session";
const SECURE_PATH_COOKIE: &str = "__Secure-stowage_path_session";
const ADDED: &str = "added_repositories";
const ACCOUNT: &str = "account";
const PENDING: &str = "oidc_pending";
/// Somebody who adds more than this is not browsing.
const MOST_ADDED: usize = 200;
/// In so many tabs somebody may be on their way to the OpenID provider.
const MOST_PENDING: usize = 5;
/// How long somebody may take at the provider.
const PENDING_FOR: Duration = Duration::minutes(15);
/// How long a session is kept in which nobody has signed in.
const LIFETIME: Duration = Duration::days(30);

/// The sessions of browsers that come over http, and of those that come over https.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    plain: SessionManagerLayer<DatabaseStore>,
    secure: SessionManagerLayer<DatabaseStore>,
}

impl Sessions {
    pub(crate) fn new(store: &engine::Store) -> Self {
        let base = base_path::current();
        let (name, secure_name) = match base.is_root() {
            true => (COOKIE, SECURE_COOKIE),
            false => (PATH_COOKIE, SECURE_PATH_COOKIE),
        };
        let layer = |name, is_https| {
            SessionManagerLayer::new(DatabaseStore::new(store.clone()))
                .with_name(name)
                .with_same_site(SameSite::Lax)
                .with_http_only(true)
                .with_secure(is_https)
                .with_path(base.for_cookies())
                .with_expiry(Expiry::OnInactivity(LIFETIME))
        };
        Self { plain: layer(name, false), secure: layer(secure_name, true) }
    }
}

/// Gives a request a session; one that nothing is stored in leaves no trace, neither here nor in the browser.
pub(crate) async fn give(
    State(sessions): State<Sessions>,
    Extension(client): Extension<Client>,
    request: Request,
    next: Next,
) -> Response {
    let layer = if client.is_https { &sessions.secure } else { &sessions.plain };
    let answer: Result<Response, Infallible> = layer.layer(next).oneshot(request).await;
    answer.unwrap_or_else(|never| match never {})
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

    /// Who has signed in.
    pub(crate) async fn account(&self) -> Option<Account> {
        self.0.get(ACCOUNT).await.ok().flatten()
    }

    /// Keeps who has signed in, under an id that nobody knew before; it is forgotten after a time without a request.
    pub(crate) async fn sign_in(&self, account: &Account, idle: std::time::Duration) -> Result<(), Error> {
        self.0.cycle_id().await?;
        self.0.remove_value(PENDING).await?;
        self.keep(account, idle).await
    }

    /// Keeps what has changed of who has signed in.
    pub(crate) async fn keep(&self, account: &Account, idle: std::time::Duration) -> Result<(), Error> {
        let idle = Duration::try_from(idle).unwrap_or(LIFETIME);
        self.0.set_expiry(Some(Expiry::OnInactivity(idle)));
        self.0.insert(ACCOUNT, account).await
    }

    /// Forgets everything of the session.
    pub(crate) async fn end(&self) -> Result<(), Error> {
        self.0.flush().await
    }

    /// Keeps what has to be compared with what the OpenID provider will send.
    pub(crate) async fn expect(&self, pending: Pending) -> Result<(), Error> {
        if self.0.id().is_none() {
            // Anybody can begin this, so it is not kept for long.
            self.0.set_expiry(Some(Expiry::OnInactivity(PENDING_FOR)));
        }
        let mut all: Vec<Pending> = self.0.get(PENDING).await?.unwrap_or_default();
        all.push(pending);
        let n_forgotten = all.len().saturating_sub(MOST_PENDING);
        all.drain(..n_forgotten);
        self.0.insert(PENDING, all).await
    }

    /// Takes out what was expected with a state; it can be used once.
    pub(crate) async fn expected(&self, state: &str) -> Result<Option<Pending>, Error> {
        let mut all: Vec<Pending> = self.0.get(PENDING).await?.unwrap_or_default();
        let Some(place) = all.iter().position(|it| it.is_for(state)) else { return Ok(None) };
        let pending = all.remove(place);
        self.0.insert(PENDING, all).await?;
        Ok(Some(pending))
    }

    /// The key that the session is kept under; nothing for one that is not.
    pub(crate) fn key(&self) -> Option<String> {
        self.0.id().map(|id| key(&id.to_string()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VisitorSession {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Session::from_request_parts(parts, state).await.map(Self)
    }
}
