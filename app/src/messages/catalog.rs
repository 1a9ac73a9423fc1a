//! Catalogs and namespaces.

use engine::CatalogSource;
use registry::RepositoryName;
use registry::client::Vendor;

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
    catalog_refused_remedy: "GitLab and Docker Hub never list their repositories, Harbor only for administrators. Open a repository by its name below, give Stowage a user that may list the catalog, or name the repositories in its configuration:",
        "GitLab et Docker Hub ne listent jamais leurs dépôts, Harbor seulement pour les administrateurs. Ouvrez un dépôt par son nom ci-dessous, donnez à Stowage un utilisateur qui peut lister le catalogue, ou nommez les dépôts dans sa configuration :";
    source_configuration: "listed by the configuration", "listés par la configuration";
    source_below_some: "only some namespaces", "certains espaces de noms seulement";
    interrupted: "The registry stopped answering before its list was complete.",
        "Le registre a cessé de répondre avant la fin de sa liste.";
}

impl Locale {
    /// Where the names come from, beside how many there are.
    pub(crate) fn catalog_source(self, source: &CatalogSource) -> Option<String> {
        let below = |prefixes: &[RepositoryName]| {
            prefixes.iter().map(|it| format!("{it}/")).collect::<Vec<_>>().join(", ")
        };
        Some(match (self, source) {
            (_, CatalogSource::Registry) => return None,
            (_, CatalogSource::Configuration) => self.source_configuration().to_owned(),
            (_, CatalogSource::Below(prefixes)) if prefixes.is_empty() => self.source_below_some().to_owned(),
            (Self::En, CatalogSource::Below(prefixes)) => format!("only below {}", below(prefixes)),
            (Self::Fr, CatalogSource::Below(prefixes)) => format!("seulement sous {}", below(prefixes)),
            (Self::En, CatalogSource::Vendor(vendor)) => format!("as {vendor} lists them"),
            (Self::Fr, CatalogSource::Vendor(vendor)) => format!("tels que {vendor} les liste"),
        })
    }

    /// What helps where the vendor has an API that lists repositories, which is not asked.
    pub(crate) fn catalog_refused_vendor_remedy(self, vendor: Vendor) -> String {
        match self {
            Self::En => format!(
                "{vendor} lists repositories in an API of its own. Name the users, organisations or groups whose repositories Stowage shall list, or open a repository by its name below:"
            ),
            Self::Fr => format!(
                "{vendor} liste les dépôts dans sa propre API. Nommez les utilisateurs, organisations ou groupes dont Stowage doit lister les dépôts, ou ouvrez un dépôt par son nom ci-dessous :"
            ),
        }
    }

    /// What helps where the vendor's API does not list them either.
    pub(crate) fn vendor_refused_remedy(self, vendor: Vendor) -> String {
        match self {
            Self::En => format!(
                "{vendor} answers so where it has no such name, and where its API does not take the token that the registry takes. Check both; docs/registries.md says which token it wants. Repositories can be opened by their names below."
            ),
            Self::Fr => format!(
                "{vendor} répond ainsi quand ce nom n’existe pas, ou quand son API n’accepte pas le jeton que le registre accepte. Vérifiez les deux ; docs/registries.md dit quel jeton il faut. Les dépôts peuvent être ouverts par leur nom ci-dessous."
            ),
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_names_come_from_is_said_where_it_is_not_the_registry() {
        let say = |source: &CatalogSource| [Locale::En, Locale::Fr].map(|it| it.catalog_source(source));
        assert_eq!(say(&CatalogSource::Registry), [None, None]);
        let below = CatalogSource::Below(vec!["team".parse().unwrap(), "library/base".parse().unwrap()]);
        assert_eq!(
            say(&below),
            ["only below team/, library/base/", "seulement sous team/, library/base/"]
                .map(|it| Some(it.to_owned()))
        );
        let hub = CatalogSource::Vendor(Vendor::DockerHub);
        assert_eq!(Locale::En.catalog_source(&hub).as_deref(), Some("as Docker Hub lists them"));
        // Whoever sees a part only is not told what else there is.
        let part = CatalogSource::Below(Vec::new());
        assert_eq!(Locale::En.catalog_source(&part).as_deref(), Some("only some namespaces"));
    }
}
