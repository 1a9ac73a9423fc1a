//! Who asks, and how they like their pages.

use app::visitor::{Locale, Theme, Visitor};
use axum::extract::{Extension, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_sessions::cookie::Cookie;

use super::client::Client;
use crate::access::Unrecognised;
use crate::bearer;
use crate::preferences;
use crate::rest::ApiError;
use crate::services::Services;
use crate::session::VisitorSession;

/// Leaves in the request's extensions the engine as who asks may use it, and what a page must know of its reader.
pub(crate) async fn recognise(
    State(services): State<Services>,
    Extension(client): Extension<Client>,
    session: VisitorSession,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let is_page = !request.uri().path().starts_with("/api/");
    let shown = bearer::shown(headers).filter(|_| !is_page);
    let access = services.access();
    let caller = match access.caller(services.engine(), &session, headers, &client, shown).await {
        Ok(caller) => caller,
        Err(Unrecognised::Token) => return ApiError::TokenUnknown.into_response(),
        Err(Unrecognised::Engine(error)) => return ApiError::Engine(error).into_response(),
    };
    if is_page {
        let defaults = services.pages();
        let visitor = Visitor {
            theme: theme(headers).unwrap_or(defaults.theme),
            locale: locale(headers),
            added: session.added().await,
            sign_in: access.sign_in().clone(),
            defaults,
            notice: None,
        };
        request.extensions_mut().insert(visitor);
    }
    let is_known = caller.identity.is_some();
    request.extensions_mut().insert(services.engine().on_behalf_of(caller));
    let mut response = next.run(request).await;
    if is_known {
        // After signing out, nobody can go back to what was shown before.
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    }
    response
}

/// The theme that somebody has chosen.
fn theme(headers: &HeaderMap) -> Option<Theme> {
    cookie(headers, preferences::THEME_COOKIE).and_then(|it| it.parse().ok())
}

fn locale(headers: &HeaderMap) -> Locale {
    let chosen = cookie(headers, preferences::LOCALE_COOKIE).and_then(|it| it.parse().ok());
    let preferred = || headers.get(ACCEPT_LANGUAGE).and_then(|it| Locale::preferred(it.to_str().ok()?));
    chosen.or_else(preferred).unwrap_or_default()
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(Cookie::split_parse).flatten();
    cookies.filter(|it| it.name() == name).find_map(|it| it.value_raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_cookie_counts_more_than_the_browser() {
        let headers = headers(&[("cookie", "a=b; stowage_locale=en"), ("accept-language", "fr")]);
        assert_eq!(locale(&headers), Locale::En);
    }

    #[test]
    fn the_browser_chooses_where_nobody_did() {
        assert_eq!(locale(&headers(&[("accept-language", "fr-CA,en;q=0.5")])), Locale::Fr);
        assert_eq!(
            locale(&headers(&[("cookie", "stowage_locale=xx"), ("accept-language", "fr")])),
            Locale::Fr
        );
        assert_eq!(locale(&headers(&[])), Locale::En);
    }

    #[test]
    fn the_theme_is_a_cookie() {
        assert_eq!(theme(&headers(&[("cookie", "stowage_theme=dark")])), Some(Theme::Dark));
        assert_eq!(theme(&headers(&[("cookie", "stowage_theme=pink; stowage_theme")])), None);
    }
}
