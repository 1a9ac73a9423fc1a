//! Who did what, when and from where. It is only ever added to.

use jiff::Timestamp;

use crate::actor::Actor;
use crate::scan::timestamp;
use crate::store::AuditRecord;
use crate::{Engine, Error};

/// What was done, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Deed {
    /// `plan`, `refuse`, `delete`, `restore`, `start` or `stop`.
    pub action: String,
    /// The id of the registry.
    pub registry: String,
    /// The repository.
    pub repository: String,
    /// The tag, digest, plan or job that it is about.
    pub subject: String,
    /// What came of it, in one word: `done`, `deleted`, `already_gone`, `still_there`, `skipped`, …
    pub outcome: String,
    /// Why, or what else there is to say, in a sentence; may be empty.
    pub detail: String,
}

/// A line of the audit.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AuditEntry {
    /// Its number; later ones are larger.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who, and from where.
    #[serde(flatten)]
    pub actor: Actor,
    /// What.
    #[serde(flatten)]
    pub deed: Deed,
}

/// Which lines are wanted; what is empty takes all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// A part of the subject.
    pub q: String,
    /// The action.
    pub action: String,
    /// The outcome.
    pub outcome: String,
    /// The name of who did it.
    pub actor: String,
    /// The id of the registry.
    pub registry: String,
    /// The repository.
    pub repository: String,
    /// At this time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

impl From<AuditRecord> for AuditEntry {
    fn from(record: AuditRecord) -> Self {
        Self { id: record.id, at: timestamp(record.at), actor: record.actor, deed: record.deed }
    }
}

impl Engine {
    /// What was done, the newest first, from before the line of a number.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, Error> {
        let records = self.store.audit(filter, before, limit).await?;
        Ok(records.into_iter().map(AuditEntry::from).collect())
    }

    /// How many lines the audit has.
    pub async fn audit_length(&self) -> Result<usize, Error> {
        Ok(self.store.count_audit().await?)
    }
}
