//! What the token server answers.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde_json::json;

use super::jwt::Signer;
use super::{Access, Builder, Credentials, Grant, TokenRequest};
use crate::error::Result;
use crate::tls::Identity;

pub(super) const NAME: &str = "testbed-registry";
pub(super) const ISSUER: &str = "testbed-tokens";

/// What the token specification says of an answer without `expires_in`.
const DEFAULT_LIFETIME: i64 = 60;
/// Clocks differ.
const LEEWAY: i64 = 30;

#[derive(Debug)]
pub(super) struct Account {
    credentials: Credentials,
    grants: Vec<Grant>,
}

impl Account {
    pub(super) fn new(credentials: Credentials, grants: Vec<Grant>) -> Self {
        Self { credentials, grants }
    }
}

pub(super) struct Service {
    choices: Builder,
    signer: Signer,
    seen: Arc<Mutex<Vec<TokenRequest>>>,
}

impl Service {
    pub(super) fn new(
        choices: Builder,
        identity: &Identity,
        seen: Arc<Mutex<Vec<TokenRequest>>>,
    ) -> Result<Self> {
        Ok(Self { choices, signer: Signer::new(identity)?, seen })
    }

    pub(super) fn router(self) -> Router {
        Router::new().route("/token", get(by_query).post(by_form)).with_state(Arc::new(self))
    }

    fn answer(&self, parameters: &str, basic: Option<(String, String)>) -> Response {
        let parameters: Vec<(String, String)> =
            url::form_urlencoded::parse(parameters.as_bytes()).into_owned().collect();
        let first =
            |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let credentials = basic.or_else(|| first("username").zip(first("password")));
        let account = credentials.as_ref().map(|(user, password)| {
            self.choices
                .accounts
                .iter()
                .find(|it| it.credentials.user == user && it.credentials.password == password)
        });
        // One parameter may hold several scopes, and the parameter may be repeated.
        let scopes: Vec<String> = parameters
            .iter()
            .filter(|(key, _)| key == "scope")
            .flat_map(|(_, value)| value.split_whitespace().map(str::to_owned))
            .collect();
        let grants = match account {
            Some(account) => account.map(|it| it.grants.as_slice()),
            None => self.choices.anonymous.as_deref(),
        };
        let user = account.flatten().map(|it| it.credentials.user.to_owned());
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(TokenRequest {
            user: user.clone(),
            service: first("service").unwrap_or_default(),
            scopes: scopes.clone(),
            granted: grants.is_some(),
        });
        match grants {
            Some(grants) => self.grant(user.as_deref().unwrap_or_default(), &scopes, grants),
            None => (StatusCode::UNAUTHORIZED, Json(json!({ "details": "incorrect username or password" })))
                .into_response(),
        }
    }

    fn grant(&self, user: &str, scopes: &[String], grants: &[Grant]) -> Response {
        let read = if self.choices.first_scope_only { 1 } else { usize::MAX };
        let access: Vec<Access> = scopes
            .iter()
            .take(read)
            .filter_map(|scope| Access::parse(scope))
            .filter_map(|access| access.limit(grants))
            .collect();
        let now = Timestamp::now().as_second();
        let lifetime = self.choices.lifetime.unwrap_or(DEFAULT_LIFETIME);
        let token = self.signer.sign(&json!({
            "iss": ISSUER,
            "sub": user,
            "aud": NAME,
            "iat": now,
            "nbf": now - LEEWAY,
            "exp": now + lifetime,
            "jti": Timestamp::now().as_nanosecond().to_string(),
            "access": access,
        }));
        let name = if self.choices.access_token { "access_token" } else { "token" };
        let mut answer = json!({ name: token });
        if let Some(lifetime) = self.choices.lifetime {
            answer["expires_in"] = lifetime.into();
        }
        Json(answer).into_response()
    }
}

async fn by_query(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    service.answer(&query.unwrap_or_default(), basic(&headers))
}

async fn by_form(State(service): State<Arc<Service>>, headers: HeaderMap, form: String) -> Response {
    service.answer(&form, basic(&headers))
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    let decoded =
        BASE64_STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let (user, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
