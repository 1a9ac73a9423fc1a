//! Who somebody is: the ways in, and what is kept of those who came in by one.
//!
//! [`recognise`](crate::middleware::recognise) asks this for every request; what somebody may do is then for the engine
//! to say.

mod attempts;
pub(crate) mod htpasswd;
pub(crate) mod oidc;
mod proxy;
pub(crate) mod sealed;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use app::visitor::SignIn;
use axum::http::HeaderMap;
use engine::{Caller, Engine, Error, Identity, RegistryCredentials, Way};
use jiff::Timestamp;
use registry::client::Secret;
use url::Url;

use crate::config::{AccessConfig, Mode, Networks, ProxyConfig};
use crate::middleware::client::Client;
use crate::session::{Account, RegistryPassword, VisitorSession};
use attempts::Attempts;
use htpasswd::LocalUsers;
use oidc::Oidc;
use sealed::Sealer;

/// How often it is written down that somebody is still there.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// The longest description of a browser that is kept, in letters.
const LONGEST_AGENT: usize = 200;

/// The ways in; cheap to clone.
#[derive(Clone, Debug)]
pub struct Access(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    mode: Mode,
    local: Option<LocalUsers>,
    oidc: Option<Oidc>,
    proxy: Option<ProxyConfig>,
    attempts: Attempts,
    sealer: Sealer,
    public_url: Option<Url>,
    trusted_proxies: Networks,
    idle: Duration,
    longest: Duration,
    sign_in: Arc<SignIn>,
}

/// Why the ways in cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The OpenID provider cannot be asked.
    #[error("STOWAGE_OIDC_ISSUER: {0}")]
    Oidc(String),
}

/// What somebody shows that cannot be taken.
#[derive(Debug)]
pub(crate) enum Unrecognised {
    /// It cannot be told now who it is.
    Engine(Error),
    /// The bearer token is none, or not any more.
    Token,
}

impl From<Error> for Unrecognised {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl Access {
    /// Prepares the ways in; nothing is asked of anybody yet. `is_exposed` says that others can reach a server that
    /// deletes.
    pub fn new(
        config: AccessConfig,
        secret_key: Option<&Secret>,
        engine: &Engine,
        is_exposed: bool,
    ) -> Result<Self, AccessError> {
        let local = config.htpasswd.map(LocalUsers::open);
        let label = config.oidc.as_ref().map(|it| it.label.clone());
        let oidc = match (config.oidc, &config.public_url) {
            (Some(oidc), Some(url)) => {
                Some(Oidc::new(oidc, url.clone()).map_err(|error| AccessError::Oidc(error.to_string()))?)
            }
            _ => None,
        };
        let registries = match config.registry_sign_in {
            true => engine.registry_ids().map(str::to_owned).collect(),
            false => Vec::new(),
        };
        let sign_in = SignIn {
            password: local.is_some(),
            registries,
            oidc: label,
            can: config.mode == Mode::SignIn,
            is_open_unmeant: config.mode == Mode::OpenUnsaid && is_exposed,
        };
        Ok(Self(Arc::new(Inner {
            mode: config.mode,
            local,
            oidc,
            proxy: config.proxy,
            attempts: Attempts::default(),
            sealer: secret_key.map_or_else(|| Sealer::new(&sealed::new_key()), Sealer::new),
            public_url: config.public_url,
            trusted_proxies: config.trusted_proxies,
            idle: config.idle,
            longest: config.longest,
            sign_in: Arc::new(sign_in),
        })))
    }

    /// What pages offer.
    pub(crate) fn sign_in(&self) -> &Arc<SignIn> {
        &self.0.sign_in
    }

    /// Who may try to sign in now.
    pub(crate) fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    /// The OpenID provider.
    pub(crate) fn oidc(&self) -> Option<&Oidc> {
        self.0.oidc.as_ref()
    }

    /// Where browsers find this server, if that is known.
    pub(crate) fn public_url(&self) -> Option<&Url> {
        self.0.public_url.as_ref()
    }

    /// The proxies that are believed where a request comes from.
    pub(crate) fn trusted_proxies(&self) -> &Networks {
        &self.0.trusted_proxies
    }

    /// How long a session lasts without a request.
    pub(crate) fn idle(&self) -> Duration {
        self.0.idle
    }

    /// Whether nobody has to sign in.
    pub(crate) fn is_open(&self) -> bool {
        self.0.mode != Mode::SignIn
    }

    /// Who asks, as far as what they show says so.
    pub(crate) async fn caller(
        &self,
        engine: &Engine,
        session: &VisitorSession,
        headers: &HeaderMap,
        client: &Client,
        bearer: Option<&str>,
    ) -> Result<Caller, Unrecognised> {
        let from = client.address.to_string();
        if self.is_open() {
            return Ok(Caller::open(from));
        }
        if let Some(shown) = bearer {
            return self.of_token(engine, shown, from).await;
        }
        // What names somebody must come from the proxy itself.
        let named = self.0.proxy.as_ref().and_then(|it| proxy::identity(it, headers, client.peer));
        if let Some(identity) = named {
            let rights = engine.rights_of(Some(&identity)).await?;
            return Ok(Caller::person(identity, from, rights));
        }
        if let Some(account) = self.account(session).await {
            let rights = engine.rights_of(Some(&account.identity)).await?;
            let credentials = self.unseal(&account);
            if account.identity.way != Way::Registry || credentials.is_some() {
                let caller = Caller::person(account.identity, from, rights);
                return Ok(Caller { session: session.key(), credentials, ..caller });
            }
        }
        Ok(Caller::anonymous(from, engine.rights_of(None).await?))
    }

    async fn of_token(&self, engine: &Engine, shown: &str, from: String) -> Result<Caller, Unrecognised> {
        let owner = engine.token_owner(shown, &from).await?.ok_or(Unrecognised::Token)?;
        let is_there = match (owner.identity.way, &self.0.local) {
            (Way::Local, Some(users)) => users.has(&owner.identity.name),
            (Way::Local, None) => false,
            (Way::Oidc, _) => self.0.oidc.is_some(),
            (Way::Proxy, _) => self.0.proxy.is_some(),
            (Way::Registry, _) => false,
        };
        if !is_there {
            return Err(Unrecognised::Token);
        }
        let rights = engine.rights_of(Some(&owner.identity)).await?.limited_to(owner.role, owner.scope);
        Ok(Caller { token: Some(owner.name), ..Caller::person(owner.identity, from, rights) })
    }

    /// Who has signed in in this session, if that still holds; and writes down now and then that they are there.
    async fn account(&self, session: &VisitorSession) -> Option<Account> {
        let mut account = session.account().await?;
        let now = Timestamp::now();
        let age = |since: Timestamp| Duration::try_from(now.duration_since(since)).unwrap_or_default();
        let is_there = match (account.identity.way, &account.fingerprint) {
            (Way::Local, Some(fingerprint)) => match &self.0.local {
                Some(users) => users.is_current(&account.identity.name, fingerprint),
                None => false,
            },
            (Way::Local, None) => false,
            (Way::Oidc, _) => self.0.oidc.is_some(),
            (Way::Registry, _) => {
                account.registry.as_ref().is_some_and(|it| self.0.sign_in.registries.contains(&it.registry))
            }
            // Whoever a proxy names is named by it with each request.
            (Way::Proxy, _) => false,
        };
        if !is_there || age(account.began) > self.0.longest || age(account.seen) > self.0.idle {
            if let Err(error) = session.end().await {
                tracing::warn!(%error, "a session that has ended cannot be deleted");
            }
            return None;
        }
        if age(account.seen) > SEEN_EVERY {
            account.seen = now;
            if let Err(error) = session.keep(&account, self.0.idle).await {
                tracing::warn!(%error, "it cannot be written down that a session is used");
            }
        }
        Some(account)
    }

    /// Checks a name and a password of the file of users; gives what the session is kept with.
    pub(crate) async fn check_local(&self, name: &str, password: &Secret) -> Option<(Identity, String)> {
        let fingerprint = self.0.local.as_ref()?.check(name, password).await?;
        Some((Identity::new(Way::Local, name).ok()?, fingerprint.as_str().to_owned()))
    }

    /// Checks a name and a password at a registry.
    ///
    /// # Errors
    /// Where the registry does not answer.
    pub(crate) async fn check_registry(
        &self,
        engine: &Engine,
        credentials: RegistryCredentials,
    ) -> Result<Option<(Identity, RegistryPassword)>, Error> {
        let RegistryCredentials { registry, username, password } = &credentials;
        let name = format!("{registry}/{username}");
        let Ok(identity) = Identity::new(Way::Registry, &name) else { return Ok(None) };
        if !self.0.sign_in.registries.contains(registry) || !engine.registry_takes(&credentials).await? {
            return Ok(None);
        }
        let sealed = self.0.sealer.seal(&identity.to_string(), password);
        let (registry, username) = (registry.clone(), username.clone());
        Ok(Some((identity, RegistryPassword { registry, username, sealed })))
    }

    fn unseal(&self, account: &Account) -> Option<RegistryCredentials> {
        let kept = account.registry.as_ref()?;
        let password = self.0.sealer.open(&account.identity.to_string(), &kept.sealed)?;
        let (registry, username) = (kept.registry.clone(), kept.username.clone());
        Some(RegistryCredentials { registry, username, password })
    }
}

/// What a session keeps of somebody who has just come in.
pub(crate) fn account(identity: Identity, address: IpAddr, headers: &HeaderMap) -> Account {
    let agent = headers.get(axum::http::header::USER_AGENT).and_then(|it| it.to_str().ok());
    let agent = agent.unwrap_or_default().chars().take(LONGEST_AGENT).collect();
    let now = Timestamp::now();
    Account {
        identity,
        began: now,
        seen: now,
        address: address.to_string(),
        agent,
        fingerprint: None,
        registry: None,
        id_token: None,
    }
}
