//! Who may do what.
//!
//! Every engine is somebody's: [`Engine::on_behalf_of`](crate::Engine::on_behalf_of) gives one that answers as far as a
//! [`Caller`] may see, and does what a caller may do. What one may not see is as if it were not there.

mod caller;
mod check;
mod grant;
mod grants;
mod identity;
pub(crate) mod personal;
mod rights;
mod scope;
mod sessions;
mod tokens;
mod visible;

pub use caller::Caller;
pub use grant::{Grant, InvalidGrant, Who};
pub use grants::StoredGrant;
pub use identity::{Identity, InvalidIdentity, Way};
pub use personal::RegistryCredentials;
pub use rights::{Rights, Role, UnknownRole};
pub use scope::{InvalidScope, Scope};
pub use sessions::SessionInfo;
pub use tokens::{ApiToken, NewToken, TokenOwner};

pub(crate) use personal::People;
