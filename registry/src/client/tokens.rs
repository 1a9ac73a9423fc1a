//! Tokens from token servers (distribution specification, "Token Authentication"), kept as long as they are valid.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::future::Cache;
use moka::{Entry, Expiry};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use crate::client::challenge::BearerChallenge;
use crate::client::credentials::{Credentials, Identity, Secret};
use crate::client::error_body::Complaint;
use crate::client::measures::count_lookup;
use crate::client::transport::{Deadline, Request, Transport};
use crate::error::Error;

/// How long a token is valid whose server does not say.
const DEFAULT_LIFE: Duration = Duration::from_secs(60);
/// How long before its end a token is no longer used, at most.
const MARGIN: Duration = Duration::from_secs(10);

/// The tokens of one client, and thus of one identity.
#[derive(Debug)]
pub(crate) struct Tokens {
    kept: Cache<Key, Token>,
    limit: u64,
}

/// A token is good for a set of scopes, whatever order they were asked in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    realm: String,
    service: Option<String>,
    scopes: BTreeSet<String>,
}

/// A token, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// `Bearer …`; marked as sensitive, so that `Debug` does not print it.
    pub(crate) header: HeaderValue,
    /// When we got it.
    pub(crate) fetched: Instant,
    life: Duration,
}

/// Each token goes when its own life ends.
#[derive(Debug)]
struct OwnLife;

impl Expiry<Key, Token> for OwnLife {
    fn expire_after_create(&self, _key: &Key, token: &Token, _created_at: Instant) -> Option<Duration> {
        Some(token.life)
    }

    fn expire_after_update(
        &self,
        _key: &Key,
        token: &Token,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(token.life)
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    token: Option<String>,
    #[serde(default, deserialize_with = "crate::lenient::optional_text")]
    access_token: Option<String>,
    /// In seconds.
    #[serde(default, deserialize_with = "crate::lenient::or_default")]
    expires_in: Option<u64>,
}

impl Tokens {
    pub(crate) fn new(limit: u64) -> Self {
        Self { kept: Cache::builder().max_capacity(10_000).expire_after(OwnLife).build(), limit }
    }

    /// A token for the demand: a kept one, or a new one, which is fetched once however many ask for it at a time.
    pub(crate) async fn get(
        &self,
        demand: &BearerChallenge,
        who: &Identity,
        transport: &Transport,
        deadline: Deadline,
    ) -> Result<Token, Error> {
        let fetching = self.fetch(demand, who, transport, deadline);
        let found = self.kept.entry(key(demand)).or_try_insert_with(fetching).await;
        count_lookup("tokens", found.as_ref().is_ok_and(|it| !it.is_fresh()));
        found.map(Entry::into_value).map_err(|error| (*error).clone())
    }

    /// Forgets the token that was refused, unless somebody else has replaced it in the meantime.
    pub(crate) async fn forget(&self, demand: &BearerChallenge, refused: &Token) {
        let key = key(demand);
        if self.kept.get(&key).await.is_some_and(|kept| kept.header == refused.header) {
            self.kept.invalidate(&key).await;
        }
    }

    async fn fetch(
        &self,
        demand: &BearerChallenge,
        who: &Identity,
        transport: &Transport,
        deadline: Deadline,
    ) -> Result<Token, Error> {
        let request = self.request(demand, who)?;
        let response = transport.send(&request, who.basic.as_ref(), deadline).await?;
        let host = response.host.clone();
        let is_identity_token = matches!(who.credentials, Credentials::IdentityToken(_));
        match response.status {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST if is_identity_token => {
                return Err(Error::WrongCredentials { host });
            }
            StatusCode::UNAUTHORIZED if who.is_known() => return Err(Error::WrongCredentials { host }),
            StatusCode::UNAUTHORIZED => return Err(Error::CredentialsNeeded { host }),
            StatusCode::FORBIDDEN => {
                let message = Complaint::read(&response.body).message;
                return Err(Error::Denied { host, action: demand.scopes.join(" "), status: 403, message });
            }
            _ => return Err(response.upstream_error(&Complaint::read(&response.body))),
        }
        read(&response.body, &request.what)
    }

    /// Asks for a token: in the address, or in a form where we are known by an identity token.
    fn request(&self, demand: &BearerChallenge, who: &Identity) -> Result<Request, Error> {
        let (realm, what) = (realm(demand)?, "the token server's answer".to_owned());
        let (limit, retry) = (self.limit, true);
        Ok(match &who.credentials {
            Credentials::IdentityToken(token) => {
                let form = HeaderValue::from_static("application/x-www-form-urlencoded");
                let headers = HeaderMap::from_iter([(CONTENT_TYPE, form)]);
                let body = exchange(demand, token).into();
                Request { method: Method::POST, url: realm, headers, body, limit, what, retry }
            }
            _ => {
                let (headers, body) = (HeaderMap::new(), Bytes::new());
                Request {
                    method: Method::GET,
                    url: address(demand, realm),
                    headers,
                    body,
                    limit,
                    what,
                    retry,
                }
            }
        })
    }
}

fn key(demand: &BearerChallenge) -> Key {
    let scopes = demand.scopes.iter().cloned().collect();
    Key { realm: demand.realm.clone(), service: demand.service.clone(), scopes }
}

fn realm(demand: &BearerChallenge) -> Result<Url, Error> {
    Url::parse(&demand.realm).map_err(|_| Error::Unreadable {
        what: "the address of the token server".to_owned(),
        why: format!("{} is no address", crate::shorten(&demand.realm)),
    })
}

/// The address that gives the token. The scopes keep their order: some servers read only the first.
fn address(demand: &BearerChallenge, mut url: Url) -> Url {
    {
        let mut query = url.query_pairs_mut();
        if let Some(service) = &demand.service {
            query.append_pair("service", service);
        }
        for scope in &demand.scopes {
            query.append_pair("scope", scope);
        }
    }
    url
}

/// The form that an identity token is exchanged with (RFC 6749, section 6).
fn exchange(demand: &BearerChallenge, token: &Secret) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "refresh_token").append_pair("client_id", "stowage");
    if let Some(service) = &demand.service {
        form.append_pair("service", service);
    }
    form.append_pair("scope", &demand.scopes.join(" ")).append_pair("refresh_token", token.expose()).finish()
}

fn read(body: &[u8], what: &str) -> Result<Token, Error> {
    // What the parser would say may quote the token, so it is not passed on.
    let unreadable = |why: &str| Error::Unreadable { what: what.to_owned(), why: why.to_owned() };
    let answer: Answer = serde_json::from_slice(body).map_err(|_| unreadable("it is not JSON"))?;
    let token = answer.token.or(answer.access_token).ok_or_else(|| unreadable("it holds no token"))?;
    let mut header = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| unreadable("the token holds characters that no header can"))?;
    header.set_sensitive(true);
    let life = answer.expires_in.map_or(DEFAULT_LIFE, Duration::from_secs);
    let life = life - MARGIN.min(life / 4);
    Ok(Token { header, fetched: Instant::now(), life })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(body: &str) -> Token {
        read(body.as_bytes(), "x").unwrap()
    }

    #[test]
    fn takes_a_token_under_either_name() {
        assert_eq!(token(r#"{"token":"a"}"#).header, "Bearer a");
        assert_eq!(token(r#"{"access_token":"b"}"#).header, "Bearer b");
        assert_eq!(token(r#"{"token":"","access_token":"b","expires_in":null}"#).header, "Bearer b");
        assert!(read(b"{}", "x").is_err());
        assert!(read(br#"{"token":"a\nb"}"#, "x").is_err());
    }

    #[test]
    fn uses_a_token_a_little_shorter_than_it_lives() {
        assert_eq!(token(r#"{"token":"a"}"#).life, Duration::from_secs(50));
        assert_eq!(token(r#"{"token":"a","expires_in":3600}"#).life, Duration::from_secs(3590));
        assert_eq!(token(r#"{"token":"a","expires_in":4}"#).life, Duration::from_secs(3));
        assert_eq!(token(r#"{"token":"a","expires_in":0}"#).life, Duration::ZERO);
    }

    #[test]
    fn never_prints_the_token() {
        assert!(!format!("{:?}", token(r#"{"token":"s3cret"}"#)).contains("s3cret"));
    }

    #[test]
    fn asks_for_the_scopes_in_their_order_and_keeps_the_realms_query() {
        let demand = BearerChallenge {
            realm: "https://auth.example/token?a=1".to_owned(),
            service: Some("my registry".to_owned()),
            scopes: vec!["repository:x/y:delete".to_owned(), "repository:x/y:pull".to_owned()],
        };
        let url = realm(&demand).unwrap();
        assert_eq!(
            address(&demand, url).as_str(),
            "https://auth.example/token?a=1&service=my+registry&scope=repository%3Ax%2Fy%3Adelete&scope=repository%3Ax%2Fy%3Apull"
        );
        assert!(realm(&BearerChallenge { realm: "/token".to_owned(), ..demand }).is_err());
    }
}
