//! `/login/oidc`: to the OpenID provider and back.

use app::address::Address;
use app::same_site_path::SameSitePath;
use app::visitor::{AccessNotice, Visitor};
use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use engine::Engine;
use serde::Deserialize;

use super::{Desk, begin as begin_session};
use crate::access;
use crate::access::oidc::{CallbackQuery, OidcError, SignedIn};
use crate::metrics::count_sign_in;
use crate::middleware::client::Client;
use crate::services::Services;
use crate::session::{Account, VisitorSession};

/// What the link on the page says.
#[derive(Debug, Deserialize)]
pub(crate) struct BeginQuery {
    /// Where somebody wants to go.
    next: Option<String>,
}

/// Leads to the provider, and keeps what its answer has to fit.
pub(crate) async fn begin(
    State(services): State<Services>,
    Extension(engine): Extension<Engine>,
    Extension(visitor): Extension<Visitor>,
    session: VisitorSession,
    Query(query): Query<BeginQuery>,
) -> Response {
    let next = query.next.as_deref().and_then(SameSitePath::parse).unwrap_or_else(SameSitePath::home);
    let desk = Desk { services: &services, engine: &engine, visitor, next: &next };
    let Some(oidc) = services.access().oidc() else { return to_login() };
    match oidc.begin(next.as_str()).await {
        Ok((url, pending)) => match session.expect(pending).await {
            Ok(()) => Redirect::to(url.as_str()).into_response(),
            Err(error) => desk.show(AccessNotice::WayFailed { why: error.to_string() }).await,
        },
        Err(error) => desk.show(AccessNotice::WayFailed { why: error.to_string() }).await,
    }
}

/// Takes what the provider sends somebody back with.
pub(crate) async fn finish(
    State(services): State<Services>,
    Extension(engine): Extension<Engine>,
    Extension(visitor): Extension<Visitor>,
    Extension(Client { address: from, .. }): Extension<Client>,
    session: VisitorSession,
    Query(query): Query<CallbackQuery>,
    headers: HeaderMap,
) -> Response {
    let home = SameSitePath::home();
    let failed = async |why: &str| {
        tracing::warn!(why, address = %from, "somebody could not sign in through the OpenID provider");
        count_sign_in("oidc", "failed");
        // Anybody can send this, and the audit is kept for ever.
        if services.access().attempts().check(from, "").is_ok()
            && let Err(error) = engine.sign_in_failed("", why).await
        {
            tracing::error!(%error, "it cannot be written down that somebody could not sign in");
        }
        let desk = Desk { services: &services, engine: &engine, visitor: visitor.clone(), next: &home };
        desk.show(AccessNotice::WayFailed { why: why.to_owned() }).await
    };
    let Some(oidc) = services.access().oidc() else { return to_login() };
    let expected = match session.expected(query.state.as_deref().unwrap_or_default()).await {
        Ok(Some(expected)) => expected,
        Ok(None) => return failed(&OidcError::Unexpected.to_string()).await,
        Err(error) => return failed(&error.to_string()).await,
    };
    let next = SameSitePath::parse(expected.next()).unwrap_or_else(SameSitePath::home);
    let SignedIn { identity, id_token } = match oidc.finish(expected, &query).await {
        Ok(signed_in) => signed_in,
        Err(error) => return failed(&error.to_string()).await,
    };
    let account = access::account(identity, from, &headers);
    let account = Account { id_token: Some(id_token), ..account };
    match begin_session(&services, &engine, &session, account).await {
        Ok(()) => {
            count_sign_in("oidc", "succeeded");
            Redirect::to(next.as_str()).into_response()
        }
        Err(error) => failed(&error.to_string()).await,
    }
}

/// Where people find out that there is no provider.
fn to_login() -> Response {
    Redirect::to(&Address::Login.path()).into_response()
}
