//! `/login` and `/logout`: signing in by a form, and signing out.

pub(crate) mod oidc;

use std::time::Duration;

use app::address::Address;
use app::same_site_path::SameSitePath;
use app::visitor::{AccessNotice, Visitor};
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::header::{CACHE_CONTROL, REFRESH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use engine::{Caller, Engine, Error, Identity, RegistryCredentials};
use registry::client::Secret;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::access;
use crate::form::{Fields, Refusal};
use crate::metrics::count_sign_in;
use crate::middleware::client::Client;
use crate::problem;
use crate::services::Services;
use crate::session::{Account, VisitorSession};

/// Longer ones are nobody's, and would be hashed for nothing.
const LONGEST_PASSWORD: usize = 4096;

/// Checks a name and a password, and leads to where somebody wanted to go.
pub(crate) async fn sign_in(
    State(services): State<Services>,
    Extension(engine): Extension<Engine>,
    Extension(visitor): Extension<Visitor>,
    Extension(Client { address: from, .. }): Extension<Client>,
    session: VisitorSession,
    headers: HeaderMap,
    form: Fields,
) -> Result<Response, Refusal> {
    let next = form.one("next").and_then(SameSitePath::parse).unwrap_or_else(SameSitePath::home);
    let name = form.one("username").unwrap_or_default();
    let password = Secret::new(form.one("password").unwrap_or_default());
    let desk = Desk { services: &services, engine: &engine, visitor, next: &next };
    let attempts = services.access().attempts();
    let way = if form.one("way") == Some("registry") { "registry" } else { "local" };
    if let Err(wait) = attempts.check(from, name) {
        // Nothing is written down of it: the audit is kept for ever, and anybody can send this.
        tracing::warn!(address = %from, "somebody tries to sign in too often");
        count_sign_in(way, "throttled");
        return Ok(desk.wait(wait).await);
    }
    let account = |identity| access::account(identity, from, &headers);
    let checked = match password.expose().len() {
        1..=LONGEST_PASSWORD => check(&services, &engine, &form, name, password, account).await,
        _ => Ok(None),
    };
    match checked {
        Ok(Some(account)) => {
            attempts.succeeded(from, name);
            count_sign_in(way, "succeeded");
            begin(&services, &engine, &session, account).await.map_err(|error| form.refusal(&error))?;
            Ok(Redirect::to(next.as_str()).into_response())
        }
        Ok(None) => {
            attempts.failed(from, name);
            count_sign_in(way, "failed");
            engine
                .sign_in_failed(name, "wrong name or password")
                .await
                .map_err(|error| form.refusal(&error))?;
            let at_registry = way == "registry";
            Ok(desk.show(AccessNotice::SignInFailed { name: name.to_owned(), at_registry }).await)
        }
        Err(error) => {
            attempts.undecided(from, name);
            count_sign_in(way, "undecided");
            Ok(desk.show(AccessNotice::WayFailed { why: error.to_string() }).await)
        }
    }
}

/// What the session of somebody keeps whose name and password are right; `account` makes the beginning of it.
async fn check(
    services: &Services,
    engine: &Engine,
    form: &Fields,
    name: &str,
    password: Secret,
    account: impl FnOnce(Identity) -> Account,
) -> Result<Option<Account>, Error> {
    let access = services.access();
    if form.one("way") != Some("registry") {
        let found = access.check_local(name, &password).await;
        return Ok(found
            .map(|(identity, fingerprint)| Account { fingerprint: Some(fingerprint), ..account(identity) }));
    }
    let offered = &access.sign_in().registries;
    let registry = form.one("registry").or_else(|| offered.first().map(String::as_str)).unwrap_or_default();
    let (registry, username) = (registry.to_owned(), name.to_owned());
    let found = access.check_registry(engine, RegistryCredentials { registry, username, password }).await?;
    Ok(found.map(|(identity, kept)| Account { registry: Some(kept), ..account(identity) }))
}

/// Begins the session of somebody who has just come in, and writes that down.
async fn begin(
    services: &Services,
    engine: &Engine,
    session: &VisitorSession,
    account: Account,
) -> Result<(), Error> {
    let identity = account.identity.clone();
    let caller = Caller::person(identity.clone(), account.address.clone(), engine::Rights::default());
    if let Err(error) = session.sign_in(&account, services.access().idle()).await {
        tracing::error!(%error, "a session cannot be stored");
        return Err(Error::SignInNeeded);
    }
    engine.on_behalf_of(caller).signed_in(&identity).await
}

/// Forgets the session, and leads to where one signs in; through the OpenID provider, if it was that way.
pub(crate) async fn sign_out(
    State(services): State<Services>,
    Extension(engine): Extension<Engine>,
    session: VisitorSession,
) -> Response {
    let account = session.account().await;
    if let Err(error) = session.end().await {
        tracing::error!(%error, "a session cannot be deleted");
    }
    if engine.caller().identity.is_some()
        && let Err(error) = engine.signed_out().await
    {
        tracing::error!(%error, "it cannot be written down that somebody has signed out");
    }
    let access = services.access();
    let login = Address::Login.path();
    let provider = account.and_then(|it| it.id_token).zip(access.oidc()).zip(access.public_url());
    let left = match provider.and_then(|((token, oidc), here)| Some((token, oidc, here.join(&login).ok()?))) {
        Some((token, oidc, back)) => oidc.end_session_url(&token, back).await,
        None => None,
    };
    match left {
        Some(url) => leave_for(&url),
        None => Redirect::to(&login).into_response(),
    }
}

/// Leads to another site. Browsers count a redirect as a part of the form that led to it, which our policy allows to go
/// nowhere else; so this is an answer by itself.
fn leave_for(url: &Url) -> Response {
    let page = problem::leaving(url.as_str());
    let refresh = HeaderValue::from_str(&format!("0;url={url}"));
    let mut response = page.into_response();
    if let Ok(refresh) = refresh {
        response.headers_mut().insert(REFRESH, refresh);
    }
    response
}

/// Where somebody tries to sign in, and is told what came of it.
struct Desk<'a> {
    services: &'a Services,
    engine: &'a Engine,
    visitor: Visitor,
    next: &'a SameSitePath,
}

impl Desk<'_> {
    async fn show(self, notice: AccessNotice) -> Response {
        let query = Serializer::new(String::new()).append_pair("next", self.next.as_str()).finish();
        show(self.services, self.engine, self.visitor, &format!("/login?{query}"), notice).await
    }

    async fn wait(self, wait: Duration) -> Response {
        let seconds = wait.as_secs().max(1);
        let mut response = self.show(AccessNotice::TooManyAttempts { seconds }).await;
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        response
    }
}

/// A page, by its path as routes know it, that tells once what came of a form; nobody keeps it.
pub(crate) async fn show(
    services: &Services,
    engine: &Engine,
    visitor: Visitor,
    page: &str,
    notice: AccessNotice,
) -> Response {
    let mut request = Request::new(Body::empty());
    if let Ok(uri) = page.parse() {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().insert(Visitor { notice: Some(notice), ..visitor });
    let mut response = Box::pin(app::serve(engine.clone(), services.options(), request)).await;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}
