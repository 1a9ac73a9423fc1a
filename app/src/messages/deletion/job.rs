//! What jobs have done, why not, and what is left to do.

use engine::{Caution, JobState, Outcome, Why};
use registry::deletion::Changed;

use super::{digests_text, tags_text};
use crate::visitor::Locale;

impl Locale {
    pub(crate) fn outcome_of(self, outcome: Outcome) -> &'static str {
        match (self, outcome) {
            (Self::En, Outcome::Deleted) => "verified gone",
            (Self::En, Outcome::AlreadyGone) => "already gone",
            (Self::En, Outcome::StillThere) => "still there",
            (Self::En, Outcome::Skipped) => "left alone",
            (Self::En, Outcome::Restored) => "restored",
            (Self::En, Outcome::AlreadyThere) => "already there",
            (Self::En, Outcome::NotRestored) => "not restored",
            (Self::Fr, Outcome::Deleted) => "parti, vérifié",
            (Self::Fr, Outcome::AlreadyGone) => "déjà parti",
            (Self::Fr, Outcome::StillThere) => "toujours là",
            (Self::Fr, Outcome::Skipped) => "laissé",
            (Self::Fr, Outcome::Restored) => "restauré",
            (Self::Fr, Outcome::AlreadyThere) => "déjà là",
            (Self::Fr, Outcome::NotRestored) => "non restauré",
        }
    }

    pub(crate) fn job_state(self, state: JobState) -> &'static str {
        match (self, state) {
            (Self::En, JobState::Queued) => "waiting",
            (Self::En, JobState::Running) => "running",
            (Self::En, JobState::Done) => "done",
            (Self::En, JobState::Stopped) => "stopped",
            (Self::En, JobState::Failed) => "gave up",
            (Self::Fr, JobState::Queued) => "en attente",
            (Self::Fr, JobState::Running) => "en cours",
            (Self::Fr, JobState::Done) => "terminée",
            (Self::Fr, JobState::Stopped) => "arrêtée",
            (Self::Fr, JobState::Failed) => "abandonnée",
        }
    }

    /// Why something was not done, in a sentence; the registry's own words come as they are.
    pub(crate) fn why_not(self, why: &Why) -> String {
        if self == Self::En {
            return why.to_string();
        }
        let words =
            |message: &str| if message.is_empty() { String::new() } else { format!(" : « {message} »") };
        match why {
            Why::Protected { tag } => format!("{tag} est protégé"),
            Why::DeletionOff { message } => format!("le registre ne supprime pas{}", words(message)),
            Why::ReadOnly { message } => format!("le registre est en lecture seule{}", words(message)),
            Why::NotAllowed { message } => format!("le registre ne le permet pas{}", words(message)),
            Why::Held { message } => format!("le registre le retient{}", words(message)),
            Why::Ignored => "le registre a dit l’avoir supprimé et l’a toujours".to_owned(),
            Why::TagsRemain { tags } => format!("ses tags répondent toujours : {}", tags_text(tags)),
            Why::TagElsewhere { tag, digest } => {
                format!("{tag} est sur {} à présent et y a été laissé", digest.short())
            }
            Why::Collected { digests } if digests.is_empty() => {
                "le ramasse-miettes du registre en a emporté des parties".to_owned()
            }
            Why::Collected { digests } => {
                format!("le ramasse-miettes du registre a emporté {}", digests_text(digests))
            }
            Why::NotInTrash => "il n’est plus dans la corbeille".to_owned(),
            Why::Failed { message } => format!("le registre a échoué : {message}"),
            Why::Changed(changed) => self.changed(changed),
        }
    }

    /// The French words for what has changed since a plan was made.
    fn changed(self, changed: &Changed) -> String {
        match changed {
            Changed::TagMoved { tag, to: Some(to) } => format!("{tag} est sur {} à présent", to.short()),
            Changed::TagMoved { tag, to: None } => format!("{tag} ne mène nulle part à présent"),
            Changed::NewTags { tags } => {
                format!("des tags y ont été mis depuis le plan : {}", tags_text(tags))
            }
            Changed::NewIndexes { indexes } => {
                format!("des index en ont besoin depuis le plan : {}", digests_text(indexes))
            }
            Changed::Unread { n } => format!("{} n’ont pu être lus et pourraient y mener", self.n_tags(*n)),
        }
    }

    pub(crate) fn caution(self, caution: Caution) -> &'static str {
        match (self, caution) {
            (Self::En, Caution::ReadOnlyMeanwhile) => {
                "Make the registry read-only meanwhile (storage.maintenance.readonly), or stop it: what is pushed during the collection is damaged."
            }
            (Self::En, Caution::NeverDeleteUntagged) => {
                "Never add --delete-untagged: up to version 2.8.3 it deletes the platforms of images that are still tagged."
            }
            (Self::En, Caution::RestartAfterwards) => {
                "Restart the registry afterwards if it remembers blobs in memory (blobdescriptor: inmemory), or later pushes are damaged."
            }
            (Self::En, Caution::SeeItsDocumentation) => {
                "This registry collects its garbage by itself or in a way of its own; see its documentation."
            }
            (Self::Fr, Caution::ReadOnlyMeanwhile) => {
                "Mettez le registre en lecture seule pendant ce temps (storage.maintenance.readonly), ou arrêtez-le : ce qui est poussé pendant le ramassage est endommagé."
            }
            (Self::Fr, Caution::NeverDeleteUntagged) => {
                "N’ajoutez jamais --delete-untagged : jusqu’à la version 2.8.3, cela supprime les plateformes d’images encore taguées."
            }
            (Self::Fr, Caution::RestartAfterwards) => {
                "Redémarrez ensuite le registre s’il garde les blobs en mémoire (blobdescriptor: inmemory), sinon les pushs suivants sont endommagés."
            }
            (Self::Fr, Caution::SeeItsDocumentation) => {
                "Ce registre ramasse ses déchets lui-même ou à sa façon ; voyez sa documentation."
            }
        }
    }
}
