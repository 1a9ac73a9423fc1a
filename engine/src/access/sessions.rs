//! Signing in and out, and the sessions of who asks.

use jiff::Timestamp;

use super::Identity;
use crate::audit::Deed;
use crate::scan::timestamp;
use crate::{Engine, Error};

/// A session of somebody.
#[derive(Clone, Debug)]
pub struct SessionInfo {
    /// By what it is named to end it; it is of no use to sign in.
    pub key: String,
    /// When somebody signed in.
    pub began: Timestamp,
    /// When it was last used, exact to a minute.
    pub seen: Timestamp,
    /// From where.
    pub address: String,
    /// With which program, as that calls itself.
    pub agent: String,
    /// Whether it is the one that this is asked in.
    pub is_current: bool,
}

impl Engine {
    /// The sessions of who asks, the last used first.
    pub async fn sessions(&self) -> Result<Vec<SessionInfo>, Error> {
        let records = self.store.sessions_of(&self.known()?.to_string()).await?;
        let sessions = records.into_iter().map(|it| SessionInfo {
            is_current: self.caller.session.as_ref() == Some(&it.key),
            key: it.key,
            began: timestamp(it.began),
            seen: timestamp(it.seen),
            address: it.address,
            agent: it.agent,
        });
        Ok(sessions.collect())
    }

    /// Ends a session of who asks, or all of them; returns how many that were.
    pub async fn end_sessions(&self, key: Option<&str>) -> Result<u64, Error> {
        let who = self.known()?.to_string();
        let n = self.store.end_sessions(&who, key).await?;
        let what = if key.is_some() { "a session" } else { "all sessions" };
        self.write_deed("sign_out", "ended", &format!("{what}: {n} ended")).await?;
        Ok(n)
    }

    /// Ends all sessions of somebody else, for administrators of everything; returns how many that were.
    pub async fn end_sessions_of(&self, who: &Identity) -> Result<u64, Error> {
        self.must_administer()?;
        let n = self.store.end_sessions(&who.to_string(), None).await?;
        let deed = Deed::of_server("sign_out", &who.to_string(), "ended", format!("all sessions: {n} ended"));
        self.store.write_audit(&self.caller.actor(), &[deed]).await?;
        Ok(n)
    }

    /// Writes down that somebody has signed in; who asks is already that person.
    pub async fn signed_in(&self, identity: &Identity) -> Result<(), Error> {
        self.store.note_groups(identity).await?;
        self.write_deed("sign_in", "done", "").await
    }

    /// Writes down that who asks has signed out.
    pub async fn signed_out(&self) -> Result<(), Error> {
        self.write_deed("sign_out", "done", "").await
    }

    /// Writes down that somebody could not sign in: by which name and why.
    pub async fn sign_in_failed(&self, name: &str, why: &str) -> Result<(), Error> {
        // Whoever cannot sign in can choose the name, so no more of it is kept than a name can have.
        let name: String = name.chars().filter(|it| !it.is_control()).take(100).collect();
        let deed = Deed::of_server("sign_in", &name, "refused", why.to_owned());
        Ok(self.store.write_audit(&self.caller.actor(), &[deed]).await?)
    }

    async fn write_deed(&self, action: &str, outcome: &str, detail: &str) -> Result<(), Error> {
        let actor = self.caller.actor();
        let deed = Deed::of_server(action, &actor.name, outcome, detail.to_owned());
        Ok(self.store.write_audit(&actor, &[deed]).await?)
    }
}
