//! `stowage healthcheck`: whether the server that is told the same answers on this machine.
//!
//! It asks `/healthz`, which speaks of the process alone. Whoever asks ends and starts again what is not well, and that
//! brings back no registry that is down; it would take away the pages that Stowage still has from its inventory.
//! Whether requests should be sent to it is another question, and `/readyz` answers that one.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use futures::future::join_all;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::config::{self, ConfigError, Variables};

/// How long one address may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// No answer of ours is longer, in bytes.
const LIMIT: usize = 1024;

/// Why nothing can be said of the server's health, or nothing good.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    /// Where it listens cannot be read.
    #[error("{0}")]
    Config(ConfigError),
    /// The system chose the port, and only the server knows which.
    #[error("{0} leaves the port to the system, so that nobody else knows it; name one with STOWAGE_LISTEN")]
    AnyPort(SocketAddr),
    /// No address has a healthy server.
    #[error("Stowage does not answer: {0}")]
    NoAnswer(String),
}

/// Asks wherever a server may listen that is told this, and returns the address that answered.
pub async fn run(variables: &Variables) -> Result<SocketAddr, Unhealthy> {
    let addresses = config::listen_addresses(variables).map_err(Unhealthy::Config)?;
    if let Some(address) = addresses.iter().find(|it| it.port() == 0) {
        return Err(Unhealthy::AnyPort(*address));
    }
    let reachable: Vec<SocketAddr> = addresses.into_iter().flat_map(reachable).collect();
    let answers = join_all(reachable.iter().map(|address| ask(*address))).await;
    let mut failures = Vec::new();
    for (address, answer) in reachable.into_iter().zip(answers) {
        match answer {
            Ok(()) => return Ok(address),
            Err(why) => failures.push(format!("http://{address}/healthz {why}")),
        }
    }
    Err(Unhealthy::NoAnswer(failures.join(", ")))
}

/// Where one reaches a listener on this machine. That on all of IPv6 has IPv4 as well, and a container may have no
/// other.
fn reachable(address: SocketAddr) -> Vec<SocketAddr> {
    let (v4, v6) = (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into());
    let hosts = match address {
        SocketAddr::V4(it) if it.ip().is_unspecified() => vec![v4],
        SocketAddr::V6(it) if it.ip().is_unspecified() => vec![v6, v4],
        _ => return vec![address],
    };
    hosts.into_iter().map(|host| SocketAddr::new(host, address.port())).collect()
}

async fn ask(address: SocketAddr) -> Result<(), String> {
    match tokio::time::timeout(PATIENCE, healthz(address)).await {
        Ok(answer) => answer,
        Err(_) => Err(format!("does not answer within {} seconds", PATIENCE.as_secs())),
    }
}

async fn healthz(address: SocketAddr) -> Result<(), String> {
    let stream = TcpStream::connect(address).await.map_err(|error| format!("cannot be reached ({error})"))?;
    let broken = |error: hyper::Error| format!("breaks off ({error})");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let exchange = async {
        let request = Request::get("/healthz").header(header::HOST, address.to_string());
        let request = request.body(Empty::<Bytes>::new()).map_err(|error| error.to_string())?;
        let answer = sender.send_request(request).await.map_err(broken)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LIMIT).collect().await;
        let body = body.map_err(|error| format!("breaks off ({error})"))?.to_bytes();
        // Something else may have the port that this server could not have.
        let is_ours = serde_json::from_slice::<serde_json::Value>(&body).is_ok_and(|it| it["status"] == "ok");
        match status {
            StatusCode::OK if is_ours => Ok(()),
            _ => Err(format!("is answered with {status}, and not by a healthy Stowage")),
        }
    };
    tokio::select! {
        answer = exchange => answer,
        // It ends by itself only when there will be no answer.
        ended = connection => Err(ended.err().map_or_else(|| "breaks off".to_owned(), broken)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_are_asked_on_this_machine() {
        let of = |text: &str| {
            let hosts = reachable(text.parse().unwrap());
            hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(of("[::]:80"), "[::1]:80 127.0.0.1:80");
        assert_eq!(of("192.0.2.1:80"), "192.0.2.1:80");
    }
}
