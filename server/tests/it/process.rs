//! The real program, as people start and stop it.

use std::net::TcpListener as StdListener;
use std::sync::Arc;
use std::time::Duration;

use registry::fake::{Answer, Fake};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use crate::support::{Folders, program, start};

/// A connection over which one request was sent. It stays open, as browsers keep theirs.
async fn send(address: &str, path: &str, headers: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    BufReader::new(stream)
}

/// Reads the head of the answer.
async fn head(connection: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && connection.read_line(&mut head).await.unwrap() > 0 {}
    head
}

/// Asks something that the server cannot answer, because the registry takes the question and never answers it.
async fn open_request(address: &str, registry: &TcpListener) -> (BufReader<TcpStream>, TcpStream) {
    let mut request = send(address, "/api/v1/tags?repository=a", "").await;
    tokio::select! {
        connection = registry.accept() => (request, connection.unwrap().0),
        answer = head(&mut request) => panic!("the registry was not asked: {answer}"),
    }
}

async fn signal(child: &Child, name: &str) {
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().await.unwrap().success());
}

#[tokio::test]
async fn says_where_it_is_before_it_asks_the_registry_anything() {
    let folders = Folders::new();
    let registry = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (child, address) = start(&folders, &format!("http://{}", registry.local_addr().unwrap())).await;
    let health = head(&mut send(&address, "/healthz", "").await).await;
    assert!(health.starts_with("HTTP/1.1 200 "), "{health}");
    let asked = futures::FutureExt::now_or_never(registry.accept());
    assert!(asked.is_none(), "nothing needs the registry yet");
    drop(child);
}

#[tokio::test]
async fn stops_in_time_although_a_request_is_open() {
    let folders = Folders::new();
    let registry = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (mut child, address) = start(&folders, &format!("http://{}", registry.local_addr().unwrap())).await;
    let (mut request, connection) = open_request(&address, &registry).await;
    signal(&child, "TERM").await;
    let status = tokio::time::timeout(Duration::from_secs(10), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
    assert_eq!(head(&mut request).await, "", "there is no answer");
    drop(connection);
}

#[tokio::test]
async fn stops_at_once_when_nothing_is_open() {
    let folders = Folders::new();
    let (mut child, address) = start(&folders, "http://127.0.0.1:9").await;
    // A connection that is only kept open for later is no open request.
    let mut connection = send(&address, "/healthz", "").await;
    assert!(head(&mut connection).await.starts_with("HTTP/1.1 200 "));
    signal(&child, "TERM").await;
    let status = tokio::time::timeout(Duration::from_secs(5), child.wait()).await.unwrap().unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn stops_at_once_although_somebody_listens_to_events() {
    let folders = Folders::new();
    let (mut child, address) = start(&folders, "http://127.0.0.1:9").await;
    let mut listeners = Vec::new();
    for _ in 0..20 {
        let mut listener = send(&address, "/api/v1/events", "").await;
        assert!(head(&mut listener).await.contains("text/event-stream"));
        listeners.push(listener);
    }
    signal(&child, "TERM").await;
    let status = tokio::time::timeout(Duration::from_secs(5), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
    for mut listener in listeners {
        let mut rest = String::new();
        // The answer ends as one that is complete, so that nobody takes it for a failure.
        listener.read_to_string(&mut rest).await.unwrap();
        assert!(rest.ends_with("0\r\n\r\n"), "{rest:?}");
    }
}

#[tokio::test]
async fn stops_in_the_middle_of_a_scan_and_goes_on_from_there() {
    let fake = Fake::start().await;
    let catalog = Answer::json(&json!({ "repositories": ["demo/a", "demo/b"] }));
    fake.script("GET", "/v2/_catalog", move |_| catalog.clone());
    let gate = Arc::new(Semaphore::new(0));
    for name in ["a", "b"] {
        let tags = Answer::json(&json!({ "name": format!("demo/{name}"), "tags": [] })).gated(&gate);
        fake.script("GET", &format!("/v2/demo/{name}/tags/list"), move |_| tags.clone());
    }
    let folders = Folders::new();
    let (mut child, address) = start(&folders, fake.url().as_str()).await;
    // It begins by itself.
    until(async || scans(&address).await.matches("\"running\"").count() == 3).await;
    signal(&child, "TERM").await;
    let status = tokio::time::timeout(Duration::from_secs(5), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");

    gate.add_permits(100);
    let (_child, address) = start(&folders, fake.url().as_str()).await;
    let before = scans(&address).await;
    assert_eq!(before.matches("the server was stopped").count(), 3, "{before}");
    // Nobody has to wait until the leases of the dead run out.
    until(async || scans(&address).await.matches("\"done\"").count() == 3).await;
}

async fn scans(address: &str) -> String {
    let mut answer = String::new();
    let mut connection = send(address, "/api/v1/scans", "Connection: close\r\n").await;
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn until(is_reached: impl AsyncFn() -> bool) {
    for _ in 0..400 {
        if is_reached().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not become what it should");
}

#[tokio::test]
async fn a_second_signal_does_not_wait() {
    let folders = Folders::new();
    let registry = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (mut child, address) = start(&folders, &format!("http://{}", registry.local_addr().unwrap())).await;
    let (mut request, connection) = open_request(&address, &registry).await;
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    signal(&child, "INT").await;
    while !log.next_line().await.unwrap().unwrap().contains("stopping after the open requests") {}
    signal(&child, "INT").await;
    let status = tokio::time::timeout(Duration::from_secs(5), child.wait()).await.unwrap().unwrap();
    assert!(status.success());
    assert_eq!(head(&mut request).await, "", "there is no answer");
    drop(connection);
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_the_variable_that_helps() {
    let taken = StdListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = program(&Folders::new(), "http://127.0.0.1:9", &address).output().await.unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(text.contains(&address) && text.contains("STOWAGE_LISTEN"), "{text}");
}

#[tokio::test]
async fn a_configuration_that_cannot_be_used_is_told_in_lines() {
    let mut command = program(&Folders::new(), "", "nowhere");
    let output = command.output().await.unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        text.contains("REGISTRY_URL is not set") && text.contains("STOWAGE_LISTEN=\"nowhere\""),
        "{text}"
    );
}

#[tokio::test]
async fn the_log_is_json_without_credentials_or_cookies() {
    let folders = Folders::new();
    let (mut child, address) = start(&folders, "http://127.0.0.1:9").await;
    let headers = "Authorization: Bearer hunter2\r\nCookie: stowage_session=hunter2\r\nX-Request-Id: from-the-proxy\r\n";
    let answer = head(&mut send(&address, "/api/v1/registries?token=hunter2", headers).await).await;
    assert!(answer.contains("x-request-id: from-the-proxy"), "{answer}");
    signal(&child, "TERM").await;
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(!log.contains("hunter2"), "{log}");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["url.path"] == "/api/v1/registries").unwrap();
    assert_eq!(line["http.response.status_code"], 400);
    assert_eq!(line["http.route"], "/api/v1/registries");
    assert_eq!(line["request_id"], "from-the-proxy");
    assert_eq!(line["problem.kind"], "parameters-invalid");
}

#[tokio::test]
async fn the_command_line_says_what_there_is() {
    let say = async |argument: &str| {
        let output = program(&Folders::new(), "", "").arg(argument).output().await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let (is_well, out, _) = say("--version").await;
    assert!(is_well && out == format!("stowage {}\n", env!("CARGO_PKG_VERSION")), "{out}");
    let (is_well, out, _) = say("--help").await;
    assert!(is_well && ["serve", "config", "--config <FILE>"].iter().all(|it| out.contains(it)), "{out}");
    let (is_well, _, errors) = say("sevre").await;
    assert!(!is_well && errors.contains("'serve'"), "{errors}");
}
