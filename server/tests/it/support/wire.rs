//! The program, asked over its socket.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::{Answer, ready};

/// The real program, as it runs.
pub(crate) struct Program {
    address: String,
    _child: Child,
}

impl Program {
    /// Starts it. It logs errors only: nobody reads its log, and a pipe that is full would stop it.
    pub(crate) async fn start(mut command: Command) -> Self {
        command.env("STOWAGE_LOG", "error");
        let (child, address) = ready(command).await;
        Self { address, _child: child }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    /// Sends a form, as a program does that says nothing of itself.
    pub(crate) async fn post(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &[&kind[..], headers].concat(), form).await
    }

    /// Sends JSON.
    pub(crate) async fn post_json(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], body).await
    }

    /// Asks with HTTP/1.0, whose answers end with their connection.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let end = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
        let mut head = str::from_utf8(&answer[..end]).unwrap().lines();
        let status = head.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: HeaderMap = head
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap();
                let value = HeaderValue::from_str(value.trim()).unwrap();
                (name.parse::<HeaderName>().unwrap(), value)
            })
            .collect();
        Answer { status, headers, body: answer[end + 4..].to_vec() }
    }
}
