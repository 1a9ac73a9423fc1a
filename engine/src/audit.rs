//! Who did what, when and from where. It is only ever added to.

use jiff::Timestamp;

use crate::access::Role;
use crate::actor::Actor;
use crate::scan::timestamp;
use crate::store::{AuditRecord, Ledger};
use crate::{Engine, Error};

/// What was done, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Deed {
    /// `plan`, `refuse`, `delete`, `restore`, `push`, `start`, `stop`, `sign_in`, `sign_out`, `token` or `role`.
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

impl Deed {
    /// What concerns the server as a whole, and no registry.
    pub(crate) fn of_server(action: &str, subject: &str, outcome: &str, detail: String) -> Self {
        let text = str::to_owned;
        let (action, subject, outcome) = (text(action), text(subject), text(outcome));
        Self { action, subject, outcome, detail, ..Self::default() }
    }
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
    /// What was done, the newest first, from before the line of a number, as far as who asks maintains what it is about.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, Error> {
        let visible = self.visible_places(Ledger::Audit, Role::Maintainer).await?;
        let records = self.store.audit(filter, visible.as_deref(), before, limit).await?;
        Ok(records.into_iter().map(AuditEntry::from).collect())
    }

    /// How many lines of the audit who asks may see.
    pub async fn audit_length(&self) -> Result<usize, Error> {
        let visible = self.visible_places(Ledger::Audit, Role::Maintainer).await?;
        Ok(self.store.count_audit(visible.as_deref()).await?)
    }
}
