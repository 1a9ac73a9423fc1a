use crate::client;
use testbed::{Authority, Distribution, Error, Ferro};

fn trusting(authority: &Authority) -> reqwest::ClientBuilder {
    let certificate = reqwest::Certificate::from_pem(authority.ca_pem().as_bytes()).unwrap();
    testbed::http::client().tls_certs_only([certificate])
}

#[tokio::test]
async fn an_open_registry_answers_and_ends_when_dropped() {
    let registry = Distribution::builder().start().await.unwrap();
    let (url, folder) = (registry.url(), registry.storage().to_owned());
    assert_eq!(client().get(format!("{url}/v2/")).send().await.unwrap().status(), 200);
    drop(registry);
    assert!(client().get(format!("{url}/v2/")).send().await.unwrap_err().is_connect());
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_registry_can_go_down_and_come_back() {
    let mut registry = Distribution::builder().start().await.unwrap();
    registry.stop();
    assert!(client().get(registry.url()).send().await.unwrap_err().is_connect());
    registry.restart().await.unwrap();
    assert_eq!(client().get(format!("{}/v2/", registry.url())).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_taken_port_is_said_to_be_taken() {
    let first = Distribution::builder().start().await.unwrap();
    let second = Distribution::builder().port(first.port()).start().await;
    assert!(matches!(second, Err(Error::PortTaken(port)) if port == first.port()));
}

#[tokio::test]
async fn a_password_is_demanded() {
    let registry = Distribution::builder().htpasswd("ada", "secret").start().await.unwrap();
    let url = format!("{}/v2/", registry.url());
    let client = client();
    let refused = client.get(&url).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.headers()["www-authenticate"], r#"Basic realm="testbed""#);
    assert_eq!(client.get(&url).basic_auth("ada", Some("secret")).send().await.unwrap().status(), 200);
    assert_eq!(client.get(&url).basic_auth("ada", Some("wrong")).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn tls_is_trusted_by_those_who_trust_the_authority() {
    let authority = Authority::new().unwrap();
    let registry = Distribution::builder().tls(&authority).start().await.unwrap();
    let url = format!("{}/v2/", registry.url());
    assert!(url.starts_with("https://"));
    assert_eq!(trusting(&authority).build().unwrap().get(&url).send().await.unwrap().status(), 200);
    let stranger = Authority::new().unwrap();
    assert!(trusting(&stranger).build().unwrap().get(&url).send().await.is_err());
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let authority = Authority::new().unwrap();
    let registry = Distribution::builder().expired_tls(&authority).start().await.unwrap();
    let client = trusting(&authority).build().unwrap();
    let error = client.get(format!("{}/v2/", registry.url())).send().await.unwrap_err();
    assert!(format!("{error:?}").to_lowercase().contains("expired"), "{error:?}");
}

#[tokio::test]
async fn a_client_certificate_is_demanded() {
    let authority = Authority::new().unwrap();
    let registry = Distribution::builder().tls(&authority).client_ca(&authority).start().await.unwrap();
    let url = format!("{}/v2/", registry.url());
    assert!(trusting(&authority).build().unwrap().get(&url).send().await.is_err());
    let pem = authority.client_identity_pem().unwrap();
    let identity = reqwest::Identity::from_pem(pem.as_bytes()).unwrap();
    let client = trusting(&authority).identity(identity).build().unwrap();
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn ferro_has_referrers() {
    let ferro = Ferro::start().unwrap();
    let digest = format!("sha256:{}", "a".repeat(64));
    let answer =
        client().get(format!("{}/v2/some/thing/referrers/{digest}", ferro.url())).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/vnd.oci.image.index.v1+json");
}
