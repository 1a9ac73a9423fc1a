//! Passwords, and what a registry may say about them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use registry::Error;
use registry::client::{Client, ClientConfig, Credentials, RenewCredentials, Secret};
use registry::fake::{Answer, Fake};
use serde_json::json;

use crate::support::{SOMEONE, catalog, client, repository, someone};

const TAGS: &str = "/v2/demo/app/tags/list";

/// A registry that wants the password for everything.
async fn locked() -> Fake {
    let fake = Fake::start().await;
    for (path, answer) in
        [("/v2/", json!({})), (TAGS, json!({ "tags": [] })), ("/v2/other/tags/list", json!({ "tags": [] }))]
    {
        fake.script("GET", path, move |seen| {
            if seen.header("authorization") == SOMEONE {
                Answer::json(&answer)
            } else {
                Answer::unauthorized(r#"Basic realm="testbed""#)
            }
        });
    }
    fake
}

#[tokio::test]
async fn shows_the_password_once_asked_and_without_being_asked_from_then_on() {
    let fake = locked().await;
    let client = someone(&fake);
    client.tags(&repository("demo/app")).await.unwrap();
    client.tags(&repository("demo/app")).await.unwrap();
    client.tags(&repository("other")).await.unwrap();
    let shown: Vec<_> = fake.seen().iter().map(|it| !it.header("authorization").is_empty()).collect();
    assert_eq!(shown, [false, true, true, true]);
}

#[tokio::test]
async fn tells_missing_credentials_from_wrong_ones() {
    let fake = locked().await;
    assert_eq!(client(&fake).ping().await, Err(Error::CredentialsNeeded { host: fake.host() }));

    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::unauthorized("Basic realm=x"));
    assert_eq!(someone(&fake).ping().await, Err(Error::WrongCredentials { host: fake.host() }));
    assert_eq!(fake.seen().len(), 2, "a wrong password is not tried twice");
}

#[tokio::test]
async fn picks_the_scheme_it_can_do_among_several() {
    let fake = Fake::start().await;
    fake.script("GET", "/v2/", |seen| {
        if seen.header("authorization") == SOMEONE {
            Answer::status(200)
        } else {
            Answer::unauthorized("Negotiate").header("www-authenticate", r#"bAsIc realm="x""#)
        }
    });
    assert_eq!(someone(&fake).ping().await, Ok(()));
}

#[tokio::test]
async fn logged_in_and_not_allowed_is_denied() {
    let fake = Fake::start().await;
    fake.on("GET", TAGS, Answer::error(403, "DENIED", "requested access to the resource is denied"));
    let denied = Error::Denied {
        host: fake.host(),
        action: "repository:demo/app:pull".to_owned(),
        status: 403,
        message: "requested access to the resource is denied".to_owned(),
    };
    assert_eq!(client(&fake).tags(&repository("demo/app")).await, Err(denied));
}

#[tokio::test]
async fn an_anonymous_catalog_that_wants_a_password_says_so() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/_catalog", Answer::unauthorized("Basic realm=x"));
    assert_eq!(catalog(&client(&fake)).await, Err(Error::CredentialsNeeded { host: fake.host() }));
}

/// A client that is `old` until somebody asks who it is by now; how often that was, and who it is then.
fn renewed(fake: &Fake, now: &'static str) -> (Client, Arc<AtomicUsize>) {
    let password = |text: &str| Credentials::Basic { username: "me".to_owned(), password: Secret::new(text) };
    let n_asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_asked);
    let renew: RenewCredentials = Arc::new(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        if now.is_empty() { Err("the helper is gone".to_owned()) } else { Ok(password(now)) }
    });
    let config = ClientConfig {
        credentials: password("old"),
        renew: Some(renew),
        retries: 0,
        ..ClientConfig::new(fake.url().clone())
    };
    (Client::new(config).unwrap(), n_asked)
}

/// A registry that takes the password `new` only, and refuses others like this.
async fn that_takes_new(refusal: Answer) -> Fake {
    let fake = Fake::start().await;
    for method in ["GET", "HEAD"] {
        let refusal = refusal.clone();
        fake.script(method, TAGS, move |seen| match seen.header("authorization") {
            // me:new
            "Basic bWU6bmV3" => Answer::json(&json!({ "tags": ["1"] })),
            "" => Answer::unauthorized(r#"Basic realm="testbed""#),
            _ => refusal.clone(),
        });
    }
    fake
}

#[tokio::test]
async fn credentials_that_are_refused_are_asked_for_anew_once_for_all() {
    let basic = Answer::unauthorized(r#"Basic realm="testbed""#);
    let expired =
        Answer::error(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
    let plain = Answer::ok("text/plain", "Your Authorization Token has expired.").with_status(403);
    for refusal in [basic, expired, plain] {
        let fake = that_takes_new(refusal.clone()).await;
        let (client, n_asked) = renewed(&fake, "new");
        let name = repository("demo/app");
        let answers = join_all((0..8).map(|_| client.tags(&name))).await;
        assert!(
            answers.iter().all(|it| it.as_ref().is_ok_and(|tags| tags.len() == 1)),
            "{refusal:?}: {answers:?}"
        );
        assert_eq!(n_asked.load(Ordering::Relaxed), 1, "{refusal:?}");
    }
}

#[tokio::test]
async fn who_has_no_other_credentials_is_told_of_the_first_ones_and_not_asked_again_at_once() {
    for now in ["old", ""] {
        let fake = that_takes_new(Answer::unauthorized(r#"Basic realm="testbed""#)).await;
        let (client, n_asked) = renewed(&fake, now);
        for _ in 0..3 {
            let answer = client.tags(&repository("demo/app")).await;
            assert_eq!(answer, Err(Error::WrongCredentials { host: fake.host() }));
        }
        assert_eq!(n_asked.load(Ordering::Relaxed), 1);
    }
    let fake = that_takes_new(Answer::error(403, "DENIED", "not this one")).await;
    let (client, n_asked) = renewed(&fake, "new");
    let answer = client.tags(&repository("demo/app")).await;
    assert!(matches!(answer, Err(Error::Denied { .. })), "{answer:?}");
    assert_eq!(
        n_asked.load(Ordering::Relaxed),
        0,
        "it is the name that may not, and not the password that is old"
    );
}

#[tokio::test]
async fn somebody_else_is_never_renewed_as_who_the_client_was() {
    let fake = that_takes_new(Answer::unauthorized(r#"Basic realm="testbed""#)).await;
    let (client, n_asked) = renewed(&fake, "new");
    let other = Credentials::Basic { username: "other".to_owned(), password: Secret::new("x") };
    let answer = client.with_credentials(other).unwrap().tags(&repository("demo/app")).await;
    assert_eq!(answer, Err(Error::WrongCredentials { host: fake.host() }));
    assert_eq!(n_asked.load(Ordering::Relaxed), 0);
}
