//! `NGINX_PROXY_HEADER_…`: what the registry is told with each request.

use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry::client::{Credentials, Secret};

use super::Variables;
use super::error::{Collector, ConfigError, ConfigErrors};
use super::remark::Remark;

/// The name of the header follows, with `_` for `-`.
const TO_REGISTRY: &str = "NGINX_PROXY_HEADER_";
/// The same for headers of answers, which nginx left away unless it was told to let them pass.
const TO_BROWSER: &str = "NGINX_PROXY_PASS_HEADER_";
const EXAMPLE: &str = "NGINX_PROXY_HEADER_X_Team=tools";
/// These tell one connection how to read what follows, so nobody else can say them.
const OF_CONNECTIONS: [HeaderName; 6] = [CONNECTION, CONTENT_LENGTH, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// What the registry is told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) headers: HeaderMap,
    /// Who we are, with the variable that says so. Token servers are told it too, which a header would not reach.
    pub(super) credentials: Option<(String, Credentials)>,
}

/// Reads all headers.
pub(super) fn read(variables: &Variables) -> Result<Told, ConfigErrors> {
    let (mut errors, mut told) = (Collector::default(), Told::default());
    for name in variables.beginning_with(TO_REGISTRY) {
        let Some((header, value)) = errors.take(header(variables, name)).flatten() else { continue };
        if header != AUTHORIZATION {
            told.headers.insert(header, value);
            continue;
        }
        match basic(&value) {
            Some(Some(credentials)) => told.credentials = Some((name.to_owned(), credentials)),
            Some(None) => {
                let why = "is not what base64 makes of a user, a colon and a password";
                let example =
                    "REGISTRY_USERNAME=stowage REGISTRY_PASSWORD_FILE=/run/secrets/registry-password";
                errors.add(ConfigError::unseen(name, why, example));
            }
            None => {
                told.headers.insert(header, value);
            }
        }
    }
    if errors.is_empty() { Ok(told) } else { Err(errors.finish()) }
}

fn header(variables: &Variables, name: &str) -> Result<Option<(HeaderName, HeaderValue)>, ConfigError> {
    let Some(text) = variables.text(name)?.filter(|it| !is_of_nginx(it)) else { return Ok(None) };
    let wrong = |why: &str| Err(ConfigError::unseen(name, why, EXAMPLE));
    let Ok(header) = name[TO_REGISTRY.len()..].replace('_', "-").parse::<HeaderName>() else {
        return wrong("does not end with the name of a header");
    };
    if OF_CONNECTIONS.contains(&header) {
        return wrong("sets a header that belongs to the connection");
    }
    let Ok(mut value) = HeaderValue::from_str(text) else {
        return wrong("holds characters that no header can carry");
    };
    // Keys of gateways come in headers of any name.
    value.set_sensitive(true);
    Ok(Some((header, value)))
}

/// Whether nginx would put something in its place, such as a part of the browser's request.
fn is_of_nginx(text: &str) -> bool {
    text.split('$')
        .skip(1)
        .any(|it| it.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '{'))
}

/// The user and password of an `Authorization`; nothing where it is of another scheme.
fn basic(value: &HeaderValue) -> Option<Option<Credentials>> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| {
        let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (username, password) = decoded.split_once(':')?;
        Some(Credentials::Basic { username: username.to_owned(), password: Secret::new(password) })
    })
}

/// Whether it is a variable for a header.
pub(super) fn is_header(name: &str) -> bool {
    name.starts_with(TO_REGISTRY) || name.starts_with(TO_BROWSER)
}

/// Says which headers go nowhere.
pub(super) fn remarks(variables: &Variables) -> Vec<Remark> {
    let to_registry = variables.beginning_with(TO_REGISTRY).filter_map(|name| {
        let text = variables.text(name).ok().flatten()?;
        let why = "it names a variable of nginx, and the registry is never sent what a browser sent";
        is_of_nginx(text).then(|| Remark::unused(name, why))
    });
    let why = "browsers get answers from Stowage, and none of the registry's headers";
    let to_browser = variables.beginning_with(TO_BROWSER).map(|name| Remark::unneeded(name, why));
    to_registry.chain(to_browser).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&str, &str)]) -> Result<Told, String> {
        read(&pairs.iter().copied().collect()).map_err(|errors| errors.to_string())
    }

    #[test]
    fn headers_are_sent_and_never_shown() {
        let told = told(&[("NGINX_PROXY_HEADER_X_Api_Key", "hunter2")]).unwrap();
        assert_eq!(told.headers["x-api-key"], "hunter2");
        assert!(!format!("{told:?}").contains("hunter2"));
        assert!(told.credentials.is_none());
    }

    #[test]
    fn a_user_and_a_password_are_credentials() {
        let told_of = told(&[("NGINX_PROXY_HEADER_Authorization", "Basic bWU6aHVudGVyMg==")]).unwrap();
        let password = Secret::new("hunter2");
        let (name, credentials) = told_of.credentials.unwrap();
        assert_eq!(name, "NGINX_PROXY_HEADER_Authorization");
        assert_eq!(credentials, Credentials::Basic { username: "me".to_owned(), password });
        assert!(told_of.headers.is_empty());
        let told = told(&[("NGINX_PROXY_HEADER_AUTHORIZATION", "Bearer abc")]).unwrap();
        assert_eq!(told.headers["authorization"], "Bearer abc");
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_its_value() {
        for (name, value, why) in [
            ("NGINX_PROXY_HEADER_X Y", "hunter2", "name of a header"),
            ("NGINX_PROXY_HEADER_Content_Length", "hunter2", "belongs to the connection"),
            ("NGINX_PROXY_HEADER_X_Y", "hunter2\nb", "no header can carry"),
            ("NGINX_PROXY_HEADER_Authorization", "Basic hunter2!", "base64"),
        ] {
            let error = told(&[(name, value)]).unwrap_err();
            assert!(error.contains(why) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn variables_of_nginx_mean_nothing_here() {
        for (value, is_of_nginx) in
            [("$http_host", true), ("a ${scheme}", true), ("5$", false), ("$1", false)]
        {
            let pairs = [("NGINX_PROXY_HEADER_X_Y", value)];
            assert_eq!(told(&pairs).unwrap().headers.is_empty(), is_of_nginx, "{value}");
            assert_eq!(remarks(&pairs.into_iter().collect()).len(), usize::from(is_of_nginx));
        }
    }
}
