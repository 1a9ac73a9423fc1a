//! One's account, sessions and tokens, and who may do what.

use engine::{Role, Way};

use crate::visitor::Locale;

crate::messages::texts! {
    settings: "Settings", "Réglages";
    settings_open_hint: "Theme and language are chosen in the menu at the top right. There are no accounts, sessions or tokens, because nobody signs in here.",
        "Le thème et la langue se choisissent dans le menu en haut à droite. Il n’y a ni comptes, ni sessions, ni jetons, car personne ne se connecte ici.";
    let_people_sign_in: "Let people sign in", "Permettre de se connecter";
    make_users_file: "Make a file of users, each with a password:", "Créez un fichier d’utilisateurs, chacun avec un mot de passe :";
    name_users_file: "Start Stowage with its path. Everybody in the file is an administrator, unless STOWAGE_GRANTS says otherwise:",
        "Démarrez Stowage avec son chemin. Chacun dans le fichier est administrateur, sauf si STOWAGE_GRANTS en décide autrement :";
    signed_in: "Signed in", "Connecté";
    groups: "Groups", "Groupes";
    may: "May", "Peut";
    may_nothing: "Nothing yet. An administrator can give you a role.", "Rien pour l’instant. Un administrateur peut vous donner un rôle.";
    may_by_registry: "what the registry itself lets you do", "ce que le registre lui-même vous permet";
    sign_out_everywhere: "Sign out everywhere", "Se déconnecter partout";
    sessions: "Sessions", "Sessions";
    sessions_hint: "Where you have signed in. End what you do not know.", "Là où vous êtes connecté. Mettez fin à ce que vous ne connaissez pas.";
    no_sessions: "There are no sessions: the proxy in front of Stowage says with every request who you are.",
        "Il n’y a pas de session : le proxy devant Stowage dit à chaque requête qui vous êtes.";
    browser: "Browser", "Navigateur";
    source_address: "Address", "Adresse";
    session_began: "Began", "Début";
    last_seen: "Last seen", "Vue";
    this_session: "this one", "celle-ci";
    end_session: "End", "Terminer";
    api_tokens: "API tokens", "Jetons d’API";
    api_tokens_hint: "With a token, a program does in your name what the token’s role allows in its scope, and never more than you may yourself.",
        "Avec un jeton, un programme fait en votre nom ce que le rôle du jeton permet dans sa portée, et jamais plus que ce que vous pouvez vous-même.";
    no_tokens: "You have no tokens. Make one for each program, so that each can be revoked alone.",
        "Vous n’avez pas de jeton. Créez-en un par programme, pour pouvoir révoquer chacun séparément.";
    no_tokens_of_registries: "Whoever signed in at a registry has no tokens here: programs use the credentials of the registry.",
        "Qui s’est connecté auprès d’un registre n’a pas de jeton ici : les programmes utilisent les identifiants du registre.";
    token_example: "An example, with the token and the address of this Stowage in two variables:",
        "Un exemple, avec le jeton et l’adresse de ce Stowage dans deux variables :";
    name_label: "Name", "Nom";
    role_label: "Role", "Rôle";
    scope: "Scope", "Portée";
    scope_hint: "A scope is ** for everything, or a registry and a pattern of repositories: */team-a/**",
        "Une portée est ** pour tout, ou un registre et un motif de dépôts : */team-a/**";
    made: "Made", "Créé";
    expires: "Expires", "Expire";
    expired: "expired", "expiré";
    never: "never", "jamais";
    last_used: "Last used", "Utilisé";
    make_token: "Make a token", "Créer un jeton";
    revoke: "Revoke", "Révoquer";
    tokens_of_others: "Tokens of others", "Jetons des autres";
    owner: "Owner", "Titulaire";
    sign_somebody_out: "Sign somebody out", "Déconnecter quelqu’un";
    sign_somebody_out_hint: "Ends all sessions of a person at once. Take their roles and tokens as well, or they may sign in again.",
        "Met fin aussitôt à toutes les sessions d’une personne. Retirez aussi ses rôles et ses jetons, sinon elle peut se reconnecter.";
    roles: "Roles", "Rôles";
    roles_hint: "A viewer looks, a maintainer also deletes and puts back, an administrator also says who may do what. The largest role that fits counts.",
        "Un lecteur regarde, un mainteneur peut aussi supprimer et remettre, un administrateur dit aussi qui peut quoi. Le plus grand rôle applicable compte.";
    no_grants: "Nobody has a role yet.", "Personne n’a encore de rôle.";
    who_hint: "One is anonymous, everyone (who has signed in), group:…, local:…, registry:…, oidc:… or proxy:…",
        "On est anonymous, everyone (toute personne connectée), group:…, local:…, registry:…, oidc:… ou proxy:…";
    given: "Given", "Donné";
    by_configuration: "from the configuration", "par la configuration";
    give_role: "Give the role", "Donner le rôle";
}

impl Locale {
    /// How somebody came in.
    pub(crate) const fn way(self, way: Way) -> &'static str {
        match (self, way) {
            (Self::En, Way::Local) => "with a Stowage account",
            (Self::En, Way::Registry) => "with the credentials of a registry",
            (Self::En, Way::Oidc) => "through single sign-on",
            (Self::En, Way::Proxy) => "by the proxy in front of Stowage",
            (Self::Fr, Way::Local) => "avec un compte Stowage",
            (Self::Fr, Way::Registry) => "avec les identifiants d’un registre",
            (Self::Fr, Way::Oidc) => "par authentification unique",
            (Self::Fr, Way::Proxy) => "par le proxy devant Stowage",
        }
    }

    /// What a role allows.
    const fn role_does(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::En, Role::Viewer) => "look",
            (Self::En, Role::Maintainer) => "look, delete and put back",
            (Self::En, Role::Administrator) => "look, delete, put back, and say who may do what",
            (Self::Fr, Role::Viewer) => "regarder",
            (Self::Fr, Role::Maintainer) => "regarder, supprimer et remettre",
            (Self::Fr, Role::Administrator) => "regarder, supprimer, remettre, et dire qui peut quoi",
        }
    }

    pub(crate) fn may_everywhere(self, role: Role) -> String {
        let what = self.role_does(role);
        match self {
            Self::En => format!("{what}, everywhere"),
            Self::Fr => format!("{what}, partout"),
        }
    }

    pub(crate) fn may_somewhere(self, role: Role) -> String {
        let what = self.role_does(role);
        match self {
            Self::En => format!("{what}, in some repositories"),
            Self::Fr => format!("{what}, dans certains dépôts"),
        }
    }

    /// What stands above a token that is shown this once.
    pub(crate) fn token_made(self, name: &str) -> String {
        match self {
            Self::En => format!("Copy the token “{name}” now, for it is not shown again."),
            Self::Fr => format!("Copiez le jeton « {name} » maintenant, car il ne sera plus affiché."),
        }
    }

    /// How long a token is good for.
    pub(crate) fn in_days(self, days: usize) -> String {
        self.count(days, ["day", "days"], ["jour", "jours"])
    }
}
