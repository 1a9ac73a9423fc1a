//! What the network and odd servers do.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use registry::Error;
use registry::client::{Client, ClientConfig};
use registry::error::{TlsReason, UnreachableReason};
use registry::fake::{Answer, Fake};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use url::Url;

use crate::support::{client, config, repository};

fn at(url: &str) -> Client {
    Client::new(config(url.parse().unwrap())).unwrap()
}

#[tokio::test]
async fn nothing_listens_there() {
    // A port that was free a moment ago.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap().port();
    let error = at(&format!("http://127.0.0.1:{port}")).ping().await.unwrap_err();
    assert_eq!(
        error,
        Error::Unreachable { host: format!("127.0.0.1:{port}"), reason: UnreachableReason::Refused }
    );
    assert!(error.is_temporary());
}

#[tokio::test]
async fn the_name_is_not_known() {
    let error = at("http://registry.invalid").ping().await.unwrap_err();
    assert_eq!(
        error,
        Error::Unreachable { host: "registry.invalid".to_owned(), reason: UnreachableReason::Dns }
    );
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_waited_for() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::status(200).gated(&Arc::new(Semaphore::new(0))));
    let mut config = config(fake.url());
    config.timeouts.call = Duration::from_millis(50);
    let error = Client::new(config).unwrap().ping().await.unwrap_err();
    assert_eq!(error, Error::Timeout { host: fake.host(), after_secs: 0 });
    assert_eq!(fake.seen().len(), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_from_one_that_is_refused() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::status(200).announcing(100).broken_after("{"));
    let error = client(&fake).ping().await.unwrap_err();
    assert_eq!(error, Error::Unreachable { host: fake.host(), reason: UnreachableReason::Reset });
    assert_eq!(fake.seen().len(), 1, "whoever pings does not want to wait for the next try");
}

/// A server that reads a little, writes these bytes, and hangs up, for each connection.
async fn blurting(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.read(&mut [0; 1024]).await;
            let _ = connection.write_all(bytes).await;
        }
    });
    host
}

#[tokio::test]
async fn something_that_speaks_no_http_is_not_a_registry() {
    let host = blurting(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    let error = at(&format!("http://{host}")).ping().await.unwrap_err();
    assert!(matches!(error, Error::NotARegistry { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_only_hangs_up_breaks_the_connection() {
    let host = blurting(b"").await;
    let error = at(&format!("http://{host}")).ping().await.unwrap_err();
    assert_eq!(error, Error::Unreachable { host, reason: UnreachableReason::Reset });
}

#[tokio::test]
async fn a_port_without_tls_is_recognised() {
    let fake = Fake::start().await;
    let error = at(&format!("https://{}", fake.host())).ping().await.unwrap_err();
    assert_eq!(error, Error::Tls { host: fake.host(), reason: TlsReason::NotTls });
}

#[tokio::test]
async fn shows_the_registrys_words_and_never_its_bodies() {
    let fake = Fake::start().await;
    let unsupported = "The operation is unsupported.";
    for (answer, code, message) in [
        (Answer::error(405, "UNSUPPORTED", unsupported), Some("UNSUPPORTED"), unsupported),
        (Answer::ok("text/plain", "Method not allowed\n"), None, "Method not allowed"),
        (Answer::ok("text/html", "<html><b>x</b>"), None, "Method Not Allowed"),
        (Answer::ok("application/json", r#"{"odd":1}"#), None, "Method Not Allowed"),
        (Answer::ok("text/html", "").endless("<br>"), None, "Method Not Allowed"),
    ] {
        fake.on("GET", "/v2/demo/tags/list", answer.with_status(405));
        let error = client(&fake).tags(&repository("demo")).await.unwrap_err();
        let (code, message) = (code.map(str::to_owned), message.to_owned());
        assert_eq!(error, Error::Upstream { host: fake.host(), status: 405, code, message });
    }
}

#[tokio::test]
async fn refuses_a_configuration_that_cannot_work() {
    let invalid = |config: ClientConfig| match Client::new(config) {
        Err(Error::InvalidConfig { setting, .. }) => setting,
        other => panic!("{other:?}"),
    };
    let url: Url = "https://registry.example".parse().unwrap();
    assert_eq!(invalid(ClientConfig::new("https://user:secret@registry.example".parse().unwrap())), "url");
    assert_eq!(invalid(ClientConfig::new("ftp://registry.example".parse().unwrap())), "url");
    assert_eq!(
        invalid(ClientConfig { user_agent: "a\nb".to_owned(), ..ClientConfig::new(url.clone()) }),
        "user_agent"
    );
    let mut config = ClientConfig::new(url);
    config.tls.ca_pem = Some(b"no certificate".to_vec());
    assert_eq!(invalid(config), "certificate of the authority");
}
