//! Who looks at a page, and how they like it.

use app::visitor::{Locale, Theme, Visitor};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::middleware::Next;
use axum::response::Response;
use tower_sessions::cookie::Cookie;

use crate::preferences;
use crate::session::VisitorSession;

/// Leaves what the page must know of its reader in the request's extensions.
pub(crate) async fn recognise(session: VisitorSession, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let visitor = Visitor { theme: theme(headers), locale: locale(headers), added: session.added().await };
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

fn theme(headers: &HeaderMap) -> Theme {
    cookie(headers, preferences::THEME_COOKIE).and_then(|it| it.parse().ok()).unwrap_or_default()
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
        assert_eq!(theme(&headers(&[("cookie", "stowage_theme=dark")])), Theme::Dark);
        assert_eq!(theme(&headers(&[("cookie", "stowage_theme=pink; stowage_theme")])), Theme::Auto);
    }
}
