//! Tokens, and the servers that give them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use registry::Error;
use registry::client::{Client, ClientConfig, Credentials, Secret};
use registry::fake::{Answer, Fake};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use url::form_urlencoded;

use crate::support::{SOMEONE, catalog, client, repository, someone};

const TAGS: &str = "/v2/demo/app/tags/list";
const TOKEN: &str = "/token";

/// A registry whose token server (the same host) answers with `token`, and which takes `Bearer t` only.
async fn with_tokens(token: Value) -> Fake {
    let fake = Fake::start().await;
    fake.on("GET", TOKEN, Answer::json(&token));
    for name in ["demo/app", "other"] {
        let challenge = challenge(&fake, &format!("repository:{name}:pull"));
        wanting(&fake, &format!("/v2/{name}/tags/list"), "Bearer t", challenge, json!({ "tags": ["1"] }));
    }
    fake
}

fn challenge(fake: &Fake, scope: &str) -> String {
    format!(r#"Bearer realm="{}token",service="reg",scope="{scope}""#, fake.url())
}

fn wanting(fake: &Fake, path: &str, authorization: &'static str, challenge: String, answer: Value) {
    fake.script("GET", path, move |seen| {
        if seen.header("authorization") == authorization {
            Answer::json(&answer)
        } else {
            Answer::unauthorized(&challenge)
        }
    });
}

#[tokio::test]
async fn takes_a_token_under_either_name() {
    for answer in [json!({ "token": "t" }), json!({ "access_token": "t", "expires_in": 300 })] {
        let fake = with_tokens(answer).await;
        assert!(client(&fake).tags(&repository("demo/app")).await.is_ok());
        assert_eq!(fake.seen_at("GET", TOKEN)[0].query, "service=reg&scope=repository%3Ademo%2Fapp%3Apull");
        assert_eq!(fake.seen_at("GET", TOKEN)[0].header("authorization"), "");
    }
}

#[tokio::test]
async fn shows_the_password_to_the_token_server_and_not_to_the_registry() {
    let fake = with_tokens(json!({ "token": "t" })).await;
    someone(&fake).tags(&repository("demo/app")).await.unwrap();
    assert_eq!(fake.seen_at("GET", TOKEN)[0].header("authorization"), SOMEONE);
    assert!(fake.seen_at("GET", TAGS).iter().all(|it| it.header("authorization") != SOMEONE));
}

#[tokio::test]
async fn a_warm_client_is_never_refused_first() {
    let fake = with_tokens(json!({ "token": "t", "expires_in": 300 })).await;
    let client = client(&fake);
    for _ in 0..3 {
        client.tags(&repository("demo/app")).await.unwrap();
    }
    assert_eq!((fake.count("GET", TAGS), fake.count("GET", TOKEN)), (4, 1));
    // The scope of a repository that was never asked for is known beforehand.
    client.tags(&repository("other")).await.unwrap();
    assert_eq!((fake.count("GET", "/v2/other/tags/list"), fake.count("GET", TOKEN)), (1, 2));
}

#[tokio::test]
async fn one_token_is_fetched_for_all_who_need_it_at_once() {
    let fake = with_tokens(json!({ "token": "t" })).await;
    let gate = Arc::new(Semaphore::new(0));
    fake.on("GET", TOKEN, Answer::json(&json!({ "token": "t" })).gated(&gate));
    let (client, demo) = (client(&fake), repository("demo/app"));
    let all = join_all((0..20).map(|_| client.tags(&demo)));
    let open = async {
        // The gate opens when all have been refused and so wait for the one token.
        while fake.count("GET", TAGS) < 20 || fake.count("GET", TOKEN) < 1 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(1);
    };
    let (results, ()) = tokio::join!(all, open);
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(fake.count("GET", TOKEN), 1);
}

#[tokio::test]
async fn a_token_without_life_is_fetched_each_time() {
    let fake = with_tokens(json!({ "token": "t", "expires_in": 0 })).await;
    let client = client(&fake);
    client.tags(&repository("demo/app")).await.unwrap();
    client.tags(&repository("demo/app")).await.unwrap();
    assert_eq!(fake.count("GET", TOKEN), 2);
}

/// A registry that refuses the first token from its second use on, in this way.
async fn forgetting(refusal: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Fake {
    let fake = Fake::start().await;
    let tokens =
        ["first", "second", "third"].map(|it| Answer::json(&json!({ "token": it, "expires_in": 300 })));
    fake.in_turn("GET", TOKEN, tokens);
    let (challenge, uses) = (challenge(&fake, "repository:demo/app:pull"), AtomicUsize::new(0));
    fake.script("GET", TAGS, move |seen| match seen.header("authorization") {
        "Bearer first" if uses.fetch_add(1, Ordering::SeqCst) == 0 => Answer::json(&json!({ "tags": [] })),
        "Bearer second" => Answer::json(&json!({ "tags": [] })),
        "" => Answer::unauthorized(&challenge),
        _ => refusal(&challenge),
    });
    fake
}

#[tokio::test]
async fn replaces_a_token_that_the_registry_no_longer_takes() {
    // Amazon's public registry answers 400 to an expired token.
    let expired = |_: &str| Answer::error(400, "DENIED", "Your authorization token has expired.");
    for fake in [
        forgetting(Answer::unauthorized).await,
        forgetting(expired).await,
        forgetting(|_| Answer::status(400)).await,
    ] {
        let client = client(&fake);
        for _ in 0..3 {
            client.tags(&repository("demo/app")).await.unwrap();
        }
        assert_eq!(fake.count("GET", TOKEN), 2);
    }
}

#[tokio::test]
async fn a_400_that_says_what_is_wrong_costs_no_token() {
    let fake = forgetting(|_| Answer::error(400, "PAGINATION_NUMBER_INVALID", "n")).await;
    let client = client(&fake);
    client.tags(&repository("demo/app")).await.unwrap();
    client.tags(&repository("demo/app")).await.unwrap_err();
    assert_eq!(fake.count("GET", TOKEN), 1);
}

#[tokio::test]
async fn scopes_accumulate_and_the_new_one_comes_first() {
    let fake = Fake::start().await;
    fake.script("GET", TOKEN, |seen| {
        let token = if seen.query.matches("scope=").count() == 2 { "both" } else { "one" };
        Answer::json(&json!({ "token": token, "expires_in": 300 }))
    });
    let (first, second) =
        (challenge(&fake, "repository:demo/app:pull"), challenge(&fake, "repository:base:pull"));
    fake.script("GET", TAGS, move |seen| match seen.header("authorization") {
        "Bearer both" => Answer::json(&json!({ "tags": [] })),
        "Bearer one" => Answer::unauthorized(&second),
        _ => Answer::unauthorized(&first),
    });
    let client = client(&fake);
    client.tags(&repository("demo/app")).await.unwrap();
    let asked = fake.seen_at("GET", TOKEN);
    assert_eq!(
        asked[1].query,
        "service=reg&scope=repository%3Abase%3Apull&scope=repository%3Ademo%2Fapp%3Apull"
    );
    // Both are remembered.
    client.tags(&repository("demo/app")).await.unwrap();
    assert_eq!((fake.count("GET", TAGS), fake.count("GET", TOKEN)), (4, 2));
}

#[tokio::test]
async fn believes_that_a_new_token_is_not_enough() {
    let fake = Fake::start().await;
    fake.on("GET", TOKEN, Answer::json(&json!({ "token": "t" })));
    let refusal = challenge(&fake, "repository:demo/app:pull") + r#",error="insufficient_scope""#;
    fake.on("GET", TAGS, Answer::unauthorized(&refusal));
    let error = someone(&fake).tags(&repository("demo/app")).await.unwrap_err();
    assert!(
        matches!(&error, Error::Denied { status: 401, action, .. } if action == "repository:demo/app:pull"),
        "{error:?}"
    );
    assert_eq!((fake.count("GET", TAGS), fake.count("GET", TOKEN)), (2, 1));
    let needed = Err(Error::CredentialsNeeded { host: fake.host() });
    assert_eq!(client(&fake).tags(&repository("demo/app")).await, needed);
}

#[tokio::test]
async fn comes_to_an_end_with_a_registry_that_always_wants_another_scope() {
    let fake = Fake::start().await;
    fake.on("GET", TOKEN, Answer::json(&json!({ "token": "t" })));
    let (url, number) = (fake.url(), AtomicUsize::new(0));
    fake.script("GET", TAGS, move |_| {
        let number = number.fetch_add(1, Ordering::SeqCst);
        Answer::unauthorized(&format!(r#"Bearer realm="{url}token",scope="repository:r{number}:pull""#))
    });
    let error = client(&fake).tags(&repository("demo/app")).await.unwrap_err();
    assert!(matches!(error, Error::Denied { .. }), "{error:?}");
    assert!(fake.count("GET", TAGS) < 10);
}

#[tokio::test]
async fn tells_what_the_token_server_refuses() {
    let fake = with_tokens(json!({})).await;
    let demo = repository("demo/app");
    fake.on(
        "GET",
        TOKEN,
        Answer::json(&json!({ "details": "incorrect username or password" })).with_status(401),
    );
    assert_eq!(someone(&fake).tags(&demo).await, Err(Error::WrongCredentials { host: fake.host() }));
    assert_eq!(fake.count("GET", TOKEN), 1, "a wrong password is not tried twice");
    assert_eq!(client(&fake).tags(&demo).await, Err(Error::CredentialsNeeded { host: fake.host() }));
    fake.on("GET", TOKEN, Answer::error(403, "DENIED", "no"));
    assert!(matches!(client(&fake).tags(&demo).await, Err(Error::Denied { status: 403, .. })));
    for answer in [json!({}), json!([]), json!({ "token": 5 })] {
        fake.on("GET", TOKEN, Answer::json(&answer));
        assert!(matches!(client(&fake).tags(&demo).await, Err(Error::Unreadable { .. })), "{answer}");
    }
    fake.on("GET", TOKEN, Answer::ok("application/json", "").endless("          "));
    assert!(matches!(client(&fake).tags(&demo).await, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn asks_openly_where_the_guess_at_a_token_fails() {
    let fake = with_tokens(json!({ "token": "t" })).await;
    fake.script("GET", TOKEN, |seen| {
        if seen.query.contains("demo") { Answer::json(&json!({ "token": "t" })) } else { Answer::status(403) }
    });
    fake.on("GET", "/v2/other/tags/list", Answer::json(&json!({ "tags": ["1"] })));
    let client = client(&fake);
    client.tags(&repository("demo/app")).await.unwrap();
    for _ in 0..2 {
        client.tags(&repository("other")).await.unwrap();
    }
    assert_eq!((fake.count("GET", "/v2/other/tags/list"), fake.count("GET", TOKEN)), (2, 2));
}

#[tokio::test]
async fn shows_the_password_to_a_catalog_that_takes_no_token() {
    let fake = with_tokens(json!({ "token": "t", "expires_in": 300 })).await;
    let challenge = challenge(&fake, "registry:catalog:*");
    wanting(&fake, "/v2/_catalog", SOMEONE, challenge, json!({ "repositories": ["demo/app"] }));
    let client = someone(&fake);
    assert_eq!(catalog(&client).await.unwrap(), [["demo/app"]]);
    assert_eq!(catalog(&client).await.unwrap(), [["demo/app"]]);
    assert_eq!(
        fake.count("GET", "/v2/_catalog"),
        4,
        "refused, with a token, with the password, and with it at once"
    );
    // The repositories still get their tokens.
    client.tags(&repository("demo/app")).await.unwrap();
    assert!(fake.seen_at("GET", TAGS).iter().all(|it| it.header("authorization") != SOMEONE));
}

#[tokio::test]
async fn a_catalog_that_takes_neither_token_nor_password_is_refused() {
    let fake = with_tokens(json!({ "token": "t" })).await;
    let refusal = Answer::unauthorized(&challenge(&fake, "registry:catalog:*"));
    fake.on("GET", "/v2/_catalog", refusal);
    for client in [someone(&fake), client(&fake)] {
        let error = catalog(&client).await.unwrap_err();
        assert!(matches!(error, Error::CatalogRefused { status: 401, .. }), "{error:?}");
    }
}

#[tokio::test]
async fn an_identity_token_is_exchanged_by_the_token_server_and_shown_to_nobody_else() {
    let fake = with_tokens(json!({ "token": "nobody's" })).await;
    fake.script("POST", TOKEN, |seen| {
        let form: Vec<(String, String)> = form_urlencoded::parse(&seen.body).into_owned().collect();
        let of = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let is_right = of("grant_type") == Some("refresh_token")
            && of("service") == Some("reg")
            && of("scope") == Some("repository:demo/app:pull")
            && of("client_id").is_some()
            && seen.header("authorization").is_empty();
        match of("refresh_token") {
            Some("s3cret") if is_right => Answer::json(&json!({ "access_token": "t", "expires_in": 300 })),
            _ => Answer::json(&json!({ "error": "invalid_grant" })).with_status(400),
        }
    });
    let of = |token: &str| ClientConfig {
        credentials: Credentials::IdentityToken(Secret::new(token)),
        ..ClientConfig::new(fake.url().clone())
    };
    let client = Client::new(of("s3cret")).unwrap();
    assert_eq!(client.tags(&repository("demo/app")).await.unwrap().len(), 1);
    assert_eq!(fake.count("GET", TOKEN), 0);
    assert!(fake.seen_at("GET", TAGS).iter().all(|it| !format!("{it:?}").contains("s3cret")));

    let stranger = Client::new(of("another")).unwrap();
    let answer = stranger.tags(&repository("demo/app")).await;
    assert_eq!(answer, Err(Error::WrongCredentials { host: fake.host() }));
}
