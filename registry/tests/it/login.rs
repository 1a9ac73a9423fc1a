//! Passwords and tokens at a real distribution registry.

use registry::Error;
use registry::client::{Client, ClientConfig, Credentials};
use testbed::token_server::{ADMIN, READER, TEAM};
use testbed::{Distribution, TokenServer, samples};

use crate::distribution::holding;
use crate::support::{catalog, config, credentials, repository, tag};

fn as_user(registry: &Distribution, credentials: Credentials) -> Client {
    Client::new(ClientConfig { credentials, ..config(registry.url().parse().unwrap()) }).unwrap()
}

fn account(account: testbed::token_server::Credentials) -> Credentials {
    credentials(account.user, account.password)
}

/// A registry that wants tokens of this server, with the content of an open one.
async fn guarded_by(tokens: &TokenServer, open: &Distribution) -> Distribution {
    Distribution::builder().token_auth(tokens).root(open.storage()).start().await.unwrap()
}

#[tokio::test]
async fn a_password_opens_the_registry() {
    let registry = Distribution::builder().htpasswd("reader", "right").start().await.unwrap();
    let host = registry.host();
    let reader = as_user(&registry, credentials("reader", "right"));
    assert_eq!(reader.ping().await, Ok(()));
    assert!(catalog(&reader).await.unwrap().concat().is_empty());
    let wrong = Err(Error::WrongCredentials { host: host.clone() });
    assert_eq!(as_user(&registry, credentials("reader", "wrong")).ping().await, wrong);
    let anonymous = as_user(&registry, Credentials::Anonymous);
    assert_eq!(anonymous.ping().await, Err(Error::CredentialsNeeded { host: host.clone() }));
    let tags = anonymous.tags(&repository("demo/app")).await;
    assert_eq!(tags, Err(Error::CredentialsNeeded { host }));
}

#[tokio::test]
async fn every_repository_gets_its_own_token_and_keeps_it() {
    let open = holding(&[samples::WASM, samples::DOCKER]).await;
    let tokens = TokenServer::start().unwrap();
    let registry = guarded_by(&tokens, &open).await;
    let reader = as_user(&registry, account(READER));
    for _ in 0..3 {
        reader.manifest(&repository(samples::WASM), &tag("latest")).await.unwrap();
        reader.manifest(&repository(samples::DOCKER), &tag("latest")).await.unwrap();
        assert_eq!(catalog(&reader).await.unwrap().concat().len(), 2);
    }
    let asked: Vec<_> = tokens.requests().into_iter().map(|it| (it.user, it.scopes)).collect();
    let user = Some(READER.user.to_owned());
    let expected = ["repository:demo/wasm:pull", "repository:demo/docker:pull", "registry:catalog:*"]
        .map(|scope| (user.clone(), vec![scope.to_owned()]));
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn a_token_for_less_than_was_asked_is_denied() {
    let open = holding(&[samples::WASM, samples::API]).await;
    let tokens = TokenServer::start().unwrap();
    let registry = guarded_by(&tokens, &open).await;
    let team = as_user(&registry, account(TEAM));
    assert_eq!(team.ping().await, Ok(()));
    assert!(team.tags(&repository(samples::API)).await.is_ok());
    let error = team.tags(&repository(samples::WASM)).await.unwrap_err();
    assert!(
        matches!(&error, Error::Denied { status: 401, action, .. } if action == "repository:demo/wasm:pull"),
        "{error:?}"
    );
    let error = catalog(&team).await.unwrap_err();
    assert!(matches!(error, Error::CatalogRefused { status: 401, .. }), "{error:?}");
    assert!(as_user(&registry, account(ADMIN)).tags(&repository(samples::WASM)).await.is_ok());
}

#[tokio::test]
async fn whoever_has_no_account_gets_what_everybody_gets() {
    let open = holding(&[samples::WASM]).await;
    let tokens = TokenServer::builder().access_token(true).lifetime(None).start().unwrap();
    let registry = guarded_by(&tokens, &open).await;
    let anonymous = as_user(&registry, Credentials::Anonymous);
    assert_eq!(anonymous.ping().await, Ok(()));
    assert!(anonymous.manifest(&repository(samples::WASM), &tag("latest")).await.is_ok());
    let error = catalog(&anonymous).await.unwrap_err();
    assert!(matches!(error, Error::CatalogRefused { status: 401, .. }), "{error:?}");
}

#[tokio::test]
async fn a_token_server_that_knows_nobody_says_so() {
    let open = holding(&[samples::WASM]).await;
    let tokens = TokenServer::builder().anonymous(None).start().unwrap();
    let registry = guarded_by(&tokens, &open).await;
    let host = tokens.realm().trim_start_matches("http://").trim_end_matches("/token").to_owned();
    let anonymous = as_user(&registry, Credentials::Anonymous).ping().await;
    assert_eq!(anonymous, Err(Error::CredentialsNeeded { host: host.clone() }));
    let wrong = as_user(&registry, credentials(READER.user, "wrong")).ping().await;
    assert_eq!(wrong, Err(Error::WrongCredentials { host }));
    assert!(tokens.requests().iter().all(|it| !it.granted));
}

#[tokio::test]
async fn many_at_once_need_one_token() {
    let open = holding(&[samples::API]).await;
    let tokens = TokenServer::start().unwrap();
    let registry = guarded_by(&tokens, &open).await;
    let (reader, api) = (as_user(&registry, account(READER)), repository(samples::API));
    let tags = reader.tags(&api).await.unwrap();
    let requests = tags.into_iter().map(|it| {
        let (reader, api) = (reader.clone(), api.clone());
        async move { reader.head_manifest(&api, &registry::Reference::Tag(it)).await }
    });
    let found = futures::future::join_all(requests).await;
    assert!(found.len() > 100 && found.iter().all(Result::is_ok));
    assert_eq!(tokens.requests().len(), 1);
    // One refusal at the very beginning, and none after it.
    assert_eq!(refusals(&registry), 1);
}

/// How many requests for the content of repositories the registry has answered with 401.
fn refusals(registry: &Distribution) -> usize {
    let about_content = |line: &&str| line.contains("/tags/list") || line.contains("/manifests/");
    registry.log().lines().filter(about_content).filter(|line| line.contains("\" 401 ")).count()
}
