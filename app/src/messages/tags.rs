//! Lists of tags.

use registry::summary::Kind;

use crate::visitor::Locale;

super::texts! {
    tag: "Tag", "Tag";
    platforms: "Platforms", "Plateformes";
    size: "Size", "Taille";
    created: "Created", "Créé";
    digest: "Digest", "Empreinte";
    filter_tags: "Filter tags, or /regex/", "Filtrer les tags, ou /regex/";
    platform: "Platform", "Plateforme";
    all_platforms: "All platforms", "Toutes les plateformes";
    sorted_by_name: "sorted by name", "triés par nom";
    sorted_by_created: "sorted by date", "triés par date";
    sorted_by_size: "sorted by size", "triés par taille";
    sorted_by_platforms: "sorted by platforms", "triés par plateformes";
    sorted_by_push: "sorted by last push", "triés par dernier push";
    sorted_by_pull: "sorted by last pull", "triés par dernier pull";
    pushed: "Pushed", "Poussé";
    pulled: "Pulled", "Téléchargé";
    more_filters: "More filters", "Plus de filtres";
    any: "Any", "Tous";
    age: "Age", "Âge";
    kind_label: "Kind", "Genre";
    state_label: "State", "État";
    broken_only: "Something is wrong", "Quelque chose ne va pas";
    untagged_only: "Untagged manifests", "Manifestes sans tag";
    no_untagged: "Every manifest has a tag", "Chaque manifeste a un tag";
    no_untagged_hint: "What loses its last tag shows up here, if a scan has seen it before.",
        "Ce qui perd son dernier tag apparaît ici, si une analyse l’a vu auparavant.";
    checked: "Checked", "Vérifié";
    just_checked: "Checked just now", "Vérifié à l’instant";
    reading_tags: "Reading the tags: {done} of {total}", "Lecture des tags : {done} sur {total}";
    refresh: "Refresh", "Actualiser";
    out_of_date: "This is what was known before; it could not be compared with the registry.",
        "Voici ce qui était connu ; cela n’a pu être comparé au registre.";
    signed: "signed", "signé";
    has_sbom: "SBOM", "SBOM";
    has_attestation: "attestation", "attestation";
    has_referrers: "referrers", "référents";
    no_tag_matches: "No tag matches", "Aucun tag ne correspond";
    emptied_title: "This repository is empty", "Ce dépôt est vide";
    emptied: "All its tags have been deleted, but the registry keeps the name. Push an image to fill it again:",
        "Tous ses tags ont été supprimés, mais le registre en garde le nom. Poussez une image pour le remplir :";
    emptied_remedy: "To make the name go away, remove its folder from the registry’s storage and restart the registry:",
        "Pour faire disparaître le nom, supprimez son dossier du stockage du registre puis redémarrez le registre :";
    hide_attached: "hide them", "les masquer";
    show_attached: "show them", "les afficher";
    also: "also", "aussi";
}

impl Locale {
    pub(crate) fn kind(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::En, Kind::Image) => "Image",
            (Self::En, Kind::Index) => "Index",
            (Self::En, Kind::Artifact) => "Artifact",
            (Self::En, Kind::Broken) => "Broken",
            (Self::Fr, Kind::Image) => "Image",
            (Self::Fr, Kind::Index) => "Index",
            (Self::Fr, Kind::Artifact) => "Artefact",
            (Self::Fr, Kind::Broken) => "Défectueux",
        }
    }

    /// `Older than 30 days`.
    pub(crate) fn older_than(self, days: u32) -> String {
        match self {
            Self::En => format!("Older than {days} {}", if days == 1 { "day" } else { "days" }),
            Self::Fr => format!("Plus de {days} {}", if days == 1 { "jour" } else { "jours" }),
        }
    }

    /// `200.0 MiB or more`.
    pub(crate) fn at_least(self, bytes: u64) -> String {
        match self {
            Self::En => format!("{} or more", self.bytes(bytes)),
            Self::Fr => format!("{} ou plus", self.bytes(bytes)),
        }
    }

    /// What the link does that takes a filter away.
    pub(crate) fn without(self, filter: &str) -> String {
        match self {
            Self::En => format!("Remove the filter: {filter}"),
            Self::Fr => format!("Retirer le filtre : {filter}"),
        }
    }

    pub(crate) fn n_tags(self, n: usize) -> String {
        self.count(n, ["tag", "tags"], ["tag", "tags"])
    }

    /// `12 of 1,284 tags`.
    pub(crate) fn n_of_tags(self, matched: usize, total: usize) -> String {
        let matched = self.number(matched);
        match self {
            Self::En => format!("{matched} of {}", self.n_tags(total)),
            Self::Fr => format!("{matched} sur {}", self.n_tags(total)),
        }
    }

    pub(crate) fn n_untagged(self, n: usize) -> String {
        self.count(
            n,
            ["untagged manifest", "untagged manifests"],
            ["manifeste sans tag", "manifestes sans tag"],
        )
    }

    pub(crate) fn n_attached(self, n: usize) -> String {
        self.count(
            n,
            ["signature or referrer tag", "signature and referrer tags"],
            ["tag de signature ou de référent", "tags de signatures et de référents"],
        )
    }

    pub(crate) fn n_unread(self, n: usize) -> String {
        match self {
            Self::En => format!(
                "{} could not be read in time and are not sorted in. Reload to go on reading.",
                self.n_tags(n)
            ),
            Self::Fr => format!(
                "{} n’ont pu être lus à temps et ne sont pas triés. Rechargez pour continuer la lecture.",
                self.n_tags(n)
            ),
        }
    }
}
