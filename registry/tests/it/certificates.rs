//! TLS at a real distribution registry.

use registry::Error;
use registry::client::{Client, ClientConfig, TlsConfig};
use registry::error::{BlockedReason, TlsReason};
use testbed::{Authority, Distribution, TokenServer};

use crate::support::{config, credentials};

fn with(registry: &Distribution, tls: TlsConfig) -> Client {
    Client::new(ClientConfig { tls, ..config(registry.url().parse().unwrap()) }).unwrap()
}

fn trusting(authority: &Authority) -> TlsConfig {
    TlsConfig { ca_pem: Some(authority.ca_pem().into_bytes()), ..TlsConfig::default() }
}

fn refused(registry: &Distribution, reason: TlsReason) -> Result<(), Error> {
    Err(Error::Tls { host: registry.host(), reason })
}

#[tokio::test]
async fn trusts_the_configured_authority_and_no_unknown_one() {
    let authority = Authority::new().unwrap();
    let registry = Distribution::builder().tls(&authority).start().await.unwrap();
    assert_eq!(with(&registry, trusting(&authority)).ping().await, Ok(()));
    let unknown = refused(&registry, TlsReason::UnknownIssuer);
    assert_eq!(with(&registry, TlsConfig::default()).ping().await, unknown);
    // An authority of the same name with another key.
    let stranger = with(&registry, trusting(&Authority::new().unwrap())).ping().await.unwrap_err();
    assert!(matches!(stranger, Error::Tls { .. }), "{stranger:?}");
    let careless = TlsConfig { skip_verify: true, ..TlsConfig::default() };
    assert_eq!(with(&registry, careless).ping().await, Ok(()));
}

#[tokio::test]
async fn knows_an_expired_certificate() {
    let authority = Authority::new().unwrap();
    let registry = Distribution::builder().expired_tls(&authority).start().await.unwrap();
    let expired = refused(&registry, TlsReason::Expired);
    assert_eq!(with(&registry, trusting(&authority)).ping().await, expired);
    let careless = TlsConfig { skip_verify: true, ..TlsConfig::default() };
    assert_eq!(with(&registry, careless).ping().await, Ok(()));
}

#[tokio::test]
async fn shows_its_own_certificate_where_one_is_wanted() {
    let authority = Authority::new().unwrap();
    let registry = Distribution::builder().tls(&authority).client_ca(&authority).start().await.unwrap();
    let showing =
        |pem: String| TlsConfig { client_identity_pem: Some(pem.into_bytes()), ..trusting(&authority) };
    let known = with(&registry, showing(authority.client_identity_pem().unwrap()));
    assert_eq!(known.ping().await, Ok(()));
    let wanted = refused(&registry, TlsReason::ClientCertificateRequired);
    // The alert races with the end of the connection, so once is not enough.
    for _ in 0..20 {
        assert_eq!(with(&registry, trusting(&authority)).ping().await, wanted);
    }
    let stranger = Authority::new().unwrap().client_identity_pem().unwrap();
    assert_eq!(with(&registry, showing(stranger)).ping().await, wanted);
}

#[tokio::test]
async fn says_that_a_port_wants_tls() {
    let authority = Authority::new().unwrap();
    let registry = Distribution::builder().tls(&authority).start().await.unwrap();
    let plain = registry.url().replace("https:", "http:").parse().unwrap();
    match Client::new(config(plain)).unwrap().ping().await {
        Err(Error::Upstream { status: 400, message, .. }) => assert!(message.contains("HTTPS"), "{message}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_password_never_leaves_the_encrypted_connection() {
    let (authority, tokens) = (Authority::new().unwrap(), TokenServer::start().unwrap());
    let registry = Distribution::builder().tls(&authority).token_auth(&tokens).start().await.unwrap();
    let client = Client::new(ClientConfig {
        tls: trusting(&authority),
        credentials: credentials("reader", "reader-password"),
        trusted_hosts: vec!["*".to_owned()],
        ..config(registry.url().parse().unwrap())
    })
    .unwrap();
    let error = client.ping().await.unwrap_err();
    assert!(matches!(error, Error::Blocked { why: BlockedReason::PlainHttp, .. }), "{error:?}");
    assert!(tokens.requests().is_empty());
}
