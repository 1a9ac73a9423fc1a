//! The frame of every page.

super::texts! {
    skip_to_content: "Skip to content", "Aller au contenu";
    registries: "Registries", "Registres";
    switch_registry: "Switch registry", "Changer de registre";
    preferences: "Preferences", "Préférences";
    theme: "Theme", "Thème";
    theme_auto: "As the system", "Comme le système";
    theme_light: "Light", "Clair";
    theme_dark: "Dark", "Sombre";
    language: "Language", "Langue";
    breadcrumb: "Reference", "Référence";
    copy: "Copy", "Copier";
    copied: "Copied", "Copié";
    copy_reference: "Copy the reference", "Copier la référence";
    copy_digest: "Copy the digest", "Copier l’empreinte";
    copy_pull_command: "Copy the pull command", "Copier la commande pull";
    just_now: "just now", "à l’instant";
    retry: "Try again", "Réessayer";
    what_to_do: "What to do", "Que faire";
    filter: "Filter", "Filtrer";
    clear_filter: "Clear the filter", "Effacer le filtre";
    pages: "Pages", "Pages";
    previous_page: "Previous", "Précédente";
    next_page: "Next", "Suivante";
    rest_api: "REST API", "API REST";
    shortcuts: "Keyboard shortcuts", "Raccourcis clavier";
    shortcut_search: "search", "chercher";
    shortcut_rows: "next and previous row", "ligne suivante, précédente";
    shortcut_open: "open the row", "ouvrir la ligne";
    shortcut_help: "this list", "cette liste";
    close: "Close", "Fermer";
}

impl crate::visitor::Locale {
    /// `1–100 of 1,284`.
    pub(crate) fn range(self, first: usize, last: usize, total: usize) -> String {
        let (first, last, total) = (self.number(first), self.number(last), self.number(total));
        match self {
            Self::En => format!("{first}–{last} of {total}"),
            Self::Fr => format!("{first}–{last} sur {total}"),
        }
    }
}
