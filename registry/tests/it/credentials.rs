//! Passwords, and what a registry may say about them.

use registry::Error;
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
