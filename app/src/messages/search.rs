//! Searching everything that is known.

use crate::visitor::Locale;

super::texts! {
    search: "Search", "Recherche";
    search_everything: "Repositories, tags, digests, labels, layers", "Dépôts, tags, empreintes, étiquettes, couches";
    search_hint: "Searches everything that is known of all registries. The first digits of a digest are enough.",
        "Cherche dans tout ce qui est connu de tous les registres. Les premiers chiffres d’une empreinte suffisent.";
    nothing_found: "Nothing found", "Rien trouvé";
    nothing_found_hint: "Only what has been scanned can be found; Activity tells what has been, and scans the rest.",
        "Seul ce qui a été analysé peut être trouvé ; Activité indique ce qui l’a été et analyse le reste.";
    found_repository: "Repository", "Dépôt";
    found_layer: "Layer", "Couche";
    tags_with_layer: "Tags with this layer", "Tags avec cette couche";
    built_on_this: "Built on this image", "Construits sur cette image";
}

impl Locale {
    pub(crate) fn n_hits(self, n: usize) -> String {
        self.count(n, ["result", "results"], ["résultat", "résultats"])
    }

    pub(crate) fn first_hits(self, n: usize) -> String {
        match self {
            Self::En => format!("The {n} best results; write more to narrow them down"),
            Self::Fr => format!("Les {n} meilleurs résultats ; précisez pour les réduire"),
        }
    }
}
