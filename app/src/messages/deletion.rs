//! Deleting, and undoing it.

mod job;
mod plan;

use registry::client::Deletes;
use registry::{Digest, Tag};

use crate::visitor::Locale;

super::texts! {
    plan_deletion: "Plan deletion…", "Planifier la suppression…";
    plan_title: "Deletion plan", "Plan de suppression";
    select_page: "Select all tags of this page", "Sélectionner tous les tags de cette page";
    select_hint: "Select tags to plan their deletion. Nothing is deleted before you have seen the plan.",
        "Sélectionnez des tags pour planifier leur suppression. Rien n’est supprimé avant que vous ayez vu le plan.";
    one_selected: "1 selected", "1 sélectionné";
    many_selected: "{n} selected", "{n} sélectionnés";
    with_aliases: "and other tags on the same images", "et les autres tags des mêmes images";
    goes: "Goes", "Part";
    stays: "Stays, though related", "Reste, quoique lié";
    freed: "Freed", "Libéré";
    stays_chip: "stays", "reste";
    registry: "Registry", "Registre";
    refused_title: "Not touched", "Pas touché";
    nothing_goes: "Nothing would be deleted", "Rien ne serait supprimé";
    nothing_goes_hint: "What was selected is not there, or must stay. The reasons are below.",
        "Ce qui a été sélectionné n’existe pas, ou doit rester. Les raisons sont ci-dessous.";
    nothing_stays: "Nothing that stays is related to what goes.", "Rien de ce qui reste n’est lié à ce qui part.";
    only_the_tag: "the tag only; its image stays", "le tag seul ; son image reste";
    leads_nowhere: "it leads to no manifest", "il ne mène à aucun manifeste";
    with_its_image: "with its image", "avec son image";
    no_undo_note: "Until then everything here can be undone.", "Jusque-là, tout ceci peut être annulé.";
    back_to_tags: "Back to the tags", "Retour aux tags";
    each_step_is_read_back: "Each step is checked just before, read back from the registry, and written down under Activity.",
        "Chaque étape est vérifiée juste avant, relue du registre, et inscrite sous Activité.";
    plan_expired: "This plan is too old to be carried out. Make a new one from the tags.",
        "Ce plan est trop ancien pour être exécuté. Faites-en un nouveau depuis les tags.";
    plan_used: "This plan was carried out.", "Ce plan a été exécuté.";
    show_job: "Show what was done", "Voir ce qui a été fait";
    type_the_name: "Many tags go. Type the repository’s name to confirm:", "Beaucoup de tags partent. Tapez le nom du dépôt pour confirmer :";
    wrong_name: "The name that was typed is not the repository’s.", "Le nom tapé n’est pas celui du dépôt.";
    deletes_by_digest: "this registry deletes by digest; single tags go through a stand-in",
        "ce registre supprime par digest ; un tag seul passe par un manifeste de substitution";
    deletes_by_tag: "this registry deletes manifests by digest, and single tags by name",
        "ce registre supprime les manifestes par digest, et les tags seuls par leur nom";
    deletes_not: "deletion is switched off in this registry", "la suppression est désactivée dans ce registre";
    deletes_read_only: "this registry is read-only at the moment", "ce registre est en lecture seule pour le moment";
    deletes_denied: "Stowage may not delete in this registry", "Stowage n’a pas le droit de supprimer dans ce registre";
    job_title: "Deletion", "Suppression";
    restore_title: "Restoration", "Restauration";
    undo: "Undo", "Annuler";
    undo_job: "Put everything back", "Tout remettre";
    restore_anyway: "Put tags back although they are elsewhere by now", "Remettre les tags bien qu’ils soient ailleurs à présent";
    trash: "Trash", "Corbeille";
    trash_hint: "What was deleted is kept here, byte for byte, and can be put back until the registry’s garbage collector has taken its layers.",
        "Ce qui a été supprimé est gardé ici, octet par octet, et peut être remis tant que le ramasse-miettes du registre n’a pas pris ses couches.";
    trash_empty: "The trash is empty", "La corbeille est vide";
    trash_empty_hint: "What is deleted here can be put back from this page.", "Ce qui est supprimé ici peut être remis depuis cette page.";
    restore_selected: "Restore selected", "Restaurer la sélection";
    deleted_at: "Deleted", "Supprimé";
    kept_until: "Kept until", "Gardé jusqu’à";
    nobody_by_name: "not signed in", "non identifié";
    outcome: "Outcome", "Résultat";
    why: "Why", "Pourquoi";
    cleanup: "Clean up", "Nettoyer";
    cleanup_hint: "Chooses what to delete by a rule. It makes a plan; nothing is deleted before you have seen it.",
        "Choisit ce qu’il faut supprimer selon une règle. Cela fait un plan ; rien n’est supprimé avant que vous l’ayez vu.";
    repository: "Repository", "Dépôt";
    rule: "Rule", "Règle";
    rule_untagged: "Untagged manifests", "Manifestes sans tag";
    rule_broken: "Tags with which something is wrong", "Tags qui ont un problème";
    rule_older: "Tags older than", "Tags plus anciens que";
    rule_matching: "Tags that match", "Tags qui correspondent à";
    rule_newest: "All but the newest", "Tous sauf les plus récents";
    rule_everything: "Everything in the repository", "Tout le contenu du dépôt";
    days: "days", "jours";
    tags_word: "tags", "tags";
    make_plan: "Make a plan", "Faire un plan";
    deletion_off: "Deletion is off", "La suppression est désactivée";
    deletion_off_detail: "Nothing can be deleted or put back here.", "Rien ne peut être supprimé ni remis ici.";
    deletion_off_remedy: "To allow it, start Stowage with this setting:", "Pour la permettre, démarrez Stowage avec ce réglage :";
    no_such_plan: "No such plan", "Plan inconnu";
    no_such_plan_detail: "Plans are forgotten a day after they expire.", "Les plans sont oubliés un jour après leur expiration.";
    plan_changed_title: "The plan is out of date", "Le plan n’est plus à jour";
    plan_changed_remedy: "Make a new plan; nothing was deleted.", "Faites un nouveau plan ; rien n’a été supprimé.";
    no_such_job: "No such job", "Tâche inconnue";
    not_in_trash: "It is not in the trash any more", "Ce n’est plus dans la corbeille";
    not_in_trash_detail: "It was put back, or was there for longer than it is kept.", "Cela a été remis, ou y était depuis plus longtemps que la durée de garde.";
    collect_garbage: "Win back the room", "Récupérer la place";
    collect_garbage_hint: "The registry frees the bytes when its garbage is collected. On its machine, or in its container:",
        "Le registre libère les octets quand ses déchets sont ramassés. Sur sa machine, ou dans son conteneur :";
    what_was_done: "What was done", "Ce qui a été fait";
    no_deeds: "Nothing that was planned, deleted or put back matches.", "Rien de planifié, supprimé ou remis ne correspond.";
    action: "Action", "Action";
    when: "When", "Quand";
    who: "Who", "Qui";
    scans_title: "Scans", "Analyses";
    jobs_title: "Deletions and restorations", "Suppressions et restaurations";
    unread_now: "not done yet", "pas encore fait";
}

impl Locale {
    /// `Delete 3 tags`, or manifests where no tag goes.
    pub(crate) fn delete_n(self, n_tags: usize, n_manifests: usize) -> String {
        let what = if n_tags > 0 { self.n_tags(n_tags) } else { self.n_manifests(n_manifests) };
        match self {
            Self::En => format!("Delete {what}"),
            Self::Fr => format!("Supprimer {what}"),
        }
    }

    /// `Plan deletion of all 312 tags that match`.
    pub(crate) fn all_that_match(self, n: usize) -> String {
        match self {
            Self::En => format!("All {} that match…", self.n_tags(n)),
            Self::Fr => format!("Les {} qui correspondent…", self.n_tags(n)),
        }
    }

    pub(crate) fn n_manifests(self, n: usize) -> String {
        self.count(n, ["manifest", "manifests"], ["manifeste", "manifestes"])
    }

    pub(crate) fn n_referrers(self, n: usize) -> String {
        self.count(
            n,
            ["signature or referrer", "signatures and referrers"],
            ["signature ou référent", "signatures et référents"],
        )
    }

    pub(crate) fn n_selected(self, n: usize) -> String {
        self.count(n, ["selected", "selected"], ["sélectionné", "sélectionnés"])
    }

    /// `and 312 more`.
    pub(crate) fn and_more(self, n: usize) -> String {
        let n = self.number(n);
        match self {
            Self::En => format!("and {n} more"),
            Self::Fr => format!("et {n} de plus"),
        }
    }

    /// What a registry can do of what a deletion needs.
    pub(crate) fn deletion_support(self, deletes: &Deletes, by_tag: bool) -> &'static str {
        match (deletes, by_tag) {
            (Deletes::Yes, true) => self.deletes_by_tag(),
            (Deletes::Yes, false) => self.deletes_by_digest(),
            (Deletes::Off, _) => self.deletes_not(),
            (Deletes::ReadOnly, _) => self.deletes_read_only(),
            (Deletes::Denied(_), _) => self.deletes_denied(),
        }
    }
}

/// The first few of many, and that there are more.
fn some(items: &[impl ToString]) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<String> = items.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = if items.len() > SHOWN { format!(", … (+{})", items.len() - SHOWN) } else { String::new() };
    shown.join(", ") + &more
}

fn tags_text(tags: &[Tag]) -> String {
    some(tags)
}

fn digests_text(digests: &[Digest]) -> String {
    some(&digests.iter().map(Digest::short).collect::<Vec<_>>())
}
