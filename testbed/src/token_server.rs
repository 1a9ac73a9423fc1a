//! A token server as the Docker token specification describes it, whose tokens distribution 2.8 verifies.

mod jwt;
mod scope;
mod service;

use std::sync::{Arc, Mutex, PoisonError};

pub use scope::{Access, Grant};

use crate::background::Server;
use crate::error::Result;
use crate::tls::Authority;
use service::{Account, Service};

/// A user name and a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub user: &'static str,
    /// The password; these are samples, not secrets.
    pub password: &'static str,
}

/// May do everything, listing the repositories included.
pub const ADMIN: Credentials = Credentials { user: "admin", password: "admin-password" };
/// May pull from every repository, and list them.
pub const READER: Credentials = Credentials { user: "reader", password: "reader-password" };
/// May pull from `team/…` only, and not list the repositories.
pub const TEAM: Credentials = Credentials { user: "team", password: "team-password" };

/// A running token server; it stops when dropped.
#[derive(Debug)]
pub struct TokenServer {
    server: Server,
    authority: Authority,
    seen: Arc<Mutex<Vec<TokenRequest>>>,
}

/// A request that the server saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// Who asked, if the password was right.
    pub user: Option<String>,
    /// The service that was named.
    pub service: String,
    /// The scopes that were asked for, in order.
    pub scopes: Vec<String>,
    /// Whether it was answered with a token.
    pub granted: bool,
}

/// The choices for a [`TokenServer`].
#[derive(Debug)]
pub struct Builder {
    accounts: Vec<Account>,
    anonymous: Option<Vec<Grant>>,
    access_token: bool,
    first_scope_only: bool,
    lifetime: Option<i64>,
}

impl TokenServer {
    /// A server that knows [`ADMIN`], [`READER`] and [`TEAM`], and lets everybody pull.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// The same with further choices.
    pub fn builder() -> Builder {
        Builder {
            accounts: vec![
                Account::new(ADMIN, vec![Grant::write("*"), Grant::catalog()]),
                Account::new(READER, vec![Grant::pull("*"), Grant::catalog()]),
                Account::new(TEAM, vec![Grant::pull("team/*")]),
            ],
            anonymous: Some(vec![Grant::pull("*")]),
            access_token: false,
            first_scope_only: false,
            lifetime: Some(300),
        }
    }

    /// The address where tokens are given.
    pub fn realm(&self) -> String {
        format!("{}/token", self.server.url())
    }

    /// The name of the service that tokens are for.
    pub fn service(&self) -> &'static str {
        service::NAME
    }

    /// Who issues the tokens.
    pub fn issuer(&self) -> &'static str {
        service::ISSUER
    }

    /// The certificate that registries verify tokens with.
    pub fn root_pem(&self) -> String {
        self.authority.ca_pem()
    }

    /// The requests so far, the oldest first.
    pub fn requests(&self) -> Vec<TokenRequest> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Builder {
    /// Adds a user.
    #[must_use]
    pub fn user(mut self, credentials: Credentials, grants: Vec<Grant>) -> Self {
        self.accounts.push(Account::new(credentials, grants));
        self
    }

    /// What may be done without a user; `None` refuses such requests with 401.
    #[must_use]
    pub fn anonymous(mut self, grants: Option<Vec<Grant>>) -> Self {
        self.anonymous = grants;
        self
    }

    /// Answers with `access_token` instead of `token`, as some servers do.
    #[must_use]
    pub fn access_token(mut self, yes: bool) -> Self {
        self.access_token = yes;
        self
    }

    /// Reads only the first scope of a request, as some servers do.
    #[must_use]
    pub fn first_scope_only(mut self, yes: bool) -> Self {
        self.first_scope_only = yes;
        self
    }

    /// How many seconds a token is valid; `None` means 60 and leaves `expires_in` out of the answer.
    #[must_use]
    pub fn lifetime(mut self, seconds: Option<i64>) -> Self {
        self.lifetime = seconds;
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(self) -> Result<TokenServer> {
        let authority = Authority::new()?;
        let seen = Arc::default();
        let service = Service::new(self, &authority.client()?, Arc::clone(&seen))?;
        let server = Server::start(|_| service.router())?;
        Ok(TokenServer { server, authority, seen })
    }
}
