//! What somebody might try who means harm. Forged requests, sessions and sign-in are tried in `access`, what registries
//! might send in the tests of the client and of the browser.

use std::io::ErrorKind::WouldBlock;

use axum::body::Body;
use axum::http::Request;
use registry::fake::{Answer, Fake};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Folders, Server, program, ready, start};

/// Ways out of a path, as browsers and programs can send them.
const WAYS_OUT: [&str; 14] = [
    "..",
    "../..",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%2e%2e%2f",
    "..%5c..%5c",
    "team/../../_catalog",
    "team/%2e%2e/%2e%2e/_catalog",
    "team%2f..%2f..",
    "team/%00",
    "team//x",
    "./team",
    "team/.",
    "%252e%252e%252f",
];

#[tokio::test]
async fn no_name_leads_out_of_a_repository() {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::json(&json!({})));
    let url = fake.url();
    let server = Server::of(url.as_str());
    let registry = format!("127.0.0.1:{}", url.port().unwrap());
    for way in WAYS_OUT {
        for path in [
            format!("/{registry}/{way}"),
            format!("/{registry}/{way}:latest"),
            format!("/pkg/{way}"),
            format!("/api/v1/tags?repository={way}"),
            format!("/api/v1/image?repository={way}&reference=latest"),
            format!("/api/v1/image?repository=team/x&reference={way}"),
            format!("/api/v1/image/manifest?repository={way}&reference=latest"),
        ] {
            let answer = server.get(&path).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
            assert!(!answer.text().contains("root:x:0"), "{path}");
        }
        for form in ["/refresh", "/scans", "/plans", "/repositories"] {
            let body =
                format!("registry={registry}&repository={way}&name={way}&tag=x&here=/{registry}/{way}");
            let answer = server.post(form, &body, &[]).await;
            assert!(!answer.status.is_server_error(), "{form} {way}: {}", answer.status);
        }
    }
    let seen = fake.seen();
    let odd =
        seen.iter().filter(|it| it.path.contains("..") || it.path.contains('%') || it.path.contains("//"));
    assert_eq!(odd.map(|it| &it.path).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn nothing_that_is_sent_writes_lines_into_the_log_or_headers_into_the_answer() {
    let folders = Folders::new();
    let mut command = program(&folders, "http://127.0.0.1:9", "127.0.0.1:0");
    command.env("STOWAGE_LOG", "info");
    let (mut child, address) = ready(command).await;
    let injected = "x%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0aINFO%20forged";
    for target in [
        format!("/127.0.0.1:9/{injected}"),
        format!("/login?next=/{injected}"),
        format!("/{injected}"),
        format!("/api/v1/tags?repository={injected}"),
        format!("/search?q={injected}"),
    ] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let head = answer.split("\r\n\r\n").next().unwrap().to_lowercase();
        assert!(head.starts_with("http/1.1 ") && !head.contains("set-cookie: a=b"), "{target}: {head}");
    }
    child.start_kill().unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(log.contains("answered"), "{log}");
    let forged = |line: &str| line.trim_start().starts_with("INFO forged") || line.starts_with("Set-Cookie");
    assert!(!log.lines().any(forged), "{log}");
}

#[tokio::test]
async fn json_that_is_deep_large_or_broken_is_refused() {
    let server = Server::of("http://127.0.0.1:9");
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let nested = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
    let large = format!(r#"{{"repository":"{}"}}"#, "a".repeat(2 << 20));
    for path in ["/api/v1/plans", "/api/v1/jobs", "/api/v1/scans", "/api/v1/trash/1/restore"] {
        for body in [deep.as_str(), &nested, &large, "", "{", "null", "\u{0}", r#"{"repository":1}"#] {
            let request = Request::post(path).header("content-type", "application/json");
            let answer = server.send(request.body(Body::from(body.to_owned())).unwrap()).await;
            assert!(answer.status.is_client_error(), "{path} {:.20}: {}", body, answer.status);
        }
    }
}

#[tokio::test]
async fn what_a_registry_has_packed_is_not_unpacked() {
    let fake = Fake::start().await;
    // A gzip stream of zeros, a thousand times as large when it is unpacked; its beginning is enough to be taken for one.
    let packed = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0; 4096]].concat();
    let bomb = Answer::ok("application/json", packed).header("content-encoding", "gzip");
    fake.on("GET", "/v2/team/x/tags/list", bomb);
    let server = Server::of(fake.url().as_str());
    let problem = server.get("/api/v1/tags?repository=team/x").await;
    assert_eq!(problem.status, 502, "{}", problem.text());
}

#[tokio::test]
async fn ten_thousand_slow_connections_from_one_address_keep_nobody_else_out() {
    let folders = Folders::new();
    let (child, address) = start(&folders, "http://127.0.0.1:9").await;
    let server: std::net::SocketAddr = address.parse().unwrap();
    let mut slow = Vec::new();
    for _ in 0..10_000 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        // Those that are hung up on at once are as good as those that hang.
        if let Ok(mut stream) = socket.connect(server).await {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: stow").await;
            slow.push(stream);
        }
    }
    assert!(slow.len() > 5000, "{}", slow.len());
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server).await.unwrap();
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    // Most of the slow ones were hung up on, so that their share is bounded.
    let is_open =
        |it: &&TcpStream| matches!(it.try_read(&mut [0; 1]), Err(error) if error.kind() == WouldBlock);
    for attempt in 0.. {
        let open = slow.iter().filter(is_open).count();
        if open <= 1024 {
            break;
        }
        assert!(attempt < 200, "{open}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    drop(child);
}

#[tokio::test]
async fn a_client_that_does_not_end_its_request_is_hung_up_on() {
    let folders = Folders::new();
    let variables = folders.variables().into_iter().chain([
        ("REGISTRY_URL", "http://127.0.0.1:9".to_owned()),
        ("STOWAGE_LISTEN", "127.0.0.1:0".to_owned()),
    ]);
    let config = server::Config::read(&variables.collect()).unwrap();
    let limits = server::Limits { head: std::time::Duration::from_millis(200), ..server::Limits::default() };
    let server = server::Server::bind(config).await.unwrap().with_limits(limits);
    let address = server.address();
    let signals = server::shutdown::Signals::listen().unwrap();
    let serving = tokio::spawn(server.run(signals));
    for beginning in ["", "GET / HTTP/1.1\r\nHost: s", "POST /plans HTTP/1.1\r\n"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{:?}", String::from_utf8_lossy(&rest));
    }
    serving.abort();
}
