//! Signing in.

use std::sync::Arc;

use engine::{Engine, Identity};
use form_urlencoded::parse;
use http::StatusCode;
use leptos::prelude::*;

use crate::address::{self, Address};
use crate::base_path::under;
use crate::components::icon::{Icon, IconName, Mark};
use crate::components::reader::locale;
use crate::same_site_path::SameSitePath;
use crate::visitor::{AccessNotice, SignIn, Visitor};

/// The ways in, or as whom one has come in already.
pub(super) struct LoginPage {
    sign_in: Arc<SignIn>,
    notice: Option<AccessNotice>,
    /// Where to go on, as it stands in the address; whoever follows it checks it.
    next: String,
    identity: Option<Identity>,
    has_session: bool,
    is_open: bool,
}

pub(super) fn load(engine: &Engine, visitor: &Visitor, query: &str) -> LoginPage {
    let next = parse(query.as_bytes()).find(|(key, _)| key == "next").map(|(_, value)| value.into_owned());
    let caller = engine.caller();
    LoginPage {
        sign_in: visitor.sign_in.clone(),
        notice: visitor.notice.clone(),
        next: next.unwrap_or_default(),
        identity: caller.identity.clone(),
        has_session: caller.session.is_some(),
        is_open: caller.is_open,
    }
}

impl LoginPage {
    pub(super) fn status(&self) -> StatusCode {
        match &self.notice {
            Some(AccessNotice::SignInFailed { .. }) => StatusCode::UNAUTHORIZED,
            Some(AccessNotice::TooManyAttempts { .. }) => StatusCode::TOO_MANY_REQUESTS,
            Some(AccessNotice::WayFailed { .. }) => StatusCode::BAD_GATEWAY,
            Some(AccessNotice::TokenMade { .. }) | None => StatusCode::OK,
        }
    }

    pub(super) fn view(self) -> impl IntoView {
        let content = match &self.identity {
            Some(identity) => self.signed_in(&identity.name).into_any(),
            None if self.is_open => self.open().into_any(),
            None => self.ways().into_any(),
        };
        view! {
            <section class="sign-in" aria-labelledby="sign-in">
                <h1 id="sign-in"><Mark /> {locale().sign_in()}</h1>
                {self.alert()}
                {content}
            </section>
        }
    }

    fn alert(&self) -> impl IntoView + use<> {
        let locale = locale();
        let text = match &self.notice {
            Some(AccessNotice::SignInFailed { .. }) => Some(locale.sign_in_failed().to_owned()),
            Some(AccessNotice::TooManyAttempts { seconds }) => Some(locale.too_many_attempts(*seconds)),
            Some(AccessNotice::WayFailed { why }) => Some(locale.way_failed(why)),
            Some(AccessNotice::TokenMade { .. }) | None => None,
        };
        text.map(|text| {
            view! {
                <div class="note bad" role="alert">
                    <Icon name=IconName::Alert />
                    <p>{text}</p>
                </div>
            }
        })
    }

    fn signed_in(&self, name: &str) -> impl IntoView + use<> {
        let locale = locale();
        let sign_out = self.has_session.then(|| {
            view! {
                <form action=under("/logout") method="post">
                    <button class="btn">{locale.sign_out()}</button>
                </form>
            }
        });
        view! {
            <p>{locale.signed_in_as(name)}</p>
            <a class="btn primary" href=self.go_on()>{locale.go_on()}</a>
            {sign_out}
        }
    }

    fn open(&self) -> impl IntoView + use<> {
        let locale = locale();
        view! {
            <p>{locale.nobody_signs_in()}</p>
            <a class="btn primary" href=self.go_on()>{locale.go_on()}</a>
            <a class="btn" href=Address::Settings.path()>{locale.let_people_sign_in()}</a>
        }
    }

    fn ways(&self) -> impl IntoView + use<> {
        let locale = locale();
        let has_password = self.sign_in.password || !self.sign_in.registries.is_empty();
        let passwords = has_password.then(|| self.passwords());
        let oidc = self.sign_in.oidc.as_ref().map(|provider| {
            let class = if has_password { "btn" } else { "btn primary" };
            let href = address::with_next(format!("{}/oidc", Address::Login.path()), &self.next);
            view! { <a class=class href=href>{locale.sign_in_through(provider)}</a> }
        });
        let or = (has_password && oidc.is_some()).then(|| view! { <p class="or">{locale.or()}</p> });
        let nothing =
            (!has_password && oidc.is_none()).then(|| view! { <p>{locale.proxy_named_nobody()}</p> });
        view! {
            {passwords}
            {or}
            {oidc}
            {nothing}
        }
    }

    fn passwords(&self) -> impl IntoView + use<> {
        let locale = locale();
        let (name, at_registry) = match &self.notice {
            Some(AccessNotice::SignInFailed { name, at_registry }) => (Some(name.clone()), *at_registry),
            _ => (None, false),
        };
        let way = self.way(at_registry);
        view! {
            <form action=Address::Login.path() method="post">
                <input type="hidden" name="next" value=self.next.clone() />
                {way}
                <label>
                    <span>{locale.user_name()}</span>
                    <input class="field" name="username" value=name autocomplete="username" autocapitalize="none" required />
                </label>
                <label>
                    <span>{locale.password()}</span>
                    <input class="field" type="password" name="password" autocomplete="current-password" required />
                </label>
                <button class="btn primary">{locale.sign_in()}</button>
            </form>
        }
    }

    /// Whose password is meant; there is nothing to choose where there is one way.
    fn way(&self, at_registry: bool) -> AnyView {
        let locale = locale();
        let credentials = match self.sign_in.registries.as_slice() {
            [] => return view! { <input type="hidden" name="way" value="local" /> }.into_any(),
            [only] => locale.credentials_of(only),
            _ => locale.credentials_of_a_registry().to_owned(),
        };
        let registry = self.registry();
        if self.sign_in.password {
            view! {
                <fieldset>
                    <legend>{locale.sign_in_with()}</legend>
                    <label class="choice"><input type="radio" name="way" value="local" checked=!at_registry /> {locale.stowage_account()}</label>
                    <label class="choice"><input type="radio" name="way" value="registry" checked=at_registry /> {credentials}</label>
                    {registry}
                </fieldset>
            }
            .into_any()
        } else {
            view! {
                <p class="muted">{locale.with_credentials_of(&credentials)}</p>
                <input type="hidden" name="way" value="registry" />
                {registry}
            }
            .into_any()
        }
    }

    /// Which registry is asked about a name and a password.
    fn registry(&self) -> AnyView {
        let ids = &self.sign_in.registries;
        if let [only] = ids.as_slice() {
            return view! { <input type="hidden" name="registry" value=only.clone() /> }.into_any();
        }
        let options = ids.iter().map(|id| view! { <option value=id.clone()>{id.clone()}</option> });
        view! {
            <select class="field" name="registry" aria-label=locale().registry()>
                {options.collect_view()}
            </select>
        }
        .into_any()
    }

    /// Where to go on by a link, which no server checks, so that it must not lead away from here.
    fn go_on(&self) -> String {
        SameSitePath::parse(&self.next).unwrap_or_else(SameSitePath::home).as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_on_leads_nowhere_else() {
        let go_on = |next: &str| {
            let page = LoginPage {
                sign_in: Arc::default(),
                notice: None,
                next: next.to_owned(),
                identity: None,
                has_session: false,
                is_open: true,
            };
            page.go_on()
        };
        assert_eq!(go_on("/r/a?q=b"), "/r/a?q=b");
        for next in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example"] {
            assert_eq!(go_on(next), "/", "{next:?}");
        }
    }
}
