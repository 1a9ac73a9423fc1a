//! Artifacts: signatures, SBOMs, attestations, charts, and what was checked of them.

use registry::artifact::{ArtifactKind, Outcome, Source};

use crate::visitor::Locale;

super::texts! {
    content: "Content", "Contenu";
    referrers: "Referrers", "Référents";
    no_referrers: "Nothing refers to this image", "Rien ne se réfère à cette image";
    no_referrers_hint: "Signatures, SBOMs and attestations would be here, for example after:",
        "Les signatures, SBOM et attestations seraient ici, par exemple après :";
    found_in: "Found", "Trouvé";
    signature: "Signature", "Signature";
    kind_of_artifact: "What it is", "Nature";
    file: "File", "Fichier";
    media_type: "Media type", "Type de média";
    no_blobs: "There are no files in it.", "Il ne contient aucun fichier.";
    packages: "Packages", "Paquets";
    package: "Package", "Paquet";
    version: "Version", "Version";
    licence: "Licence", "Licence";
    purl: "Package URL", "URL de paquet";
    filter_packages: "Filter packages", "Filtrer les paquets";
    no_package_matches: "No package matches.", "Aucun paquet ne correspond.";
    format: "Format", "Format";
    describes: "Describes", "Décrit";
    sbom_made: "Made", "Établi";
    provenance: "Provenance", "Provenance";
    attestation: "Attestation", "Attestation";
    predicate_type: "What it says", "Ce qu’elle affirme";
    subjects: "About", "Au sujet de";
    builder: "Builder", "Constructeur";
    build_type: "Build type", "Type de construction";
    source: "Source", "Source";
    commit: "Commit", "Commit";
    entry_point: "Entry point of the build", "Point d’entrée de la construction";
    invocation: "Run", "Exécution";
    build_started: "Began", "Début";
    build_finished: "Ended", "Fin";
    materials: "Made from", "Fait à partir de";
    signed_as: "Signed as", "Signé comme";
    signed_digest: "Signed digest", "Empreinte signée";
    chart: "Chart", "Chart";
    app_version: "Version of the application", "Version de l’application";
    description: "Description", "Description";
    deprecated: "deprecated", "obsolète";
    kube_version: "Kubernetes", "Kubernetes";
    home: "Home page", "Page d’accueil";
    sources: "Sources", "Sources";
    keywords: "Keywords", "Mots-clés";
    maintainers: "Maintainers", "Mainteneurs";
    dependencies: "Dependencies", "Dépendances";
    values: "Values", "Valeurs";
    readme: "Readme", "Lisez-moi";
    templates: "Templates", "Gabarits";
    other_files: "Other files", "Autres fichiers";
    files_cut: "There is more in it than is read here.", "Il contient plus que ce qui est lu ici.";
    not_an_artifact: "That is an index, not an artifact", "C’est un index et non un artefact";
    unchecked: "Not checked: the certificate of who signed (Fulcio), the transparency log (Rekor), the time of signing.",
        "Non contrôlés : le certificat du signataire (Fulcio), le journal de transparence (Rekor), l’heure de signature.";
    beside_title: "There is a signature; whether it is right stands on the image’s page, under Referrers.",
        "Il y a une signature ; sa validité figure sur la page de l’image, sous Référents.";
    sbom_title: "There is a list of its packages.", "Il y a une liste de ses paquets.";
}

impl Locale {
    pub(crate) fn artifact_kind(self, kind: ArtifactKind) -> &'static str {
        match kind {
            ArtifactKind::CosignSignature => self.cosign_signature(),
            ArtifactKind::NotationSignature => self.notation_signature(),
            ArtifactKind::Spdx => self.spdx(),
            ArtifactKind::CycloneDx => self.cyclonedx(),
            ArtifactKind::Provenance => match self {
                Self::En => "SLSA provenance",
                Self::Fr => "provenance SLSA",
            },
            ArtifactKind::InToto => self.in_toto(),
            ArtifactKind::SigstoreBundle => match self {
                Self::En => "sigstore bundle",
                Self::Fr => "bundle sigstore",
            },
            ArtifactKind::HelmChart => self.helm_chart(),
            ArtifactKind::Wasm => self.wasm_module(),
            ArtifactKind::Other => self.artifact(),
        }
    }

    pub(crate) fn source_of_referrer(self, source: Source) -> &'static str {
        match (self, source) {
            (Self::En, Source::Api) => "referrers API",
            (Self::En, Source::FallbackTag) => "fallback tag",
            (Self::En, Source::CosignTag) => "cosign tag",
            (Self::En, Source::Index) => "index",
            (Self::En, Source::Inventory) => "inventory",
            (Self::Fr, Source::Api) => "API des référents",
            (Self::Fr, Source::FallbackTag) => "tag de repli",
            (Self::Fr, Source::CosignTag) => "tag cosign",
            (Self::Fr, Source::Index) => "index",
            (Self::Fr, Source::Inventory) => "inventaire",
        }
    }

    /// The sentence for a source that could not be asked.
    pub(crate) fn source_failed(self, source: Source) -> String {
        let source = self.source_of_referrer(source);
        match self {
            Self::En => {
                format!("What refers to it may be missing here, because this could not be read: {source}")
            }
            Self::Fr => format!("Des référents peuvent manquer ici, car ceci n’a pu être lu : {source}"),
        }
    }

    /// What came of checking a signature, in a word or two.
    pub(crate) fn signature_outcome(self, outcome: Outcome) -> &'static str {
        match (self, outcome) {
            (Self::En, Outcome::Verified) => "verified",
            (Self::En, Outcome::OtherImage) => "for another image",
            (Self::En, Outcome::UnknownImage) => "image not known",
            (Self::En, Outcome::NoKeyFits) => "no key fits",
            (Self::En, Outcome::Certificate | Outcome::NoKeys | Outcome::TooLong) => "not checked",
            (Self::En, Outcome::Unsigned) => "not signed",
            (Self::En, Outcome::Unreadable) => "unreadable",
            (Self::Fr, Outcome::Verified) => "vérifiée",
            (Self::Fr, Outcome::OtherImage) => "pour une autre image",
            (Self::Fr, Outcome::UnknownImage) => "image inconnue",
            (Self::Fr, Outcome::NoKeyFits) => "aucune clé ne convient",
            (Self::Fr, Outcome::Certificate | Outcome::NoKeys | Outcome::TooLong) => "non contrôlée",
            (Self::Fr, Outcome::Unsigned) => "non signée",
            (Self::Fr, Outcome::Unreadable) => "illisible",
        }
    }

    /// The same in a sentence. `key` is the key that made the signature.
    pub(crate) fn signature_outcome_detail(self, outcome: Outcome, key: &str) -> String {
        match (self, outcome) {
            (Self::En, Outcome::Verified) => {
                format!("The key “{key}” made the signature, and the digest that is signed is this image’s.")
            }
            (Self::En, Outcome::OtherImage) => {
                format!("The key “{key}” made the signature, but for another image than this one.")
            }
            (Self::En, Outcome::UnknownImage) => {
                format!("The key “{key}” made the signature; which image it belongs to is not known here.")
            }
            (Self::En, Outcome::NoKeyFits) => {
                "None of the configured keys made the signature, or something was changed afterwards.".to_owned()
            }
            (Self::En, Outcome::Certificate) => "Signed with a certificate, not with a key: not checked.".to_owned(),
            (Self::En, Outcome::NoKeys) => {
                "No public keys are configured (STOWAGE_COSIGN_KEYS), so nothing was checked.".to_owned()
            }
            (Self::En, Outcome::TooLong) => "It is too long to be checked here; nothing was checked.".to_owned(),
            (Self::En, Outcome::Unsigned) => "It holds no signature.".to_owned(),
            (Self::En, Outcome::Unreadable) => "The signature cannot be read.".to_owned(),
            (Self::Fr, Outcome::Verified) => {
                format!("La clé « {key} » a produit la signature, et l’empreinte signée est celle de cette image.")
            }
            (Self::Fr, Outcome::OtherImage) => {
                format!("La clé « {key} » a produit la signature, mais pour une autre image que celle-ci.")
            }
            (Self::Fr, Outcome::UnknownImage) => {
                format!("La clé « {key} » a produit la signature ; l’image à laquelle elle appartient est inconnue ici.")
            }
            (Self::Fr, Outcome::NoKeyFits) => {
                "Aucune des clés configurées n’a produit la signature, ou quelque chose a été modifié ensuite.".to_owned()
            }
            (Self::Fr, Outcome::Certificate) => {
                "Signé avec un certificat et non avec une clé : non contrôlé.".to_owned()
            }
            (Self::Fr, Outcome::NoKeys) => {
                "Aucune clé publique n’est configurée (STOWAGE_COSIGN_KEYS) ; rien n’a été contrôlé.".to_owned()
            }
            (Self::Fr, Outcome::TooLong) => "Trop long pour être contrôlé ici ; rien n’a été contrôlé.".to_owned(),
            (Self::Fr, Outcome::Unsigned) => "Il ne contient aucune signature.".to_owned(),
            (Self::Fr, Outcome::Unreadable) => "La signature est illisible.".to_owned(),
        }
    }

    pub(crate) fn n_packages(self, n: usize) -> String {
        self.count(n, ["package", "packages"], ["paquet", "paquets"])
    }

    /// `12 of 1,284 packages`.
    pub(crate) fn n_of_packages(self, matched: usize, total: usize) -> String {
        let (matched, total) = (self.number(matched), self.n_packages(total));
        match self {
            Self::En => format!("{matched} of {total}"),
            Self::Fr => format!("{matched} sur {total}"),
        }
    }

    /// What is said where only the first items of a list are shown.
    pub(crate) fn first_of(self, shown: usize, total: usize) -> String {
        let (shown, total) = (self.number(shown), self.number(total));
        match self {
            Self::En => format!("The first {shown} of {total} are shown."),
            Self::Fr => format!("Les {shown} premiers sur {total} sont affichés."),
        }
    }
}
