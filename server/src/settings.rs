//! `/settings`: sessions, tokens and roles, by forms.

use std::time::Duration;

use app::address::Address;
use app::visitor::{AccessNotice, Visitor};
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Redirect, Response};
use engine::{Grant, Identity, NewToken};

use crate::asking::Asking;
use crate::form::{Fields, Refusal};
use crate::services::Services;
use crate::session::VisitorSession;
use crate::sign_in::show;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest that a token which expires is good, in days.
const MOST_DAYS: u32 = 3650;

/// Ends one session of who asks, or all of them; or all of somebody else, for administrators.
pub(crate) async fn end_sessions(
    Asking(engine): Asking,
    session: VisitorSession,
    form: Fields,
) -> Result<Response, Refusal> {
    if let Some(who) = form.one("who") {
        let who =
            who.trim().parse::<Identity>().map_err(|error| Refusal::unreadable(&format!("{error}.")))?;
        return engine.end_sessions_of(&who).await.map(|_| back()).map_err(|error| form.refusal(&error));
    }
    let all = form.one("all") == Some("true");
    let key = form.one("key").filter(|_| !all);
    if key.is_none() && !all {
        return Err(Refusal::unreadable("It names no session."));
    }
    let is_own = all || key == session.key().as_deref();
    engine.end_sessions(key).await.map_err(|error| form.refusal(&error))?;
    if !is_own {
        return Ok(back());
    }
    if let Err(error) = session.end().await {
        tracing::error!(%error, "a session cannot be deleted");
    }
    Ok(Redirect::to(&Address::Login.path()).into_response())
}

/// Makes a token and shows it, this once.
pub(crate) async fn make_token(
    State(services): State<Services>,
    Asking(engine): Asking,
    Extension(visitor): Extension<Visitor>,
    form: Fields,
) -> Result<Response, Refusal> {
    let wanted = wanted(&form)?;
    let secret = engine.make_token(&wanted).await.map_err(|error| form.refusal(&error))?;
    let notice = AccessNotice::TokenMade { name: wanted.name, secret: secret.expose().to_owned() };
    Ok(show(&services, &engine, visitor, "/settings", notice).await)
}

fn wanted(form: &Fields) -> Result<NewToken, Refusal> {
    let role = form.one("role").and_then(|it| it.parse().ok());
    let scope = form.one("scope").unwrap_or("**").parse();
    let lifetime = match form.one("days") {
        None => None,
        Some(text) => {
            let days = text.parse().ok().filter(|it| (1..=MOST_DAYS).contains(it));
            Some(DAY * days.ok_or_else(|| Refusal::unreadable("The field days is no number of days."))?)
        }
    };
    Ok(NewToken {
        name: form.one("name").unwrap_or_default().to_owned(),
        role: role.ok_or_else(|| Refusal::unreadable("The field role is no role."))?,
        scope: scope.map_err(|error: engine::InvalidScope| Refusal::unreadable(&format!("{error}.")))?,
        lifetime,
    })
}

/// Revokes a token of who asks.
pub(crate) async fn revoke_token(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    engine.revoke_token(number(&form)?).await.map(|_| back()).map_err(|error| form.refusal(&error))
}

/// Gives a role.
pub(crate) async fn give(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    let part = |name| form.one(name).unwrap_or_default();
    let grant = format!("{} {} {}", part("role"), part("who").trim(), part("scope").trim()).parse::<Grant>();
    let grant = grant.map_err(|error| Refusal::unreadable(&format!("{error}.")))?;
    engine.give(&grant).await.map(|_| back()).map_err(|error| form.refusal(&error))
}

/// Takes a role back.
pub(crate) async fn take_back(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    engine.take_back(number(&form)?).await.map(|_| back()).map_err(|error| form.refusal(&error))
}

fn number(form: &Fields) -> Result<i64, Refusal> {
    let id = form.one("id").and_then(|it| it.parse().ok());
    id.ok_or_else(|| Refusal::unreadable("The field id is no number."))
}

fn back() -> Response {
    Redirect::to(&Address::Settings.path()).into_response()
}
