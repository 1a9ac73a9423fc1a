//! API tokens: what programs show instead of signing in.

use std::time::Duration;

use jiff::Timestamp;
use registry::client::Secret;
use sha2::{Digest as _, Sha256};

use super::{Identity, Role, Scope, Way};
use crate::audit::Deed;
use crate::scan::timestamp;
use crate::store::{TokenRecord, now};
use crate::{Engine, Error};

/// What every token begins with, so that it is known where it is found by mistake.
const PREFIX: &str = "stw_";
/// How many tokens somebody can have.
const MOST: usize = 100;
/// The longest name of one, in letters.
const LONGEST_NAME: usize = 100;
/// How often it is written down that a token is used, in milliseconds.
const NOTED_EVERY: i64 = 60_000;

/// A token, without what one shows.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Its number.
    pub id: i64,
    /// What it is for, as its owner calls it.
    pub name: String,
    /// Whose it is.
    pub owner: Identity,
    /// What it may be used for at most.
    pub role: Role,
    /// Where it may be used.
    pub scope: Scope,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it is good; absent for ever.
    pub expires: Option<Timestamp>,
    /// When it was last used, exact to a minute.
    pub used: Option<Timestamp>,
    /// From where.
    pub used_from: String,
}

impl ApiToken {
    fn of(it: TokenRecord) -> Self {
        Self {
            id: it.id,
            name: it.name,
            owner: it.owner,
            role: it.role,
            scope: it.scope,
            made: timestamp(it.made),
            expires: it.expires.map(timestamp),
            used: it.used.map(timestamp),
            used_from: it.used_from,
        }
    }
}

/// A token that is wanted.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may be used for at most.
    pub role: Role,
    /// Where it may be used.
    pub scope: Scope,
    /// How long it is good; absent for ever.
    pub lifetime: Option<Duration>,
}

/// Whose token it is that was shown, and how far it reaches.
#[derive(Clone, Debug)]
pub struct TokenOwner {
    /// Who made it.
    pub identity: Identity,
    /// What it is called.
    pub name: String,
    /// What it may be used for at most.
    pub role: Role,
    /// Where it may be used.
    pub scope: Scope,
}

impl Engine {
    /// The tokens of who asks, the newest first.
    pub async fn api_tokens(&self) -> Result<Vec<ApiToken>, Error> {
        let records = self.store.tokens_of(Some(self.known()?)).await?;
        Ok(records.into_iter().map(ApiToken::of).collect())
    }

    /// The tokens of everybody, the newest first, for administrators of everything.
    pub async fn all_api_tokens(&self) -> Result<Vec<ApiToken>, Error> {
        self.must_administer()?;
        Ok(self.store.tokens_of(None).await?.into_iter().map(ApiToken::of).collect())
    }

    /// Makes a token for who asks, and gives what one shows. It is told this once; only its hash is kept.
    ///
    /// # Errors
    /// [`Error::TokenRefused`] where there can be none like this.
    pub async fn make_token(&self, wanted: &NewToken) -> Result<Secret, Error> {
        let owner = self.known()?;
        let refused = |why: &str| Err(Error::TokenRefused { why: why.to_owned() });
        let name = wanted.name.trim();
        if self.caller.token.is_some() {
            return refused("a token cannot make others");
        }
        if owner.way == Way::Registry {
            return refused(
                "whoever signed in at a registry uses its credentials, which are not kept for tokens",
            );
        }
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return refused("its name must have 1 to 100 letters");
        }
        if self.store.tokens_of(Some(owner)).await?.len() >= MOST {
            return refused("you have as many as one can have; revoke one first");
        }
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|error| Error::TokenRefused {
            why: format!("the system gives no random numbers ({error})"),
        })?;
        let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let secret = Secret::new(format!("{PREFIX}{digits}"));
        let lifetime = wanted.lifetime.map(|it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX));
        let record = TokenRecord {
            id: 0,
            name: name.to_owned(),
            owner: owner.clone(),
            role: wanted.role,
            scope: wanted.scope.clone(),
            made: now(),
            expires: lifetime.map(|it| now().saturating_add(it)),
            used: None,
            used_from: String::new(),
        };
        let detail = format!("{} {}", record.role, record.scope);
        let deed = Deed::of_server("token", name, "made", detail);
        self.store.add_token(&hash(secret.expose()), &record, &self.caller.actor(), &deed).await?;
        Ok(secret)
    }

    /// Revokes a token of who asks, or of anybody where an administrator of everything asks; false if there is none of
    /// this number.
    pub async fn revoke_token(&self, id: i64) -> Result<bool, Error> {
        let owner = self.known()?;
        let of_whom = if self.must_administer().is_ok() { None } else { Some(owner) };
        let named = self.store.tokens_of(of_whom).await?.into_iter().find(|it| it.id == id);
        let Some(named) = named else { return Ok(false) };
        let deed = Deed::of_server("token", &named.name, "revoked", format!("of {}", named.owner));
        Ok(self.store.remove_token(id, &self.caller.actor(), &deed).await?)
    }

    /// Whose token this is, if it is one and has not expired; and writes down that it is used from an address.
    pub async fn token_owner(&self, shown: &str, address: &str) -> Result<Option<TokenOwner>, Error> {
        if !shown.starts_with(PREFIX) {
            return Ok(None);
        }
        let Some(record) = self.store.token(&hash(shown)).await? else { return Ok(None) };
        if record.used.is_none_or(|it| now() - it > NOTED_EVERY) {
            self.store.note_token_use(record.id, address).await?;
        }
        let TokenRecord { name, owner: identity, role, scope, .. } = record;
        Ok(Some(TokenOwner { identity, name, role, scope }))
    }

    /// Who asks, if that is known.
    pub(super) fn known(&self) -> Result<&Identity, Error> {
        self.caller.identity.as_ref().ok_or(Error::SignInNeeded)
    }
}

/// A token has 256 random bits, so nothing slower is needed to keep it from being guessed from its hash.
fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
