//! Who asks the engine for something.

use super::{Identity, RegistryCredentials, Rights};
use crate::actor::Actor;

/// Who asks for something, and what they may do.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Who it is; absent for whoever has not signed in.
    pub identity: Option<Identity>,
    /// The address that it comes from; empty for the server itself.
    pub address: String,
    /// The name of the API token that is shown instead of signing in.
    pub token: Option<String>,
    /// The key of the session that they signed in in.
    pub session: Option<String>,
    /// With what they signed in at a registry, if they did; it says what they may do there.
    pub credentials: Option<RegistryCredentials>,
    /// What they may do.
    pub rights: Rights,
    /// Whether nobody has to sign in here, so that being unknown is no reason to be refused.
    pub is_open: bool,
}

impl Caller {
    /// The server itself, which may do everything.
    pub fn server() -> Self {
        Self { rights: Rights::all(), is_open: true, ..Self::default() }
    }

    /// Whoever comes from an address where nobody has to sign in; they may do everything.
    pub fn open(address: String) -> Self {
        Self { address, ..Self::server() }
    }

    /// Whoever comes from an address and has not signed in where one can.
    pub fn anonymous(address: String, rights: Rights) -> Self {
        Self { address, rights, ..Self::default() }
    }

    /// Somebody who has signed in.
    pub fn person(identity: Identity, address: String, rights: Rights) -> Self {
        Self { identity: Some(identity), address, rights, ..Self::default() }
    }

    /// Whether they have to sign in before they may be told anything.
    pub fn must_sign_in(&self) -> bool {
        self.identity.is_none() && !self.is_open
    }

    /// How they are written down.
    pub fn actor(&self) -> Actor {
        let name = self.identity.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = match &self.token {
            Some(token) => format!("{name} (token {token})"),
            None => name,
        };
        Actor { name, address: self.address.clone() }
    }
}
