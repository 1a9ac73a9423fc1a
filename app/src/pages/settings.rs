//! One's sessions and tokens, and for administrators of everything who may do what.

mod account;
mod grants;
mod sessions;
mod tokens;

use engine::{ApiToken, Caller, Engine, Identity, Role, SessionInfo, StoredGrant, Way};
use leptos::prelude::*;

use crate::components::notice::Command;
use crate::components::reader::locale;
use crate::visitor::{AccessNotice, Locale, Visitor};

use tokens::MadeToken;

/// What can be set.
pub(super) enum SettingsPage {
    /// Nobody signs in here, so there is nothing of one's own.
    Open,
    /// What is somebody's own.
    Own(Box<Own>),
}

/// What belongs to somebody who has signed in.
pub(super) struct Own {
    identity: Identity,
    caller: Caller,
    sessions: Vec<SessionInfo>,
    tokens: Vec<ApiToken>,
    /// A token that was made by the form that this page answers.
    made: Option<MadeToken>,
    /// Absent for whoever may not see them: the tokens of others, and who has which role.
    administration: Option<(Vec<ApiToken>, Vec<StoredGrant>)>,
}

pub(super) async fn load(engine: &Engine, visitor: &Visitor) -> Result<SettingsPage, engine::Error> {
    let caller = engine.caller();
    if caller.must_sign_in() {
        return Err(engine::Error::SignInNeeded);
    }
    let Some(identity) = caller.identity.clone() else { return Ok(SettingsPage::Open) };
    let made = match &visitor.notice {
        Some(AccessNotice::TokenMade { name, secret }) => {
            Some(MadeToken { name: name.clone(), secret: secret.clone() })
        }
        _ => None,
    };
    let administration = match caller.rights.role_everywhere() {
        Some(Role::Administrator) => {
            let mut tokens = engine.all_api_tokens().await?;
            tokens.retain(|it| it.owner.to_string() != identity.to_string());
            Some((tokens, engine.grants().await?))
        }
        _ => None,
    };
    let own = Own {
        identity,
        caller: caller.clone(),
        sessions: engine.sessions().await?,
        tokens: engine.api_tokens().await?,
        made,
        administration,
    };
    Ok(SettingsPage::Own(Box::new(own)))
}

impl SettingsPage {
    pub(super) fn view(self) -> impl IntoView {
        let content = match self {
            Self::Open => open().into_any(),
            Self::Own(own) => own.view().into_any(),
        };
        view! {
            <h1>{locale().settings()}</h1>
            {content}
        }
    }
}

impl Own {
    fn view(self) -> impl IntoView {
        // What a registry lets somebody do is asked with their credentials, which are not kept for tokens.
        let most = self.caller.rights.most().unwrap_or(Role::Viewer);
        let most = (self.identity.way != Way::Registry).then_some(most);
        view! {
            {account::section(&self.identity, &self.caller)}
            {tokens::section(self.tokens, self.made, most)}
            {sessions::section(self.sessions)}
            {self.administration.map(|(tokens, grants)| {
                view! {
                    {tokens::of_others(tokens)}
                    {grants::section(grants)}
                }
            })}
        }
    }
}

fn open() -> impl IntoView {
    let locale = locale();
    view! {
        <p class="muted intro">{locale.settings_open_hint()}</p>
        <h2>{locale.let_people_sign_in()}</h2>
        <div class="setup">
            <p>{locale.make_users_file()}</p>
            <Command text="htpasswd -cB users.htpasswd alice" />
            <p>{locale.name_users_file()}</p>
            <Command text="STOWAGE_AUTH_HTPASSWD=/etc/stowage/users.htpasswd" />
        </div>
    }
}

/// The roles up to one, to choose from; the least is the one that is offered first.
fn role_options(locale: Locale, most: Option<Role>) -> impl IntoView + use<> {
    let roles = Role::ALL.into_iter().filter(|it| Some(*it) <= most);
    roles.map(|role| view! { <option value=role.word()>{locale.role_name(role)}</option> }).collect_view()
}
