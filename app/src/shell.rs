//! The document around every page, and its security policy.

use std::sync::Arc;

use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::HashedStylesheet;

use crate::base_path::{self, under};
use crate::components::icon::IconSheet;
use crate::components::notice::Notice;
use crate::components::reader::{defaults, reader};
use crate::components::top_bar::TopBar;
use crate::islands::copy_button::CopyButtons;
use crate::islands::shortcuts::Shortcuts;
use crate::visitor::{SignIn, Theme};

/// The document: head, frame, and the page's own content.
#[component]
pub(crate) fn Shell(
    /// Where the styles and the wasm lie.
    options: LeptosOptions,
    /// What stands in the browser's tab.
    title: String,
    /// The path and query of this page, to come back to after a preference was changed.
    here: String,
    /// The registry that the page is about.
    registry: Option<String>,
    /// Whether a scan or a job is going on.
    busy: bool,
    /// The ways to sign in.
    sign_in: Arc<SignIn>,
    children: Children,
) -> impl IntoView {
    set_security_policy();
    let reader = reader();
    let locale = reader.locale;
    let theme = match reader.theme {
        Theme::Auto => None,
        theme => Some(theme.as_str()),
    };
    let base = base_path::current().as_str();
    let colours =
        defaults().colours.as_deref().map(|href| view! { <link rel="stylesheet" href=under(href) /> });
    let warning = sign_in.is_open_unmeant.then(|| view! { <OpenWarning /> });
    view! {
        <!DOCTYPE html>
        <html lang=locale.as_str() data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                <link rel="icon" href=under("/favicon.svg") type="image/svg+xml" />
                <HashedStylesheet options=options.clone() id="stowage" root=base />
                {colours}
                <AutoReload options=options.clone() />
                // Nothing that is read needs them, and at their usual priority they hold up the first paint.
                <HydrationScripts options islands=true root=base attr:fetchpriority="low" />
            </head>
            <body>
                <a class="skip" href="#content">{locale.skip_to_content()}</a>
                <TopBar here registry busy can_sign_in=sign_in.can />
                <main id="content" tabindex="-1">
                    {warning}
                    {children()}
                </main>
                <CopyButtons copied=locale.copied().to_owned() />
                <Shortcuts
                    title=locale.shortcuts().to_owned()
                    search=locale.shortcut_search().to_owned()
                    rows=locale.shortcut_rows().to_owned()
                    open=locale.shortcut_open().to_owned()
                    help=locale.shortcut_help().to_owned()
                    close=locale.close().to_owned()
                />
                <IconSheet />
            </body>
        </html>
    }
}

/// Everybody may do everything here, and nobody said that they may.
#[component]
fn OpenWarning() -> impl IntoView {
    let locale = reader().locale;
    view! {
        <Notice>
            <p>{locale.open_unmeant()}</p>
            <p>
                {locale.open_unmeant_close()}" "<code>"STOWAGE_AUTH_HTPASSWD=…"</code>" "
                {locale.open_unmeant_keep()}" "<code>"STOWAGE_AUTH=open"</code>
            </p>
        </Notice>
    }
}

/// Allows scripts and styles of this answer alone; texts of registries can never become either.
fn set_security_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    // cargo-leptos' reload script speaks to a port of its own while somebody develops.
    let connect = if std::env::var_os("LEPTOS_WATCH").is_some() { "'self' ws:" } else { "'self'" };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; connect-src {connect}; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
