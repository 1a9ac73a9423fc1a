//! Two images side by side.

use crate::visitor::Locale;

super::texts! {
    compare: "Compare", "Comparer";
    compare_hint: "Two images of any registry here, as one writes them: registry/repository:tag or registry/repository@digest.",
        "Deux images de n’importe quel registre d’ici, écrites registre/dépôt:tag ou registre/dépôt@empreinte.";
    first_image: "First image", "Première image";
    second_image: "Second image", "Seconde image";
    usual_platform: "any that both have", "une que les deux ont";
    swap: "Swap", "Intervertir";
    no_difference: "There is no difference in layers, configuration or annotations.",
        "Aucune différence de couches, de configuration ni d’annotations.";
    not_an_image: "That does not name an image", "Cela ne désigne pas une image";
    no_common_layers: "They have no layers in common.", "Elles n’ont aucune couche en commun.";
    shared_elsewhere: "in both, in another place", "dans les deux, à une autre place";
    no_more_layers: "Nothing more.", "Rien de plus.";
    how_it_runs: "How it is run", "Comment elle s’exécute";
}

impl Locale {
    pub(crate) fn not_an_image_detail(self, text: &str) -> String {
        match self {
            Self::En => format!("{text:?} has no registry, no repository, or neither a tag nor a digest."),
            Self::Fr => format!("{text:?} n’a pas de registre, pas de dépôt, ou ni tag ni empreinte."),
        }
    }

    pub(crate) fn n_common_layers(self, n: usize, size: &str) -> String {
        let count =
            self.count(n, ["layer in common", "layers in common"], ["couche commune", "couches communes"]);
        format!("{count} ({size})")
    }

    /// What a part of the configuration is called, by its name in there.
    pub(crate) fn part_of_config(self, name: &str) -> &str {
        match name {
            "author" => self.author(),
            "cmd" => self.cmd(),
            "entrypoint" => self.entrypoint(),
            "exposed_ports" => self.ports(),
            "healthcheck" => self.health_check(),
            "stop_signal" => self.stop_signal(),
            "user" => self.user(),
            "volumes" => self.volumes(),
            "working_dir" => self.working_dir(),
            other => other,
        }
    }

    /// How much larger something is than something else.
    pub(crate) fn difference(self, from: u64, to: u64) -> String {
        let bytes = self.bytes(from.abs_diff(to));
        match from.cmp(&to) {
            std::cmp::Ordering::Less => format!("+{bytes}"),
            std::cmp::Ordering::Equal => "=".to_owned(),
            std::cmp::Ordering::Greater => format!("−{bytes}"),
        }
    }
}
