//! Errors: what failed, where and why, and what to do.

use crate::visitor::Locale;

super::texts! {
    inventory_unavailable: "The inventory cannot be used", "L’inventaire est inutilisable";
    unsupported_remedy: "Allow deletion in the registry’s configuration and restart it:",
        "Autorisez la suppression dans la configuration du registre et redémarrez-le :";
    read_only_remedy: "End the registry’s read-only mode (storage.maintenance.readonly), then try again.",
        "Terminez le mode lecture seule du registre (storage.maintenance.readonly), puis réessayez.";
    held_remedy: "Delete the index that needs it first, or lift the registry’s rule that protects it.",
        "Supprimez d’abord l’index qui en a besoin, ou levez la règle du registre qui le protège.";
    content_missing_remedy: "The registry’s garbage collector has taken it. Push the image again from where it was built.",
        "Le ramasse-miettes du registre l’a emporté. Poussez l’image de nouveau depuis l’endroit où elle a été construite.";
    invalid_reference: "This address names nothing", "Cette adresse ne désigne rien";
    method_not_allowed: "Pages are only read", "Les pages ne font qu’être lues";
    method_not_allowed_detail: "This address answers GET requests only.", "Cette adresse ne répond qu’aux requêtes GET.";
    reason_dns: "no address is known for its name", "aucune adresse n’est connue pour son nom";
    reason_refused: "nothing listens on its port", "rien n’écoute sur son port";
    reason_reset: "the connection broke off", "la connexion s’est interrompue";
    unreachable_remedy: "Check that the registry runs and that REGISTRY_URL is right as seen from the machine Stowage runs on:",
        "Vérifiez que le registre fonctionne et que REGISTRY_URL est juste depuis la machine où tourne Stowage :";
    timeout_remedy: "The registry is overloaded, or its storage is slow. Try again; if it stays, look into the registry’s log.",
        "Le registre est surchargé, ou son stockage est lent. Réessayez ; si cela persiste, consultez le journal du registre.";
    tls_unknown_issuer: "its certificate comes from an authority that is not known here", "son certificat vient d’une autorité inconnue ici";
    tls_unknown_issuer_remedy: "Name the authority’s certificate:", "Indiquez le certificat de l’autorité :";
    tls_expired: "its certificate has expired or is not valid yet", "son certificat a expiré ou n’est pas encore valable";
    tls_expired_remedy: "Renew the registry’s certificate, and check both machines’ clocks. This shows it:",
        "Renouvelez le certificat du registre et vérifiez l’horloge des deux machines. Ceci l’affiche :";
    tls_wrong_name: "its certificate is for another name", "son certificat est au nom d’un autre hôte";
    tls_wrong_name_remedy: "Use the name that the certificate is for:", "Utilisez le nom pour lequel le certificat est établi :";
    tls_client_certificate: "it wants a client certificate that it knows", "il demande un certificat client qu’il connaisse";
    tls_client_certificate_remedy: "Name a file with the client certificate and its key:",
        "Indiquez un fichier contenant le certificat client et sa clé :";
    tls_not_tls: "it does not speak TLS", "il ne parle pas TLS";
    tls_not_tls_remedy: "If the registry really is without TLS, say so in its address:",
        "Si le registre est vraiment sans TLS, dites-le dans son adresse :";
    tls_other_remedy: "This shows what the registry presents:", "Ceci montre ce que le registre présente :";
    wrong_credentials_remedy: "Correct the user name and password and restart Stowage; access tokens may have expired.",
        "Corrigez le nom d’utilisateur et le mot de passe puis redémarrez Stowage ; un jeton d’accès peut avoir expiré.";
    credentials_needed_remedy: "Give Stowage a user of the registry that may read:", "Donnez à Stowage un utilisateur du registre qui peut lire :";
    denied_remedy: "Give the user that Stowage signs in with this permission, in the registry or its token server.",
        "Accordez cette permission à l’utilisateur de Stowage, dans le registre ou son serveur de jetons.";
    repository_unknown_remedy: "Check the spelling. A registry also forgets a repository that nothing was ever pushed to.",
        "Vérifiez l’orthographe. Un registre ignore aussi un dépôt où rien n’a jamais été poussé.";
    manifest_unknown_remedy: "It was deleted or never pushed here. Look at the tags of the repository for what there is.",
        "Il a été supprimé ou jamais poussé ici. Regardez les tags du dépôt pour voir ce qui existe.";
    blob_unknown_remedy: "It was collected, or the storage lost it. Push the image again.", "Il a été collecté, ou le stockage l’a perdu. Poussez l’image à nouveau.";
    rate_limited_remedy: "Wait and try again. Signing in usually raises the limit.", "Attendez puis réessayez. S’authentifier relève en général la limite.";
    upstream_remedy: "The registry’s log says more. Try again once it is well.", "Le journal du registre en dit plus. Réessayez quand il ira mieux.";
    not_a_registry_remedy: "Check the address: it is what stands before /v2/, with the path of a reverse proxy if there is one.",
        "Vérifiez l’adresse : c’est ce qui précède /v2/, avec le chemin d’un proxy inverse s’il y en a un.";
    unreadable_answer: "The registry’s answer cannot be used", "La réponse du registre est inutilisable";
    unreadable_answer_remedy: "What the registry holds is damaged, or something on the way changes it. Push the image again.",
        "Ce que le registre conserve est endommagé, ou quelque chose le modifie en chemin. Poussez l’image à nouveau.";
    blocked_private_remedy: "If this host is your own token server or object store, trust it:",
        "Si cet hôte est votre propre serveur de jetons ou stockage d’objets, faites-lui confiance :";
    blocked_remedy: "Correct the address in the registry’s configuration (auth.token.realm, or its storage’s redirect).",
        "Corrigez l’adresse dans la configuration du registre (auth.token.realm, ou la redirection de son stockage).";
    invalid_config: "The configuration cannot be used", "La configuration est inutilisable";
}

/// A title and the sentence below it.
type Words = (String, String);

impl Locale {
    pub(crate) fn unknown_registry(self, id: &str) -> Words {
        match self {
            Self::En => ("No such registry".into(), format!("No registry is called “{id}” here.")),
            Self::Fr => ("Registre inconnu".into(), format!("Aucun registre ne s’appelle « {id} » ici.")),
        }
    }

    pub(crate) fn invalid_filter(self, why: &str) -> Words {
        match self {
            Self::En => (
                "The filter is not a regular expression".into(),
                format!("What stands between the slashes cannot be read: {why}."),
            ),
            Self::Fr => (
                "Le filtre n’est pas une expression régulière".into(),
                format!("Ce qui est entre les barres est illisible : {why}."),
            ),
        }
    }

    pub(crate) fn unreachable(self, host: &str, why: &str) -> Words {
        match self {
            Self::En => ("The registry cannot be reached".into(), format!("No connection to {host}: {why}.")),
            Self::Fr => ("Le registre est injoignable".into(), format!("Pas de connexion à {host} : {why}.")),
        }
    }

    pub(crate) fn timeout(self, host: &str, seconds: u64) -> Words {
        match self {
            Self::En => (
                "The registry does not answer".into(),
                format!("{host} did not answer within {seconds} seconds."),
            ),
            Self::Fr => {
                ("Le registre ne répond pas".into(), format!("{host} n’a pas répondu en {seconds} secondes."))
            }
        }
    }

    pub(crate) fn tls(self, host: &str, why: &str) -> Words {
        match self {
            Self::En => (
                "No trusted connection to the registry".into(),
                format!("The connection to {host} was given up: {why}."),
            ),
            Self::Fr => (
                "Pas de connexion de confiance au registre".into(),
                format!("La connexion à {host} a été abandonnée : {why}."),
            ),
        }
    }

    pub(crate) fn wrong_credentials(self, host: &str) -> Words {
        match self {
            Self::En => (
                "The registry refuses the credentials".into(),
                format!("{host} does not accept the user name and password that Stowage is configured with."),
            ),
            Self::Fr => (
                "Le registre refuse les identifiants".into(),
                format!(
                    "{host} n’accepte pas le nom d’utilisateur et le mot de passe configurés dans Stowage."
                ),
            ),
        }
    }

    pub(crate) fn credentials_needed(self, host: &str) -> Words {
        match self {
            Self::En => (
                "The registry wants credentials".into(),
                format!("{host} lets nobody in without signing in, and Stowage has no credentials for it."),
            ),
            Self::Fr => (
                "Le registre demande des identifiants".into(),
                format!(
                    "{host} ne laisse entrer personne sans authentification, et Stowage n’a pas d’identifiants."
                ),
            ),
        }
    }

    pub(crate) fn denied(self, host: &str, action: &str) -> Words {
        match self {
            Self::En => (
                "The registry does not allow this".into(),
                format!("{host} refuses “{action}” to the user that Stowage signs in with."),
            ),
            Self::Fr => (
                "Le registre ne le permet pas".into(),
                format!("{host} refuse « {action} » à l’utilisateur de Stowage."),
            ),
        }
    }

    pub(crate) fn catalog_refused(self, host: &str, status: u16) -> Words {
        match self {
            Self::En => (
                "This registry does not list its repositories".into(),
                format!("{host} works, but refuses the list of its repositories (status {status})."),
            ),
            Self::Fr => (
                "Ce registre ne liste pas ses dépôts".into(),
                format!("{host} fonctionne, mais refuse la liste de ses dépôts (statut {status})."),
            ),
        }
    }

    pub(crate) fn repository_unknown(self, name: &str) -> Words {
        match self {
            Self::En => ("No such repository".into(), format!("The registry knows no repository “{name}”.")),
            Self::Fr => ("Dépôt inconnu".into(), format!("Le registre ne connaît pas de dépôt « {name} ».")),
        }
    }

    pub(crate) fn manifest_unknown(self, name: &str) -> Words {
        match self {
            Self::En => ("No such image".into(), format!("The registry holds no manifest for “{name}”.")),
            Self::Fr => {
                ("Image inconnue".into(), format!("Le registre n’a pas de manifeste pour « {name} »."))
            }
        }
    }

    pub(crate) fn blob_unknown(self, name: &str) -> Words {
        match self {
            Self::En => ("A blob is gone".into(), format!("The registry does not hold {name}.")),
            Self::Fr => ("Un blob a disparu".into(), format!("Le registre ne contient pas {name}.")),
        }
    }

    pub(crate) fn rate_limited(self, host: &str, seconds: Option<u64>) -> Words {
        match (self, seconds) {
            (Self::En, Some(s)) => (
                "The registry asks for a pause".into(),
                format!("{host} limits the rate of requests, and asks to wait {s} seconds."),
            ),
            (Self::En, None) => {
                ("The registry asks for a pause".into(), format!("{host} limits the rate of requests."))
            }
            (Self::Fr, Some(s)) => (
                "Le registre demande une pause".into(),
                format!("{host} limite le rythme des requêtes et demande d’attendre {s} secondes."),
            ),
            (Self::Fr, None) => {
                ("Le registre demande une pause".into(), format!("{host} limite le rythme des requêtes."))
            }
        }
    }

    pub(crate) fn unsupported(self, host: &str, read_only: bool) -> Words {
        match (self, read_only) {
            (Self::En, true) => {
                ("The registry is read-only".into(), format!("{host} takes no changes at the moment."))
            }
            (Self::En, false) => {
                ("The registry does not delete".into(), format!("Deletion is switched off in {host}."))
            }
            (Self::Fr, true) => (
                "Le registre est en lecture seule".into(),
                format!("{host} n’accepte aucune modification pour le moment."),
            ),
            (Self::Fr, false) => {
                ("Le registre ne supprime pas".into(), format!("La suppression est désactivée dans {host}."))
            }
        }
    }

    pub(crate) fn held(self, host: &str) -> Words {
        match self {
            Self::En => ("The registry holds on to it".into(), format!("{host} refuses to delete this one.")),
            Self::Fr => ("Le registre le retient".into(), format!("{host} refuse de le supprimer.")),
        }
    }

    pub(crate) fn content_missing(self, repository: &str, digests: &str) -> Words {
        match self {
            Self::En => (
                "It cannot be put back whole".into(),
                format!("{repository} lacks what it names: {digests}."),
            ),
            Self::Fr => (
                "Il ne peut être remis entier".into(),
                format!("Il manque à {repository} ce qu’il nomme : {digests}."),
            ),
        }
    }

    pub(crate) fn upstream(self, host: &str, status: u16, code: Option<&str>) -> Words {
        let code = code.map(|it| format!(" {it}")).unwrap_or_default();
        match self {
            Self::En => {
                ("The registry answers with an error".into(), format!("{host} answered {status}{code}."))
            }
            Self::Fr => {
                ("Le registre répond par une erreur".into(), format!("{host} a répondu {status}{code}."))
            }
        }
    }

    pub(crate) fn not_a_registry(self, host: &str, why: &str) -> Words {
        match self {
            Self::En => (
                "There is no registry at this address".into(),
                format!("Something answers at {host}, but it does not speak as registries do: {why}."),
            ),
            Self::Fr => (
                "Pas de registre à cette adresse".into(),
                format!("Quelque chose répond à {host}, mais ne parle pas comme un registre : {why}."),
            ),
        }
    }

    pub(crate) fn blocked(self, host: &str, why: &str) -> Words {
        match self {
            Self::En => (
                "The registry leads to an address that is not followed".into(),
                format!("It leads to {host}: {why}."),
            ),
            Self::Fr => (
                "Le registre mène à une adresse qui n’est pas suivie".into(),
                format!("Il mène à {host} : {why}."),
            ),
        }
    }
}
