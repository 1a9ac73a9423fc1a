//! Who one is here, and what one may do.

use engine::{Caller, Identity, Rights, Way};
use leptos::prelude::*;

use crate::base_path::under;
use crate::components::reader::locale;
use crate::visitor::Locale;

pub(super) fn section(identity: &Identity, caller: &Caller) -> impl IntoView + use<> {
    let locale = locale();
    let groups = (!identity.groups.is_empty()).then(|| {
        view! { <div><dt>{locale.groups()}</dt><dd>{identity.groups.join(", ")}</dd></div> }
    });
    // Whom a proxy names, it names again with the next request.
    let sign_out = caller.session.is_some().then(|| {
        view! {
            <div class="bar after">
                <form action=under("/logout") method="post">
                    <button class="btn">{locale.sign_out()}</button>
                </form>
                <form action=under("/settings/sessions/end") method="post">
                    <input type="hidden" name="all" value="true" />
                    <button class="btn">{locale.sign_out_everywhere()}</button>
                </form>
            </div>
        }
    });
    view! {
        <section aria-labelledby="account">
            <h2 id="account">{locale.account()}</h2>
            <dl class="card facts">
                <div><dt>{locale.name_label()}</dt><dd><b>{identity.name.clone()}</b></dd></div>
                <div><dt>{locale.signed_in()}</dt><dd>{locale.way(identity.way)}</dd></div>
                {groups}
                <div><dt>{locale.may()}</dt><dd>{what_one_may(identity.way, &caller.rights, locale)}</dd></div>
            </dl>
            {sign_out}
        </section>
    }
}

/// What one may do everywhere, and what besides in some places.
fn what_one_may(way: Way, rights: &Rights, locale: Locale) -> String {
    let (everywhere, most) = (rights.role_everywhere(), rights.most());
    let more = match way {
        Way::Registry => Some(locale.may_by_registry().to_owned()),
        _ => most.filter(|_| most > everywhere).map(|it| locale.may_somewhere(it)),
    };
    let texts = [everywhere.map(|it| locale.may_everywhere(it)), more];
    let texts: Vec<String> = texts.into_iter().flatten().collect();
    match texts.is_empty() {
        true => locale.may_nothing().to_owned(),
        false => texts.join("; "),
    }
}
