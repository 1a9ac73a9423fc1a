use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use serde_json::{Value, json};

use super::*;

/// A provider on this machine that says this of itself.
async fn provider(description: impl FnOnce(&str) -> Value) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let description = description(&issuer).to_string();
    let json = [(CONTENT_TYPE, "application/json")];
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(move || async move { (json, description) }))
        .route("/keys", get(|| async { ([(CONTENT_TYPE, "application/json")], r#"{"keys":[]}"#) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    issuer
}

fn description(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/end?a=b"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}

fn oidc(issuer: &str) -> Oidc {
    let config = OidcConfig {
        issuer: issuer.to_owned(),
        client_id: "stowage".to_owned(),
        client_secret: Some(registry::client::Secret::new("hunter2")),
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        name_claim: None,
        groups_claim: "groups".to_owned(),
        label: "Login".to_owned(),
        ca_pem: None,
    };
    Oidc::new(config, "https://stowage.example.com".parse().unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(it, _)| it == name).map(|(_, value)| value.into_owned()).unwrap()
}

#[tokio::test]
async fn a_browser_is_sent_with_all_that_protects_the_way_back() {
    let issuer = provider(description).await;
    let (url, pending) = oidc(&issuer).begin("/a").await.unwrap();
    assert!(url.as_str().starts_with(&format!("{issuer}/authorize?")));
    assert_eq!(parameter(&url, "response_type"), "code");
    assert_eq!(parameter(&url, "client_id"), "stowage");
    assert_eq!(parameter(&url, "scope"), "openid email");
    assert_eq!(parameter(&url, "redirect_uri"), "https://stowage.example.com/login/oidc/callback");
    assert_eq!(parameter(&url, "code_challenge_method"), "S256");
    assert_eq!(parameter(&url, "state"), pending.state);
    assert_eq!(parameter(&url, "nonce"), pending.nonce);
    assert_ne!(parameter(&url, "code_challenge"), pending.verifier);
    assert!(!url.as_str().contains("hunter2"));
}

#[tokio::test]
async fn nothing_is_asked_for_an_answer_to_another_question() {
    let oidc = oidc(&provider(description).await);
    let (_, pending) = oidc.begin("/").await.unwrap();
    let state = Some(pending.state.clone());
    let stale = oidc.finish(pending.clone(), &CallbackQuery::default()).await;
    assert_eq!(stale.unwrap_err(), OidcError::Unexpected);
    let error = Some("access_denied\n".to_owned());
    let refused = CallbackQuery { state: state.clone(), error, ..CallbackQuery::default() };
    let refused = oidc.finish(pending.clone(), &refused).await.unwrap_err().to_string();
    assert!(refused.contains("did not sign you in: access_denied") && !refused.contains('\n'), "{refused}");
    let iss = Some("https://evil.example".to_owned());
    let other =
        CallbackQuery { state: state.clone(), iss, code: Some("x".to_owned()), ..CallbackQuery::default() };
    let other = oidc.finish(pending.clone(), &other).await.unwrap_err().to_string();
    assert!(other.contains("another provider's"), "{other}");
    // There is no /token here.
    let code = CallbackQuery { state, code: Some("hunter2".to_owned()), ..CallbackQuery::default() };
    let error = oidc.finish(pending, &code).await.unwrap_err();
    assert!(matches!(error, OidcError::Unusable { .. }) && !error.to_string().contains("hunter2"), "{error}");
}

#[tokio::test]
async fn the_provider_is_told_of_who_signs_out() {
    let issuer = provider(description).await;
    let home: Url = "https://stowage.example.com/login".parse().unwrap();
    let url = oidc(&issuer).end_session_url("token", home.clone()).await.unwrap();
    assert!(url.as_str().starts_with(&format!("{issuer}/end?a=b&")));
    assert_eq!(parameter(&url, "id_token_hint"), "token");
    assert_eq!(parameter(&url, "post_logout_redirect_uri"), home.as_str());
    let silent = provider(|issuer| {
        let mut description = description(issuer);
        description["end_session_endpoint"] = Value::Null;
        description
    });
    assert_eq!(oidc(&silent.await).end_session_url("token", home.clone()).await, None);
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_is_told_of() {
    let gone = oidc("http://127.0.0.1:9").begin("/").await.unwrap_err().to_string();
    assert!(gone.contains("127.0.0.1 cannot be used: it cannot be reached"), "{gone}");
    let other = provider(|_| description("http://localhost:1")).await;
    let other = oidc(&other).begin("/").await.unwrap_err().to_string();
    assert!(other.contains("letter for letter"), "{other}");
    let large = provider(|_| json!({ "issuer": "x".repeat(2 * 1024 * 1024) })).await;
    let large = oidc(&large).begin("/").await.unwrap_err().to_string();
    assert!(large.contains("answers more than"), "{large}");
    let none = oidc(&format!("{}/nothing", provider(description).await)).begin("/").await.unwrap_err();
    assert!(none.to_string().contains("it answers 404"), "{none}");
    let wrong = provider(|_| json!([])).await;
    assert!(matches!(oidc(&wrong).begin("/").await, Err(OidcError::Unusable { .. })));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let lead = [("location", "/elsewhere")];
    let router = Router::new().fallback(move || async move { (StatusCode::FOUND, lead) });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let error = oidc(&issuer).begin("/").await.unwrap_err().to_string();
    assert!(error.contains("it answers 302"), "{error}");
}

#[test]
fn nothing_secret_is_shown() {
    assert!(!format!("{:?}", oidc("https://login.example.com")).contains("hunter2"));
}
