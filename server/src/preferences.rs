//! `/preferences`: how somebody likes the pages, kept in the browser.

use std::str::FromStr;

use app::base_path;
use app::same_site_path::SameSitePath;
use app::visitor::{Locale, Theme};
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form};
use axum::http::header::{REFERER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tower_sessions::cookie::time::Duration;
use tower_sessions::cookie::{Cookie, SameSite};

use crate::middleware::client::Client;
use crate::problem::{of_server, refuse};

pub(crate) const THEME_COOKIE: &str = "stowage_theme";
pub(crate) const LOCALE_COOKIE: &str = "stowage_locale";

/// What the form sends; a preference that is absent stays as it is.
#[derive(Debug, Deserialize)]
pub(crate) struct PreferencesForm {
    theme: Option<String>,
    locale: Option<String>,
    /// The path to come back to; without it the page that the form was on.
    next: Option<String>,
}

/// Keeps the preferences in cookies and leads back.
pub(crate) async fn set(
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    form: Result<Form<PreferencesForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return unknown("the form") };
    let Ok(theme) = parse::<Theme>(form.theme.as_deref()) else { return unknown("theme") };
    let Ok(locale) = parse::<Locale>(form.locale.as_deref()) else { return unknown("locale") };
    let back = form.next.as_deref().and_then(SameSitePath::parse);
    let back = back.or_else(|| referring_page(&headers, &client)).unwrap_or_else(SameSitePath::home);
    let mut response = Redirect::to(back.as_str()).into_response();
    let cookies =
        [theme.map(|it| (THEME_COOKIE, it.as_str())), locale.map(|it| (LOCALE_COOKIE, it.as_str()))];
    for (name, value) in cookies.into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, cookie(name, value));
    }
    response
}

fn parse<T: FromStr>(text: Option<&str>) -> Result<Option<T>, T::Err> {
    text.filter(|text| !text.is_empty()).map(str::parse).transpose()
}

fn cookie(name: &'static str, value: &'static str) -> HeaderValue {
    let cookie = Cookie::build((name, value))
        .path(base_path::current().for_cookies())
        .max_age(Duration::days(365))
        .same_site(SameSite::Lax)
        .http_only(true)
        .build();
    HeaderValue::from_str(&cookie.to_string()).expect("names and values of preferences are ASCII words")
}

/// The path of the page that the form was on, if that is one of ours.
fn referring_page(headers: &HeaderMap, client: &Client) -> Option<SameSitePath> {
    let referer = headers.get(REFERER)?.to_str().ok()?;
    let rest = referer.split_once("://")?.1.strip_prefix(client.host.as_deref()?)?;
    SameSitePath::parse(rest.split('#').next()?)
}

fn unknown(what: &str) -> Response {
    let detail = format!("The value of {what} is none that Stowage knows.");
    refuse(of_server(StatusCode::BAD_REQUEST, "preference-unknown", "There is no such preference", detail))
}
