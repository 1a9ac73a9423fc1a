use std::str;

use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};

use super::headers;
use crate::client::challenge::{BearerChallenge, Challenge, choose};

/// The lines are headers, and the words of the first one what a registry could ask for.
pub fn challenge(input: &[u8]) {
    let headers = headers(&WWW_AUTHENTICATE, input);
    let chosen = choose(&headers);
    if let Some(Challenge::Bearer(it)) = &chosen {
        assert!(!it.realm.is_empty() && it.service.as_ref().is_none_or(|it| !it.is_empty()));
        assert!(it.scopes.iter().all(|it| !it.is_empty() && !it.contains(char::is_whitespace)));
        let verbatim = |text: &str| {
            let mut values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|it| it.to_str().ok());
            values.any(|it| it.contains('\\') || it.contains(text))
        };
        assert!(verbatim(&it.realm) && it.scopes.iter().chain(&it.service).all(|it| verbatim(it)), "{it:?}");
    }
    among_others(&headers, chosen.as_ref());
    if let Ok(text) = str::from_utf8(input) {
        made_up(text.lines().next().unwrap_or_default());
    }
}

/// What we cannot do changes nothing, and a token goes before a password.
fn among_others(headers: &HeaderMap, chosen: Option<&Challenge>) {
    let with = |text: &'static str| {
        let first = [(WWW_AUTHENTICATE, HeaderValue::from_static(text))];
        let all = headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        choose(&first.into_iter().chain(all).collect())
    };
    assert_eq!(with("Negotiate").as_ref(), chosen);
    assert_eq!(with(r#"Bearer error="invalid_token""#).as_ref(), chosen);
    assert_eq!(with(r#"Basic realm="x""#).as_ref(), chosen.or(Some(&Challenge::Basic)));
}

/// Realm, service and scopes are understood as they were meant, whatever is in them.
fn made_up(text: &str) {
    let is_sent = |it: &char| matches!(it, ' '..='~' | '\t');
    let text: String = text.chars().filter(is_sent).collect();
    let (realm, rest) = text.split_once('|').unwrap_or((&text, ""));
    let (service, scope) = rest.split_once('|').unwrap_or((rest, ""));
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let value = format!(
        "Basic realm=\"x\", Bearer service={},Realm={}, scope={}",
        quoted(service),
        quoted(realm),
        quoted(scope)
    );
    let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, value.parse().expect("it is a header"))]);
    let meant = match realm {
        "" => Challenge::Basic,
        _ => Challenge::Bearer(BearerChallenge {
            realm: realm.to_owned(),
            service: Some(service.to_owned()).filter(|it| !it.is_empty()),
            scopes: scope.split_ascii_whitespace().map(str::to_owned).collect(),
        }),
    };
    assert_eq!(choose(&headers), Some(meant), "{value}");
}
