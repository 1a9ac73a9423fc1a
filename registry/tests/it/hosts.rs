//! Where a registry may lead us, and what may be seen there.

use registry::Error;
use registry::client::{Client, ClientConfig};
use registry::error::BlockedReason;
use registry::fake::{Answer, Fake};
use serde_json::json;

use crate::support::{SOMEONE, config, credentials, repository, sha256, someone};

const LIMIT: u64 = 4096;

/// A client with a password that trusts these hosts.
fn trusting(fake: &Fake, hosts: &[&str]) -> Client {
    Client::new(ClientConfig {
        credentials: credentials("someone", "s3cret"),
        trusted_hosts: hosts.iter().map(|&it| it.to_owned()).collect(),
        ..config(fake.url())
    })
    .unwrap()
}

/// Where the fake is, by another name.
fn by_name(fake: &Fake) -> String {
    format!("http://localhost:{}", fake.url().port().unwrap())
}

fn blob_path() -> String {
    format!("/v2/demo/app/blobs/{}", sha256("content"))
}

async fn blob(client: &Client) -> Result<bytes::Bytes, Error> {
    client.blob(&repository("demo/app"), &sha256("content"), LIMIT).await
}

/// A registry that wants the password and leads to `location` for the blob.
async fn leading_to(location: &str) -> Fake {
    let (fake, location) = (Fake::start().await, location.to_owned());
    fake.script("GET", &blob_path(), move |seen| {
        if seen.header("authorization") == SOMEONE {
            Answer::redirect(&location)
        } else {
            Answer::unauthorized(r#"Basic realm="x""#)
        }
    });
    fake
}

#[tokio::test]
async fn headers_of_the_configuration_go_to_the_registry_and_nowhere_else() {
    let store = Fake::start().await;
    store.on("GET", "/blob", Answer::ok("application/octet-stream", "content"));
    let fake = leading_to(&format!("{}/blob", by_name(&store))).await;
    let mut config = ClientConfig { credentials: credentials("someone", "s3cret"), ..config(fake.url()) };
    config.trusted_hosts = vec!["localhost".to_owned()];
    config.headers.insert("x-team", "tools".parse().unwrap());
    // What the protocol says is not replaced.
    config.headers.insert("authorization", "Basic none".parse().unwrap());
    config.annotate = |headers| drop(headers.insert("x-request-id", "abc".parse().unwrap()));
    let client = Client::new(config).unwrap();
    assert_eq!(blob(&client).await.unwrap(), "content");
    let asked = fake.seen();
    assert!(asked.iter().all(|it| it.header("x-team") == "tools" && it.header("x-request-id") == "abc"));
    assert_eq!(asked.last().unwrap().header("authorization"), SOMEONE);
    assert_eq!((store.seen()[0].header("x-team"), store.seen()[0].header("x-request-id")), ("", ""));
}

#[tokio::test]
async fn another_host_never_sees_the_credentials() {
    let store = Fake::start().await;
    store.on("GET", "/bucket/blob", Answer::ok("application/octet-stream", "content"));
    // Another port is another host; "localhost" is another name.
    for location in
        [format!("{}bucket/blob?signature=x", store.url()), format!("{}/bucket/blob", by_name(&store))]
    {
        let fake = leading_to(&location).await;
        assert_eq!(blob(&trusting(&fake, &["localhost"])).await.unwrap(), "content");
    }
    let seen = store.seen_at("GET", "/bucket/blob");
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].query, "signature=x");
    assert!(seen.iter().all(|it| it.header("authorization").is_empty()), "{seen:?}");
}

#[tokio::test]
async fn the_registry_itself_sees_the_credentials_again() {
    let fake = leading_to("/elsewhere/blob").await;
    fake.on("GET", "/elsewhere/blob", Answer::ok("application/octet-stream", "content"));
    assert_eq!(blob(&someone(&fake)).await.unwrap(), "content");
    assert_eq!(fake.seen_at("GET", "/elsewhere/blob")[0].header("authorization"), SOMEONE);
}

#[tokio::test]
async fn a_blob_store_cannot_ask_for_the_credentials() {
    let store = Fake::start().await;
    let trap = format!(r#"Bearer realm="{}token""#, store.url());
    store.on("GET", "/blob", Answer::unauthorized(&trap).header("www-authenticate", "Basic realm=x"));
    let fake = leading_to(&format!("{}blob", store.url())).await;
    let error = blob(&someone(&fake)).await.unwrap_err();
    assert!(
        matches!(&error, Error::Upstream { status: 401, host, .. } if *host == store.host()),
        "{error:?}"
    );
    assert_eq!(store.seen().len(), 1);
}

#[tokio::test]
async fn follows_a_redirect_to_a_private_address_only_if_it_is_trusted() {
    let blocked =
        |host: &str| Err(Error::Blocked { host: host.to_owned(), why: BlockedReason::PrivateAddress });
    for host in ["10.255.255.1:9000", "169.254.169.254", "[::1]:9000", "127.0.0.2:1"] {
        let fake = leading_to(&format!("http://{host}/latest/meta-data")).await;
        assert_eq!(blob(&someone(&fake)).await, blocked(host));
    }
    let store = Fake::start().await;
    store.on("GET", "/blob", Answer::ok("application/octet-stream", "content"));
    // The name is looked up, and found to lead to a private address, when the connection is made.
    let name = format!("localhost:{}", store.url().port().unwrap());
    let fake = leading_to(&format!("http://{name}/blob")).await;
    assert_eq!(blob(&someone(&fake)).await, blocked(&name));
    assert!(store.seen().is_empty());
    for trusted in [name.as_str(), "LOCALHOST", "*"] {
        assert_eq!(blob(&trusting(&fake, &[trusted])).await.unwrap(), "content");
    }
}

#[tokio::test]
async fn leads_neither_in_circles_nor_out_of_http() {
    let fake = leading_to(&blob_path()).await;
    let error = blob(&someone(&fake)).await.unwrap_err();
    assert!(matches!(error, Error::Blocked { why: BlockedReason::TooManyRedirects, .. }), "{error:?}");
    // The refused one, then the first and five redirects.
    assert_eq!(fake.count("GET", &blob_path()), 7);

    for location in ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://"] {
        let error = blob(&someone(&leading_to(location).await)).await.unwrap_err();
        assert!(matches!(error, Error::Blocked { why: BlockedReason::NotHttp, .. }), "{location}: {error:?}");
    }
}

#[tokio::test]
async fn the_password_goes_to_no_token_server_at_a_private_address_that_is_not_trusted() {
    let realm = Fake::start().await;
    realm.on("GET", "/token", Answer::json(&json!({ "token": "t" })));
    let fake = Fake::start().await;
    let challenge = format!(r#"Bearer realm="{}/token",service="x""#, by_name(&realm));
    fake.script("GET", "/v2/", move |seen| {
        if seen.header("authorization") == "Bearer t" {
            Answer::status(200)
        } else {
            Answer::unauthorized(&challenge)
        }
    });
    let error = someone(&fake).ping().await.unwrap_err();
    assert!(matches!(error, Error::Blocked { why: BlockedReason::PrivateAddress, .. }), "{error:?}");
    assert!(realm.seen().is_empty());

    assert_eq!(trusting(&fake, &["localhost"]).ping().await, Ok(()));
    assert_eq!(realm.seen()[0].header("authorization"), SOMEONE);
}

#[tokio::test]
async fn a_token_server_cannot_pass_the_password_on() {
    let (realm, other) = (Fake::start().await, Fake::start().await);
    realm.on("GET", "/token", Answer::redirect(&format!("{}token", other.url())));
    other.on("GET", "/token", Answer::json(&json!({ "token": "t" })));
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::unauthorized(&format!(r#"Bearer realm="{}token""#, realm.url())));
    let _ = someone(&fake).ping().await;
    assert_eq!(realm.seen()[0].header("authorization"), SOMEONE);
    assert_eq!(other.seen()[0].header("authorization"), "");
}

#[tokio::test]
async fn never_prints_a_secret() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::unauthorized("Basic realm=x"));
    let client = someone(&fake);
    let error = client.ping().await.unwrap_err();
    let text = format!("{client:?} {error:?} {error}");
    assert!(!text.contains("s3cret") && !text.contains("c29tZW9uZTpzM2NyZXQ"), "{text}");
}
