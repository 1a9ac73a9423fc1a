//! The files of an image.

use engine::NoContent;

use crate::visitor::Locale;

super::texts! {
    files: "Files", "Fichiers";
    files_hint: "To show its files, Stowage reads the layers of this image from the registry, once, and keeps what it finds. Nothing is unpacked or run.",
        "Pour montrer ses fichiers, Stowage lit une fois les couches de cette image dans le registre et retient ce qu’il y trouve. Rien n’est décompressé sur disque ni exécuté.";
    look_inside: "Look inside", "Regarder à l’intérieur";
    read_again: "Read again", "Relire";
    being_read: "The layers are being read", "Lecture des couches en cours";
    reload_for_progress: "See how far it is", "Voir où cela en est";
    layer_unread: "not read yet", "pas encore lue";
    layer_waiting: "waits for its turn", "en attente";
    layer_read: "read", "lue";
    layer_elsewhere: "kept elsewhere", "conservée ailleurs";
    after_layer: "The image after", "L’image après";
    only_layer: "Only what this layer does", "Seulement ce que fait cette couche";
    find_files: "Find files", "Chercher des fichiers";
    by_name: "by name", "par nom";
    largest_first: "largest first", "les plus grands d’abord";
    show: "Show", "Afficher";
    root_directory: "Root", "Racine";
    mode_and_owner: "Mode, owner", "Droits, propriétaire";
    change_column: "Change", "Changement";
    file_added: "added", "ajouté";
    file_changed: "changed", "modifié";
    file_removed: "removed", "supprimé";
    setuid: "setuid", "setuid";
    setgid: "setgid", "setgid";
    no_file_matches: "No file matches", "Aucun fichier ne correspond";
    no_files: "There is nothing here.", "Il n’y a rien ici.";
    no_such_directory: "There is no such directory in this image.", "Ce répertoire n’existe pas dans cette image.";
    unpacked: "unpacked", "décompressés";
    order: "Order", "Ordre";
    path_label: "Path", "Chemin";
    efficiency: "Efficiency", "Efficacité";
    efficiency_hint: "The part of all stored bytes that the image still needs, path by path, as dive computes it.",
        "La part des octets stockés dont l’image a encore besoin, chemin par chemin, comme la calcule dive.";
    wasted: "wasted", "gaspillé";
    wasted_bytes: "Wasted", "Gaspillé";
    wasted_hint: "Files that a later layer stores again or removes; their earlier bytes are still pulled.",
        "Fichiers qu’une couche ultérieure stocke à nouveau ou supprime ; leurs octets précédents sont tout de même téléchargés.";
    stored_times: "Stored", "Stocké";
    hard_link: "hard link", "lien physique";
    device: "device", "périphérique";
    pipe: "named pipe", "tube nommé";
    sparse_file: "sparse", "creux";
    close_file: "Close", "Fermer";
    not_text: "This is not text. Download it to look at it.", "Ce n’est pas du texte. Téléchargez-le pour le consulter.";
    empty_file: "The file is empty.", "Le fichier est vide.";
    cut_file: "Only the beginning is shown.", "Seul le début est affiché.";
    no_platform: "The image is not for that platform", "L’image n’existe pas pour cette plateforme";
    no_file: "That file cannot be shown", "Ce fichier ne peut pas être affiché";
    busy: "Too much is being read", "Trop de lectures en cours";
    files_differ: "Files that differ", "Fichiers différents";
    files_differ_hint: "Both images have to be read before their files can be compared.",
        "Les deux images doivent être lues avant que leurs fichiers puissent être comparés.";
    difference_column: "Difference", "Différence";
    no_files_differ: "All files are the same.", "Tous les fichiers sont identiques.";
}

impl Locale {
    pub(crate) fn n_files(self, n: usize) -> String {
        self.count(
            n,
            ["file or directory", "files and directories"],
            ["fichier ou répertoire", "fichiers et répertoires"],
        )
    }

    /// How much a layer changed below a directory.
    pub(crate) fn n_changed(self, n: usize) -> String {
        self.count(n, ["changed", "changed"], ["changé", "changés"])
    }

    pub(crate) fn n_times(self, n: usize) -> String {
        self.count(n, ["time", "times"], ["fois", "fois"])
    }

    /// How much has to be read.
    pub(crate) fn layers_to_read(self, n: usize, bytes: u64) -> String {
        format!("{} ({})", self.n_layers(n), self.bytes(bytes))
    }

    /// How far the reading of a layer is.
    pub(crate) fn read_of(self, read: u64, size: Option<u64>) -> String {
        match (self, size) {
            (Self::En, Some(size)) => format!("{} of {}", self.bytes(read), self.bytes(size)),
            (Self::Fr, Some(size)) => format!("{} sur {}", self.bytes(read), self.bytes(size)),
            (_, None) => self.bytes(read),
        }
    }

    pub(crate) fn layer_number(self, number: usize) -> String {
        match self {
            Self::En => format!("Layer {number}"),
            Self::Fr => format!("Couche {number}"),
        }
    }

    pub(crate) fn n_more_paths(self, n: usize) -> String {
        match self {
            Self::En => format!("and {} more", self.number(n)),
            Self::Fr => format!("et {} de plus", self.number(n)),
        }
    }

    pub(crate) fn layer_damaged(self, why: &str) -> String {
        match self {
            Self::En => format!("cannot be read: {why}"),
            Self::Fr => format!("illisible : {why}"),
        }
    }

    pub(crate) fn no_platform_detail(self, platform: &str, has: &[String]) -> String {
        let has = has.join(", ");
        match (self, has.is_empty()) {
            (Self::En, true) => format!("There is no {platform}, because it names no platforms."),
            (Self::En, false) => format!("There is no {platform}. It has {has}."),
            (Self::Fr, true) => format!("Pas de {platform} : elle ne nomme aucune plateforme."),
            (Self::Fr, false) => format!("Pas de {platform}. Elle existe pour {has}."),
        }
    }

    pub(crate) fn no_file_detail(self, path: &str, why: NoContent) -> String {
        let why = match (self, why) {
            (Self::En, _) => return format!("/{path}: {why}."),
            (Self::Fr, NoContent::Unread) => "les fichiers de cette image n’ont pas encore été lus",
            (Self::Fr, NoContent::Nothing) => "ce fichier n’existe pas",
            (Self::Fr, NoContent::NotAFile) => "ce n’est pas un fichier",
            (Self::Fr, NoContent::Sparse) => "c’est un fichier creux, dont le contenu ne peut être lu seul",
            (Self::Fr, NoContent::Damaged) => "sa couche est illisible",
        };
        format!("/{path} : {why}.")
    }

    pub(crate) fn busy_detail(self, n: usize) -> String {
        match self {
            Self::En => {
                format!("{} layers wait to be read already. Try again in a few minutes.", self.number(n))
            }
            Self::Fr => {
                format!(
                    "{} couches attendent déjà d’être lues. Réessayez dans quelques minutes.",
                    self.number(n)
                )
            }
        }
    }
}
