//! Who has signed in, as a session keeps it.

use engine::Identity;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who has signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Who it is.
    pub(crate) identity: Identity,
    /// When they signed in.
    pub(crate) began: Timestamp,
    /// When they were last seen, exact to a minute.
    pub(crate) seen: Timestamp,
    /// From which address.
    pub(crate) address: String,
    /// With which program, as that calls itself.
    pub(crate) agent: String,
    /// What the entry in the file of users was: a new password there ends the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
    /// With what they signed in at a registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registry: Option<RegistryPassword>,
    /// What the OpenID provider has to be shown when they sign out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id_token: Option<String>,
}

/// Credentials of a registry, the password sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RegistryPassword {
    /// The id of the registry.
    pub(crate) registry: String,
    /// The user name there.
    pub(crate) username: String,
    /// The password, sealed.
    pub(crate) sealed: String,
}
