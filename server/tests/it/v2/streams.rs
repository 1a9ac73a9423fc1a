//! Large layers, and what breaks off in the middle of one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::Running;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// As much as a large layer has in each direction, and what the process may grow by meanwhile.
const LARGE: u64 = 1 << 30;
const GROWTH: u64 = 64 << 20;

/// Reads up to the end of a head.
async fn head(connection: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && connection.read_line(&mut head).await.unwrap() > 0 {}
    head
}

/// Sends as many bytes as it is told.
async fn send(connection: &mut BufReader<TcpStream>, bytes: u64) {
    let chunk = vec![7; 1 << 20];
    let mut left = bytes;
    while left > 0 {
        let now = usize::try_from(left).unwrap_or(chunk.len()).min(chunk.len());
        connection.write_all(&chunk[..now]).await.unwrap();
        left -= now as u64;
    }
}

/// Reads as many bytes as it is told, or until there are no more; returns how many that were.
async fn receive(connection: &mut BufReader<TcpStream>, bytes: u64) -> u64 {
    let mut chunk = vec![0; 1 << 20];
    let mut got = 0;
    while got < bytes {
        match connection.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(n) => got += n as u64,
        }
    }
    got
}

/// A registry that sends and takes what it is told, as fast as it can.
async fn registry(taken: Arc<AtomicU64>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let taken = Arc::clone(&taken);
            tokio::spawn(async move {
                let mut connection = BufReader::new(stream);
                let head = head(&mut connection).await.to_ascii_lowercase();
                let length = head.lines().find_map(|it| it.strip_prefix("content-length: ")?.parse().ok());
                if head.starts_with("get /v2/a/blobs/") {
                    let answer =
                        format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\nConnection: close\r\n\r\n");
                    connection.write_all(answer.as_bytes()).await.unwrap();
                    send(&mut connection, LARGE).await;
                } else if head.starts_with("patch ") {
                    taken.fetch_add(receive(&mut connection, length.unwrap()).await, Ordering::Relaxed);
                    let answer = "HTTP/1.1 202 Accepted\r\nLocation: /v2/a/blobs/uploads/1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                    connection.write_all(answer.as_bytes()).await.unwrap();
                } else {
                    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
                    connection.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    url
}

/// A connection over which the head of a request was sent.
async fn request(address: &str, line: &str, headers: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("{line} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    BufReader::new(stream)
}

/// The most memory that the process ever had, in bytes.
fn peak(running: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.child.id().unwrap())).unwrap();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_layer_takes_no_memory_in_either_direction() {
    let taken = Arc::<AtomicU64>::default();
    let running = Running::start(&registry(Arc::clone(&taken)).await, &[]).await;
    let mut first = request(&running.address, "GET /v2/", "Connection: close\r\n").await;
    assert!(head(&mut first).await.starts_with("HTTP/1.1 200 "));
    let before = peak(&running);

    let mut pull = request(&running.address, &format!("GET /v2/a/blobs/{DIGEST}"), "").await;
    let answer = head(&mut pull).await;
    assert!(answer.contains(&format!("content-length: {LARGE}")), "{answer}");
    assert_eq!(receive(&mut pull, LARGE).await, LARGE);

    let headers = format!("Content-Length: {LARGE}\r\nContent-Type: application/octet-stream\r\n");
    let mut push = request(&running.address, "PATCH /v2/a/blobs/uploads/1", &headers).await;
    send(&mut push, LARGE).await;
    assert!(head(&mut push).await.starts_with("HTTP/1.1 202 "));
    assert_eq!(taken.load(Ordering::Relaxed), LARGE);
    let grown = peak(&running) - before;
    assert!(grown < GROWTH, "it grew by {grown} bytes");
}

/// A registry that is spoken to by hand: the connection of the first request that is not a ping.
async fn by_hand() -> (String, oneshot::Receiver<(BufReader<TcpStream>, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (give, given) = oneshot::channel();
    tokio::spawn(async move {
        loop {
            let mut connection = BufReader::new(listener.accept().await.unwrap().0);
            let head = head(&mut connection).await;
            if !head.starts_with("GET /v2/ ") {
                return drop(give.send((connection, head)));
            }
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, given)
}

#[tokio::test]
async fn a_registry_that_dies_in_the_middle_is_no_short_success() {
    for (announced, sent) in [
        ("Content-Length: 1000", "x".repeat(100)),
        ("Transfer-Encoding: chunked", format!("64\r\n{}\r\n", "x".repeat(100))),
    ] {
        let (url, given) = by_hand().await;
        let running = Running::start(&url, &[]).await;
        let mut pull = request(&running.address, &format!("GET /v2/a/blobs/{DIGEST}"), "").await;
        let (mut registry, _) = given.await.unwrap();
        let answer = format!("HTTP/1.1 200 OK\r\n{announced}\r\n\r\n{sent}");
        registry.write_all(answer.as_bytes()).await.unwrap();
        assert!(head(&mut pull).await.starts_with("HTTP/1.1 200 "));
        drop(registry);
        let mut rest = Vec::new();
        let ended = pull.read_to_end(&mut rest).await;
        assert!(rest.len() < 1000 && !rest.ends_with(b"0\r\n\r\n"), "{announced}: {ended:?} {}", rest.len());
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_ends_the_upload_and_the_download() {
    let (url, given) = by_hand().await;
    let running = Running::start(&url, &[]).await;
    let mut push = request(&running.address, "PATCH /v2/a/blobs/uploads/1", "Content-Length: 1000\r\n").await;
    push.write_all(&[7; 100]).await.unwrap();
    let (mut registry, asked) = given.await.unwrap();
    assert!(asked.to_ascii_lowercase().contains("content-length: 1000"), "{asked}");
    assert_eq!(receive(&mut registry, 100).await, 100);
    drop(push);
    // The registry sees that something is missing, and so puts nothing together.
    assert_eq!(receive(&mut registry, 900).await, 0);

    let (url, given) = by_hand().await;
    let running = Running::start(&url, &[]).await;
    let pull = request(&running.address, &format!("GET /v2/a/blobs/{DIGEST}"), "").await;
    let (mut registry, _) = given.await.unwrap();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n");
    registry.write_all(answer.as_bytes()).await.unwrap();
    drop(pull);
    let chunk = vec![7; 1 << 20];
    let mut sent = 0;
    while sent < LARGE && registry.write_all(&chunk).await.is_ok() {
        sent += chunk.len() as u64;
    }
    assert!(sent < LARGE, "the registry goes on sending to nobody");
}
