//! Catalogs and namespaces.

use crate::visitor::Locale;

super::texts! {
    filter_repositories: "Filter repositories, or /regex/", "Filtrer les dépôts, ou /regex/";
    as_tree: "Tree", "Arbre";
    as_list: "List", "Liste";
    view: "View", "Vue";
    still_reading: "The registry is still being read; reload to see more.",
        "Le registre est encore en cours de lecture ; rechargez pour en voir plus.";
    reading_repositories: "Reading the repositories: {done} of {total}", "Lecture des dépôts : {done} sur {total}";
    empty_registry: "This registry has no repositories yet", "Ce registre n’a pas encore de dépôt";
    push_something: "Push an image, and it appears here:", "Poussez une image et elle apparaîtra ici :";
    no_repository_matches: "No repository matches", "Aucun dépôt ne correspond";
    empty_namespace: "Nothing lies in this namespace", "Cet espace de noms est vide";
    open_by_name: "Open a repository by name", "Ouvrir un dépôt par son nom";
    repository_name: "Repository name", "Nom du dépôt";
    open: "Open", "Ouvrir";
    opened_by_name: "Opened by name", "Ouverts par leur nom";
    opened_by_name_hint: "This registry does not list its repositories, but those whose name you know can be opened.",
        "Ce registre ne liste pas ses dépôts, mais ceux dont vous connaissez le nom peuvent être ouverts.";
    interrupted: "The registry stopped answering before its list was complete.",
        "Le registre a cessé de répondre avant la fin de sa liste.";
}

impl Locale {
    pub(crate) fn n_repositories(self, n: usize) -> String {
        self.count(n, ["repository", "repositories"], ["dépôt", "dépôts"])
    }

    pub(crate) fn n_registries(self, n: usize) -> String {
        self.count(n, ["registry", "registries"], ["registre", "registres"])
    }

    /// `12 of 5,025 repositories`.
    pub(crate) fn n_of_repositories(self, matched: usize, total: usize) -> String {
        let matched = self.number(matched);
        match self {
            Self::En => format!("{matched} of {}", self.n_repositories(total)),
            Self::Fr => format!("{matched} sur {}", self.n_repositories(total)),
        }
    }

    /// The link to what a tree leaves out.
    pub(crate) fn show_all_of(self, n: usize) -> String {
        match self {
            Self::En => format!("Show all {}", self.n_repositories(n)),
            Self::Fr => format!("Afficher les {}", self.n_repositories(n)),
        }
    }
}
