//! One image.

use crate::visitor::Locale;

super::texts! {
    index: "Index", "Index";
    image: "Image", "Image";
    artifact: "Artifact", "Artefact";
    unreadable_manifest: "Manifest that cannot be read", "Manifeste illisible";
    layers: "Layers", "Couches";
    config: "Config", "Configuration";
    manifest: "Manifest", "Manifeste";
    views: "Views", "Vues";
    instruction: "Instruction", "Instruction";
    share: "Share", "Part";
    layer: "Layer", "Couche";
    base_layer: "base", "base";
    built_on_title: "Built on", "Construite sur";
    claims_base: "It says it is built on", "Elle se dit construite sur";
    base_is_current: "still there", "toujours en place";
    base_has_moved: "has moved on since", "a évolué depuis";
    platforms_differ: "What differs between the platforms", "Ce qui diffère entre les plateformes";
    empty_layer: "empty", "vide";
    no_instruction: "not recorded", "non consignée";
    foreign_layer: "kept elsewhere", "conservée ailleurs";
    layers_by_size: "Layers by size", "Couches par taille";
    compressed: "compressed", "compressés";
    pull_command: "Pull command", "Commande pull";
    download: "Download", "Télécharger";
    dockerfile_hint: "Told from the history: what COPY and ADD copied from is not in it, and the first steps are those of the base image.",
        "Reconstitué d’après l’historique : les sources de COPY et ADD n’y figurent pas, et les premières étapes sont celles de l’image de base.";
    copy_dockerfile: "Copy the Dockerfile", "Copier le Dockerfile";
    health_check: "Health check", "Contrôle d’état";
    interval: "every", "toutes les";
    check_timeout: "timeout", "délai";
    start_period: "start period", "démarrage";
    retries: "tries", "essais";
    switched_off: "switched off", "désactivé";
    by_tag: "By tag", "Par tag";
    by_digest: "By digest", "Par empreinte";
    raw_manifest: "Raw manifest", "Manifeste brut";
    about: "About", "Concerne";
    entrypoint: "Entrypoint", "Point d’entrée";
    cmd: "Command", "Commande";
    user: "User", "Utilisateur";
    working_dir: "Working directory", "Répertoire de travail";
    ports: "Ports", "Ports";
    volumes: "Volumes", "Volumes";
    stop_signal: "Stop signal", "Signal d’arrêt";
    environment: "Environment", "Environnement";
    labels: "Labels", "Étiquettes";
    annotations: "Annotations", "Annotations";
    not_set: "not set", "non défini";
    author: "Author", "Auteur";
    config_json: "Configuration as the registry holds it", "Configuration telle que le registre la conserve";
    manifest_json: "Manifest as the registry holds it", "Manifeste tel que le registre le conserve";
    index_json: "Index as the registry holds it", "Index tel que le registre le conserve";
    no_layers: "This manifest has no layers.", "Ce manifeste n’a pas de couche.";
    no_config: "There is no configuration to show.", "Aucune configuration à afficher.";
    no_manifest: "There is no manifest to show.", "Aucun manifeste à afficher.";
    helm_chart: "Helm chart", "Chart Helm";
    wasm_module: "WASM module", "Module WASM";
    cosign_signature: "cosign signature", "signature cosign";
    notation_signature: "Notation signature", "signature Notation";
    in_toto: "in-toto attestation", "attestation in-toto";
    spdx: "SPDX SBOM", "SBOM SPDX";
    cyclonedx: "CycloneDX SBOM", "SBOM CycloneDX";
    build_cache: "build cache", "cache de build";
    legacy: "Docker schema 1 (legacy): it records no sizes, and registries from distribution 3.0 on refuse it. Push the image again with a current client to convert it.",
        "Docker schema 1 (ancien) : il ne consigne pas les tailles, et les registres à partir de distribution 3.0 le refusent. Poussez l’image à nouveau avec un client actuel pour la convertir.";
}

impl Locale {
    pub(crate) fn compare_with(self, platform: &str) -> String {
        match self {
            Self::En => format!("Compare with {platform}"),
            Self::Fr => format!("Comparer avec {platform}"),
        }
    }

    pub(crate) fn n_platforms(self, n: usize) -> String {
        self.count(n, ["platform", "platforms"], ["plateforme", "plateformes"])
    }

    pub(crate) fn n_layers(self, n: usize) -> String {
        self.count(n, ["layer", "layers"], ["couche", "couches"])
    }

    pub(crate) fn n_attestations(self, n: usize) -> String {
        self.count(n, ["attestation", "attestations"], ["attestation", "attestations"])
    }
}
