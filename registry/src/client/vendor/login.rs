//! What a vendor's API is shown of the registry's credentials.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use url::Url;

use super::Login;
use crate::client::Client;
use crate::client::credentials::Credentials;
use crate::client::transport::Request;
use crate::error::Error;

/// How long a token is used that was exchanged for a password. It may live longer, but nobody says how long.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// The token that was exchanged last, so that reading the list again is no new login.
#[derive(Debug, Default)]
pub(crate) struct KeptLogin(Mutex<Option<(HeaderValue, Instant)>>);

#[derive(Deserialize)]
struct Exchanged {
    access_token: String,
}

/// The header that says who we are, if there is anything to say.
pub(super) async fn header(client: &Client, login: Login, api: &Url) -> Result<Option<HeaderValue>, Error> {
    let who = client.inner.session.identities.now();
    let Credentials::Basic { username, password } = &who.credentials else { return Ok(None) };
    match login {
        Login::Registry => Ok(None),
        Login::Basic => {
            let encoded = STANDARD.encode(format!("{username}:{}", password.expose()));
            sensitive(&format!("Basic {encoded}")).map(Some)
        }
        Login::Bearer => sensitive(&format!("Bearer {}", password.expose())).map(Some),
        Login::BearerOf(user) if user == username => {
            sensitive(&format!("Bearer {}", password.expose())).map(Some)
        }
        Login::BearerOf(_) => Ok(None),
        Login::Exchange(path) => {
            let mut kept = client.inner.vendor_login.0.lock().await;
            if let Some((header, at)) = &*kept
                && at.elapsed() < LIFE
            {
                return Ok(Some(header.clone()));
            }
            let body = json!({ "identifier": username, "secret": password.expose() });
            let header = exchange(client, api, path, body.to_string().into()).await?;
            *kept = Some((header.clone(), Instant::now()));
            Ok(Some(header))
        }
    }
}

/// Forgets the token that was refused; false if there was none to forget.
pub(super) async fn forget(client: &Client) -> bool {
    client.inner.vendor_login.0.lock().await.take().is_some()
}

async fn exchange(client: &Client, api: &Url, path: &str, body: Bytes) -> Result<HeaderValue, Error> {
    let mut url = api.clone();
    url.set_path(&format!("{}/{path}", api.path().trim_end_matches('/')));
    let what = "the token of the vendor's API".to_owned();
    let request = Request {
        method: Method::POST,
        url,
        headers: HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]),
        body,
        limit: client.config().limits.token,
        what: what.clone(),
        retry: true,
    };
    let response = client.call_vendor(&request, None).await?;
    if !response.status.is_success() {
        return Err(super::pages::refused(&response, None));
    }
    // What the parser would say may quote the token.
    let unreadable = |_| Error::Unreadable { what, why: "there is none in the answer".to_owned() };
    let exchanged: Exchanged = serde_json::from_slice(&response.body).map_err(unreadable)?;
    sensitive(&format!("Bearer {}", exchanged.access_token))
}

fn sensitive(text: &str) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::try_from(text).map_err(|_| Error::InvalidConfig {
        setting: "credentials".to_owned(),
        why: "the password or token holds characters that cannot be sent".to_owned(),
    })?;
    header.set_sensitive(true);
    Ok(header)
}
