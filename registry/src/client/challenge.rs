//! What a registry asks for when it answers 401 (`WWW-Authenticate`, RFC 7235 and the distribution token protocol).

use http_auth::ChallengeParser;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// The demand that we can satisfy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// A user name and a password.
    Basic,
    /// A token from a token server.
    Bearer(BearerChallenge),
}

/// Where a token is to be fetched, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BearerChallenge {
    /// The address of the token server, as the registry wrote it: it is not to be trusted.
    pub(crate) realm: String,
    /// The name under which the token server knows the registry.
    pub(crate) service: Option<String>,
    /// What the token must allow; may be empty.
    pub(crate) scopes: Vec<String>,
}

/// The challenge to answer: a token where one is offered, else a password.
///
/// Registries send several schemes, in several headers or in one (Negotiate and Basic, for example), with the scheme
/// in any case and the parameters in any order. What cannot be parsed is passed over.
pub(crate) fn choose(headers: &HeaderMap) -> Option<Challenge> {
    let mut basic = None;
    for value in headers.get_all(WWW_AUTHENTICATE) {
        let Ok(text) = value.to_str() else { continue };
        for challenge in ChallengeParser::new(text).map_while(Result::ok) {
            let parameter = |name: &str| {
                let found = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.to_unescaped()).filter(|value| !value.is_empty())
            };
            if challenge.scheme.eq_ignore_ascii_case("Bearer") {
                let Some(realm) = parameter("realm") else { continue };
                let scope = parameter("scope").unwrap_or_default();
                let scopes = scope.split_ascii_whitespace().map(str::to_owned).collect();
                return Some(Challenge::Bearer(BearerChallenge {
                    realm,
                    service: parameter("service"),
                    scopes,
                }));
            }
            if challenge.scheme.eq_ignore_ascii_case("Basic") {
                basic = Some(Challenge::Basic);
            }
        }
    }
    basic
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(values: &[&str]) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, value.parse().unwrap());
        }
        choose(&headers)
    }

    fn bearer(service: Option<&str>, scopes: &[&str]) -> Option<Challenge> {
        Some(Challenge::Bearer(BearerChallenge {
            realm: "https://auth.example/token".to_owned(),
            service: service.map(str::to_owned),
            scopes: scopes.iter().map(|&it| it.to_owned()).collect(),
        }))
    }

    #[test]
    fn takes_any_case_and_any_order() {
        let expected = bearer(Some("reg"), &["repository:a/b:pull"]);
        for text in [
            r#"Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull""#,
            r#"bearer scope="repository:a/b:pull", SERVICE=reg, Realm="https://auth.example/token""#,
            r#"BEARER error="insufficient_scope", realm="https://auth.example/token", scope="repository:a/b:pull", service="reg""#,
        ] {
            assert_eq!(chosen(&[text]), expected, "{text}");
        }
    }

    #[test]
    fn takes_challenges_without_scope_and_service() {
        assert_eq!(chosen(&[r#"Bearer realm="https://auth.example/token""#]), bearer(None, &[]));
        assert_eq!(
            chosen(&[
                r#"Bearer realm="https://auth.example/token",scope="a:b:pull c:d:pull,push",service="""#
            ]),
            bearer(None, &["a:b:pull", "c:d:pull,push"])
        );
    }

    #[test]
    fn picks_what_it_can_do_among_several() {
        assert_eq!(chosen(&["Negotiate", r#"Basic realm="x""#]), Some(Challenge::Basic));
        assert_eq!(chosen(&[r#"Negotiate, Basic realm="x""#]), Some(Challenge::Basic));
        assert_eq!(chosen(&["Negotiate oYG2MIGz", r#"basic realm="x""#]), Some(Challenge::Basic));
        let token = r#"Bearer realm="https://auth.example/token""#;
        assert_eq!(chosen(&[r#"Basic realm="x""#, token]), bearer(None, &[]));
        assert_eq!(chosen(&["Negotiate"]), None);
        assert_eq!(chosen(&["Bearer"]), None);
        assert_eq!(chosen(&[]), None);
    }
}
