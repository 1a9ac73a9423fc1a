//! Where one has signed in.

use engine::SessionInfo;
use leptos::prelude::*;

use crate::base_path::under;
use crate::components::chip::{Chip, Tone};
use crate::components::reader::locale;
use crate::components::time::Ago;

/// What browsers say of themselves. Nearly all say that they are Chrome and Safari as well, so these come last.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// What they say of the system they run on; Android is a Linux, and an iPhone is like a Mac.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
];

pub(super) fn section(sessions: Vec<SessionInfo>) -> impl IntoView {
    let locale = locale();
    let content = match sessions.is_empty() {
        true => view! { <p class="muted">{locale.no_sessions()}</p> }.into_any(),
        false => view! {
            <p class="muted intro">{locale.sessions_hint()}</p>
            <div class="card">
                <table class="rows">
                    <thead>
                        <tr>
                            <th scope="col">{locale.browser()}</th>
                            <th scope="col">{locale.source_address()}</th>
                            <th scope="col">{locale.session_began()}</th>
                            <th scope="col">{locale.last_seen()}</th>
                            <th scope="col"><span class="visually-hidden">{locale.end_session()}</span></th>
                        </tr>
                    </thead>
                    <tbody>{sessions.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="sessions">
            <h2 id="sessions">{locale.sessions()}</h2>
            {content}
        </section>
    }
}

fn row(session: SessionInfo) -> impl IntoView {
    let locale = locale();
    let browser = browser(&session.agent);
    let browser = if browser.is_empty() { locale.unknown().to_owned() } else { browser };
    let end = match session.is_current {
        true => view! { <Chip tone=Tone::Good text=locale.this_session() /> }.into_any(),
        false => view! {
            <form action=under("/settings/sessions/end") method="post">
                <input type="hidden" name="key" value=session.key />
                <button class="btn" aria-label=format!("{}: {browser}", locale.end_session())>{locale.end_session()}</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td class="name"><b title=session.agent>{browser}</b></td>
            <td class="wide muted" data-label=locale.source_address()>{session.address}</td>
            <td class="wide muted" data-label=locale.session_began()><Ago at=session.began /></td>
            <td class="wide muted" data-label=locale.last_seen()><Ago at=session.seen /></td>
            <td class="num">{end}</td>
        </tr>
    }
}

/// A browser and its system in a few words; of a program, the name that it begins with.
fn browser(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| agent.contains(*part)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => agent.split([' ', '/']).next().unwrap_or_default().chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_told_apart_by_what_only_they_say() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, text) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
                "Firefox, Linux",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/140.0 Safari/537.36 Edg/140.0"),
                "Edge, Windows",
            ),
            (
                format!("Mozilla/5.0 (Linux; Android 15) {webkit} Chrome/140.0 Safari/537.36"),
                "Chrome, Android",
            ),
            (
                format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {webkit} Safari/604.1"),
                "Safari, iPhone",
            ),
            ("curl/8.5.0".to_owned(), "curl"),
            (String::new(), ""),
        ] {
            assert_eq!(browser(&agent), text);
        }
    }
}
