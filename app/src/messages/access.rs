//! Signing in, and what one is refused without it.

mod settings;

use engine::Role;

use crate::visitor::Locale;

super::texts! {
    sign_in: "Sign in", "Se connecter";
    sign_out: "Sign out", "Se déconnecter";
    account: "Account", "Compte";
    user_name: "User name", "Nom d’utilisateur";
    password: "Password", "Mot de passe";
    sign_in_with: "Sign in with", "Se connecter avec";
    stowage_account: "a Stowage account", "un compte Stowage";
    credentials_of_a_registry: "the credentials of a registry", "les identifiants d’un registre";
    or: "or", "ou";
    go_on: "Go on", "Continuer";
    sign_in_failed: "The user name or the password is not right.", "Le nom d’utilisateur ou le mot de passe n’est pas correct.";
    nobody_signs_in: "Nobody signs in here: whoever reaches this address may do everything.",
        "Personne ne se connecte ici : quiconque atteint cette adresse peut tout faire.";
    proxy_named_nobody: "The proxy in front of Stowage says who you are, and it named nobody. Open this address through the proxy.",
        "Le proxy devant Stowage dit qui vous êtes, et il n’a nommé personne. Ouvrez cette adresse par le proxy.";
    sign_in_needed: "Sign in first", "Connectez-vous d’abord";
    sign_in_needed_detail: "This is shown to people who have signed in.", "Ceci n’est montré qu’aux personnes connectées.";
    sign_in_needed_remedy: "Sign in at /login. Programs send an API token in the header Authorization.",
        "Connectez-vous à /login. Les programmes envoient un jeton d’API dans l’en-tête Authorization.";
    role_needed_remedy: "Ask an administrator. They give roles under Settings, or in the configuration with a setting such as:",
        "Demandez à un administrateur. Il donne des rôles dans les réglages, ou dans la configuration par un réglage tel que :";
    open_unmeant: "Everybody who reaches this address may do everything here, because no way to sign in is configured.",
        "Quiconque atteint cette adresse peut tout faire ici, car aucune façon de se connecter n’est configurée.";
    open_unmeant_close: "To let people sign in, name a file of users:", "Pour que l’on se connecte, indiquez un fichier d’utilisateurs :";
    open_unmeant_keep: "If it is meant to be open, say so:", "Si cette ouverture est voulue, dites-le :";
}

impl Locale {
    pub(crate) fn signed_in_as(self, name: &str) -> String {
        match self {
            Self::En => format!("You are signed in as {name}."),
            Self::Fr => format!("Vous êtes connecté en tant que {name}."),
        }
    }

    /// The button that leads to a provider.
    pub(crate) fn sign_in_through(self, provider: &str) -> String {
        match self {
            Self::En => format!("Sign in with {provider}"),
            Self::Fr => format!("Se connecter avec {provider}"),
        }
    }

    pub(crate) fn credentials_of(self, registry: &str) -> String {
        match self {
            Self::En => format!("the credentials of {registry}"),
            Self::Fr => format!("les identifiants de {registry}"),
        }
    }

    /// Where there is nothing else to sign in with.
    pub(crate) fn with_credentials_of(self, credentials: &str) -> String {
        match self {
            Self::En => format!("Sign in with {credentials}."),
            Self::Fr => format!("Connectez-vous avec {credentials}."),
        }
    }

    pub(crate) fn too_many_attempts(self, seconds: u64) -> String {
        let time = match seconds {
            0..120 => format!("{seconds} s"),
            _ => format!("{} min", seconds.div_ceil(60)),
        };
        match self {
            Self::En => format!("Signing in was tried too often. Try again in {time}."),
            Self::Fr => format!("Trop de tentatives de connexion. Réessayez dans {time}."),
        }
    }

    pub(crate) fn way_failed(self, why: &str) -> String {
        match self {
            Self::En => format!("Signing in did not work: {why}"),
            Self::Fr => format!("La connexion n’a pas abouti : {why}"),
        }
    }

    /// A title and the sentence below it; an empty subject stands for no place in particular.
    pub(crate) fn role_needed(self, role: Role, subject: &str) -> (String, String) {
        let name = self.role_name(role);
        match (self, subject) {
            (Self::En, "") => ("You may not do this".into(), format!("This takes the role “{name}”.")),
            (Self::En, _) => {
                ("You may not do this".into(), format!("This takes the role “{name}” for {subject}."))
            }
            (Self::Fr, "") => {
                ("Vous ne pouvez pas faire cela".into(), format!("Il faut le rôle « {name} »."))
            }
            (Self::Fr, _) => (
                "Vous ne pouvez pas faire cela".into(),
                format!("Il faut le rôle « {name} » pour {subject}."),
            ),
        }
    }

    pub(crate) fn not_possible(self, why: &str) -> (String, String) {
        match self {
            Self::En => ("That is not possible".into(), format!("It was refused: {why}.")),
            Self::Fr => ("Ce n’est pas possible".into(), format!("C’est refusé : {why}.")),
        }
    }

    pub(crate) const fn role_name(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::En, Role::Viewer) => "viewer",
            (Self::En, Role::Maintainer) => "maintainer",
            (Self::En, Role::Administrator) => "administrator",
            (Self::Fr, Role::Viewer) => "lecteur",
            (Self::Fr, Role::Maintainer) => "mainteneur",
            (Self::Fr, Role::Administrator) => "administrateur",
        }
    }
}
