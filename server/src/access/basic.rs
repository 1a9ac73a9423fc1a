//! Those who show who they are with each request, as `docker` does: a name and a password, or an API token.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use engine::{Caller, Engine, Error, Identity, RegistryCredentials, Rights, Way};
use moka::future::Cache;
use registry::client::Secret;
use sha2::{Digest, Sha256};

use super::sealed::new_key;
use super::{Access, Unrecognised};

/// How long a password is taken for right without being compared again: that is slow, and is asked for each layer.
const BELIEVED_FOR: Duration = Duration::from_secs(60);
const MOST_BELIEVED: u64 = 10_000;
/// Longer ones are nobody's, and would be hashed for nothing.
const LONGEST_PASSWORD: usize = 4096;
/// What every API token begins with.
const TOKEN: &str = "stw_";

/// Why somebody is not believed.
#[derive(Clone, Debug)]
pub(crate) enum Refused {
    /// The name or the password is wrong.
    Password,
    /// One has to wait before one may try again.
    TooOften(Duration),
    /// It is no API token, or not any more.
    Token,
    /// It cannot be told now who it is.
    Engine(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

/// Passwords that were right a moment ago, under a hash that only this process can make.
#[derive(Clone)]
pub(super) struct Believed {
    passwords: Cache<[u8; 32], Kept>,
    key: Secret,
}

/// What was found out of a password.
#[derive(Clone, Debug)]
enum Kept {
    /// It is that of somebody in the file of users, who is recognised by this.
    Local(String),
    /// The registry takes it.
    Registry,
}

impl Default for Believed {
    fn default() -> Self {
        let passwords = Cache::builder().max_capacity(MOST_BELIEVED).time_to_live(BELIEVED_FOR).build();
        Self { passwords, key: new_key() }
    }
}

impl std::fmt::Debug for Believed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Believed(<redacted>)")
    }
}

impl Believed {
    fn key(&self, name: &str, password: &Secret) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in [self.key.expose(), name, password.expose()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }
}

/// What the header says.
enum Shown<'a> {
    Nothing,
    Token(&'a str),
    Password(String, Secret),
    /// Something that is neither.
    Nonsense,
}

impl Access {
    /// Who asks, by what the header `Authorization` says alone: neither cookies nor a proxy are believed, for a browser
    /// sends along both for any page.
    ///
    /// `registry` is the one whose credentials are taken where one signs in at a registry.
    pub(crate) async fn caller_by_header(
        &self,
        engine: &Engine,
        registry: &str,
        headers: &HeaderMap,
        address: IpAddr,
    ) -> Result<Caller, Refused> {
        let from = address.to_string();
        if self.is_open() {
            return Ok(Caller::open(from));
        }
        let header = headers.get(AUTHORIZATION).map(|it| it.to_str().unwrap_or("?"));
        let token = |shown: String| async move {
            self.of_token(engine, &shown, address.to_string()).await.map_err(|error| match error {
                Unrecognised::Token => Refused::Token,
                Unrecognised::Engine(error) => Refused::Engine(error),
            })
        };
        match shown(header) {
            Shown::Nothing => Ok(Caller::anonymous(from, engine.rights_of(None).await?)),
            Shown::Token(shown) => token(shown.to_owned()).await,
            Shown::Password(_, password) if password.expose().starts_with(TOKEN) => {
                token(password.expose().to_owned()).await
            }
            Shown::Password(name, password) => {
                self.of_password(engine, registry, &name, password, address).await
            }
            Shown::Nonsense => Err(Refused::Password),
        }
    }

    async fn of_password(
        &self,
        engine: &Engine,
        registry: &str,
        name: &str,
        password: Secret,
        address: IpAddr,
    ) -> Result<Caller, Refused> {
        let credentials = RegistryCredentials {
            registry: registry.to_owned(),
            username: name.to_owned(),
            password: password.clone(),
        };
        let believed = &self.0.believed;
        let key = believed.key(name, &password);
        if let Some(Kept::Local(fingerprint)) = believed.passwords.get(&key).await
            && !self.0.local.as_ref().is_some_and(|it| it.is_current(name, &fingerprint))
        {
            believed.passwords.invalidate(&key).await;
        }
        // Several requests at once are one try.
        let tried = believed.passwords.try_get_with(key, self.try_password(engine, &credentials, address));
        let kept = Box::pin(tried).await.map_err(|error: Arc<Refused>| (*error).clone())?;
        let (identity, credentials) = match kept {
            Kept::Local(_) => (Identity::new(Way::Local, name), None),
            Kept::Registry => {
                (Identity::new(Way::Registry, &format!("{registry}/{name}")), Some(credentials))
            }
        };
        let identity = identity.map_err(|_| Refused::Password)?;
        let rights = engine.rights_of(Some(&identity)).await?;
        Ok(Caller { credentials, ..Caller::person(identity, address.to_string(), rights) })
    }

    /// Compares a password, unless it was tried too often; what comes of it counts as it does for the form.
    async fn try_password(
        &self,
        engine: &Engine,
        credentials: &RegistryCredentials,
        address: IpAddr,
    ) -> Result<Kept, Refused> {
        let (attempts, name) = (&self.0.attempts, credentials.username.as_str());
        attempts.check(address, name).map_err(Refused::TooOften)?;
        let found = match credentials.password.expose().len() {
            1..=LONGEST_PASSWORD => self.find(engine, credentials).await,
            _ => Ok(None),
        };
        match found {
            Ok(Some(kept)) => {
                attempts.succeeded(address, name);
                Ok(kept)
            }
            Ok(None) => {
                attempts.failed(address, name);
                let nobody = Caller::anonymous(address.to_string(), Rights::default());
                engine.on_behalf_of(nobody).sign_in_failed(name, "wrong name or password").await?;
                Err(Refused::Password)
            }
            Err(error) => {
                attempts.undecided(address, name);
                Err(error.into())
            }
        }
    }

    async fn find(&self, engine: &Engine, credentials: &RegistryCredentials) -> Result<Option<Kept>, Error> {
        let RegistryCredentials { username, password, .. } = credentials;
        if let Some((_, fingerprint)) = self.check_local(username, password).await {
            return Ok(Some(Kept::Local(fingerprint)));
        }
        // The password of somebody who is known here is none of the registry's business.
        if self.0.local.as_ref().is_some_and(|it| it.has(username)) {
            return Ok(None);
        }
        let taken = self.check_registry(engine, credentials.clone()).await?;
        Ok(taken.map(|_| Kept::Registry))
    }
}

fn shown(header: Option<&str>) -> Shown<'_> {
    let Some(header) = header else { return Shown::Nothing };
    let Some((scheme, value)) = header.trim().split_once(' ') else { return Shown::Nonsense };
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Shown::Token(value);
    }
    let pair = Some(value).filter(|_| scheme.eq_ignore_ascii_case("basic"));
    let pair = pair.and_then(|it| BASE64_STANDARD.decode(it).ok()).and_then(|it| String::from_utf8(it).ok());
    match pair.as_deref().and_then(|it| it.split_once(':')) {
        // What some clients send who were given nothing to send.
        Some(("", "")) => Shown::Nothing,
        Some((name, password)) => Shown::Password(name.to_owned(), Secret::new(password)),
        None => Shown::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_shows_a_token_a_password_or_nothing() {
        let basic = |text: &str| format!("basic {}", BASE64_STANDARD.encode(text));
        assert!(matches!(shown(None), Shown::Nothing));
        assert!(matches!(shown(Some(&basic(":"))), Shown::Nothing));
        assert!(matches!(shown(Some("BEARER  stw_1")), Shown::Token("stw_1")));
        let pair = basic("ann:a:b");
        let Shown::Password(name, password) = shown(Some(&pair)) else { panic!("no password") };
        assert_eq!((name.as_str(), password.expose()), ("ann", "a:b"));
        for text in ["", "Basic", "Basic ?", &basic("ann"), "Digest x", "Basic //79"] {
            assert!(matches!(shown(Some(text)), Shown::Nonsense), "{text}");
        }
    }

    #[test]
    fn a_password_is_believed_of_one_name_only() {
        let believed = Believed::default();
        let key = |name: &str, password: &str| believed.key(name, &Secret::new(password));
        assert_eq!(key("ann", "b"), key("ann", "b"));
        assert_ne!(key("ann", "b"), key("an", "nb"));
        assert_ne!(key("ann", "b"), Believed::default().key("ann", &Secret::new("b")));
        assert!(!format!("{believed:?}").contains(believed.key.expose()));
    }
}
