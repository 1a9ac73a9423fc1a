//! Who has which role, for administrators.

use jiff::Timestamp;

use super::Grant;
use crate::audit::Deed;
use crate::scan::timestamp;
use crate::{Engine, Error};

/// How many roles can be given besides those of the configuration.
const MOST: usize = 1000;

/// A role that somebody was given.
#[derive(Clone, Debug)]
pub struct StoredGrant {
    /// Its number; absent for one of the configuration, which only that can take back.
    pub id: Option<i64>,
    /// The role.
    pub grant: Grant,
    /// Who gave it; empty for one of the configuration.
    pub by: String,
    /// When.
    pub at: Option<Timestamp>,
}

impl Engine {
    /// Who has which role: first what the configuration says, then what was given here.
    pub async fn grants(&self) -> Result<Vec<StoredGrant>, Error> {
        self.must_administer()?;
        let configured = self.grants.iter().map(|it| StoredGrant {
            id: None,
            grant: it.clone(),
            by: String::new(),
            at: None,
        });
        let given = self.store.grants().await?.into_iter().map(|it| StoredGrant {
            id: Some(it.id),
            grant: it.grant,
            by: it.by,
            at: Some(timestamp(it.at)),
        });
        Ok(configured.chain(given).collect())
    }

    /// Gives a role; false if it was given already.
    pub async fn give(&self, grant: &Grant) -> Result<bool, Error> {
        self.must_administer()?;
        if self.store.grants().await?.len() >= MOST {
            return Err(Error::TokenRefused { why: "there are as many roles as there can be".to_owned() });
        }
        let deed = Deed::of_server("role", &grant.who.to_string(), "given", grant.to_string());
        Ok(self.store.add_grant(grant, &self.caller.actor(), &deed).await?)
    }

    /// Takes back a role that was given; false if there is none of this number.
    pub async fn take_back(&self, id: i64) -> Result<bool, Error> {
        self.must_administer()?;
        let named = self.store.grants().await?.into_iter().find(|it| it.id == id);
        let Some(named) = named else { return Ok(false) };
        let deed =
            Deed::of_server("role", &named.grant.who.to_string(), "taken back", named.grant.to_string());
        Ok(self.store.remove_grant(id, &self.caller.actor(), &deed).await?)
    }
}
