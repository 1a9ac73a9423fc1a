//! What a plan says: what goes, what stays, and why.

use registry::deletion::{KeepReason, RefusalReason, Role};

use super::{digests_text, some, tags_text};
use crate::visitor::Locale;

impl Locale {
    /// `made from 1,284 tags and 907 manifests`.
    pub(crate) fn made_from(self, n_tags: usize, n_manifests: usize) -> String {
        let (tags, manifests) = (self.n_tags(n_tags), self.n_manifests(n_manifests));
        match self {
            Self::En => format!("made from {tags} and {manifests}"),
            Self::Fr => format!("fait à partir de {tags} et {manifests}"),
        }
    }

    /// What frees the bytes, and in how many blobs they lie.
    pub(crate) fn freed_by(self, n_blobs: usize) -> String {
        let blobs = self.count(n_blobs, ["blob", "blobs"], ["blob", "blobs"]);
        match self {
            Self::En => format!(
                "by the registry’s next garbage collection, in {blobs} that nothing else known here uses."
            ),
            Self::Fr => format!(
                "par le prochain ramassage des déchets du registre, en {blobs} que rien d’autre de connu n’utilise."
            ),
        }
    }

    /// Repositories that may share what is counted as freed.
    pub(crate) fn n_unscanned(self, n: usize) -> String {
        let repositories = self.n_repositories(n);
        match self {
            Self::En => format!("{repositories} have not been scanned yet; what they share is not freed."),
            Self::Fr => format!(
                "{repositories} n’ont pas encore été analysés ; ce qu’ils partagent n’est pas libéré."
            ),
        }
    }

    /// What has changed since a plan was made.
    pub(crate) fn plan_changed(self, what: &[String]) -> String {
        let shown = some(what);
        match self {
            Self::En => format!("This has changed since the plan was made: {shown}."),
            Self::Fr => format!("Ceci a changé depuis que le plan a été fait : {shown}."),
        }
    }

    pub(crate) fn n_missing_children(self, n: usize) -> String {
        self.count(
            n,
            ["part is missing already", "parts are missing already"],
            ["partie manque déjà", "parties manquent déjà"],
        )
    }

    pub(crate) fn role(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::En, Role::Selected) => "nothing else needs it",
            (Self::En, Role::Child) => "part of one that goes, in no other index",
            (Self::En, Role::Referrer) => "about one that goes",
            (Self::Fr, Role::Selected) => "rien d’autre n’en a besoin",
            (Self::Fr, Role::Child) => "partie d’un index qui part, dans aucun autre",
            (Self::Fr, Role::Referrer) => "à propos d’un manifeste qui part",
        }
    }

    pub(crate) fn keep_reason(self, why: &KeepReason) -> String {
        match (self, why) {
            (Self::En, KeepReason::SameManifest { tag }) => format!("same image as {tag}, not selected"),
            (Self::Fr, KeepReason::SameManifest { tag }) => format!("même image que {tag}, non sélectionné"),
            (Self::En, KeepReason::Tagged { tags }) => format!("tagged {}", tags_text(tags)),
            (Self::Fr, KeepReason::Tagged { tags }) => format!("porte les tags {}", tags_text(tags)),
            (Self::En, KeepReason::InIndex { indexes }) => {
                format!("part of an index that stays: {}", digests_text(indexes))
            }
            (Self::Fr, KeepReason::InIndex { indexes }) => {
                format!("partie d’un index qui reste : {}", digests_text(indexes))
            }
            (Self::En, KeepReason::About { subject }) => format!("about {}, which stays", subject.short()),
            (Self::Fr, KeepReason::About { subject }) => {
                format!("à propos de {}, qui reste", subject.short())
            }
            (locale, KeepReason::UsedBy { n }) => {
                let english = ["manifest that stays", "manifests that stay"];
                let manifests = locale.count(*n, english, ["manifeste qui reste", "manifestes qui restent"]);
                let layer = if locale == Self::En { "layer of" } else { "couche de" };
                format!("{layer} {manifests}")
            }
            (Self::En, KeepReason::Unread { n }) => {
                format!("{} could not be read, and may need it", self.n_tags(*n))
            }
            (Self::Fr, KeepReason::Unread { n }) => {
                format!("{} n’ont pu être lus et pourraient en avoir besoin", self.n_tags(*n))
            }
        }
    }

    pub(crate) fn refusal(self, why: &RefusalReason) -> String {
        match (self, why) {
            (Self::En, RefusalReason::Protected { tag, pattern }) => {
                format!("{tag} is protected by the pattern {pattern}")
            }
            (Self::Fr, RefusalReason::Protected { tag, pattern }) => {
                format!("{tag} est protégé par le motif {pattern}")
            }
            (Self::En, RefusalReason::Gone) => "it is not there".to_owned(),
            (Self::Fr, RefusalReason::Gone) => "il n’existe pas".to_owned(),
            (_, RefusalReason::InIndex { indexes }) => {
                self.keep_reason(&KeepReason::InIndex { indexes: indexes.clone() })
            }
            (Self::En, RefusalReason::Unread { n }) => {
                format!("{} could not be read, and may be on it", self.n_tags(*n))
            }
            (Self::Fr, RefusalReason::Unread { n }) => {
                format!("{} n’ont pu être lus et pourraient y mener", self.n_tags(*n))
            }
        }
    }
}
