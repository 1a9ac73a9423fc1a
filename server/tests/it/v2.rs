//! `/v2/`: what clients of registries ask, passed on to real ones.

mod access;
mod clients;
mod notices;
mod passing;
mod quirks;
mod streams;

use std::process::Stdio;

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use testbed::Pusher;
use testbed::samples::digest_of;
use tokio::process::Child;

use crate::support::{Answer, Folders, Server, program, ready};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A server without a socket that passes everything on.
fn server(registry: &str, more: &[(&'static str, &str)]) -> Server {
    let mut variables = vec![("REGISTRY_URL", registry), ("STOWAGE_V2", "true"), ("STOWAGE_V2_PUSH", "true")];
    variables.extend(more);
    Server::with(&variables)
}

/// The real program, which passes everything on.
struct Running {
    child: Child,
    /// Its host and port.
    address: String,
    _folders: Folders,
}

impl Running {
    async fn start(registry: &str, more: &[(&str, &str)]) -> Self {
        let folders = Folders::new();
        let mut command = program(&folders, registry, "127.0.0.1:0");
        command.envs([("STOWAGE_V2", "true"), ("STOWAGE_V2_PUSH", "true"), ("STOWAGE_SCAN_INTERVAL", "off")]);
        // Nobody reads the pipe of its log, and a full one would stop it.
        command.env("STOWAGE_LOG", "warn").stderr(Stdio::inherit());
        command.envs(more.iter().copied());
        let (child, address) = ready(command).await;
        Self { child, address, _folders: folders }
    }

    fn pusher(&self) -> Pusher {
        Pusher::new(&format!("http://{}", self.address))
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

async fn ask(server: &Server, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "stowage");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body)).unwrap()).await
}

async fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(server, "GET", path, headers, Vec::new()).await
}

/// The code of the error that an answer holds, in the form that the protocol has for it.
#[track_caller]
fn code(answer: &Answer) -> String {
    assert_eq!(answer.header("docker-distribution-api-version"), "registry/2.0");
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{}", answer.text()));
    assert!(body["errors"][0]["message"].as_str().is_some_and(|it| !it.is_empty()), "{body}");
    body["errors"][0]["code"].as_str().unwrap().to_owned()
}

/// The JSON of a success, whatever the registry calls its type.
#[track_caller]
fn json_of(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

/// A blob of a length that nobody else has.
fn blob(length: usize, seed: u8) -> (String, Vec<u8>) {
    let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8 ^ seed).collect();
    (digest_of(&bytes), bytes)
}

/// The manifest of an image of one layer.
fn manifest(config: &(String, Vec<u8>), layer: &(String, Vec<u8>)) -> Vec<u8> {
    let descriptor = |kind: &str, (digest, bytes): &(String, Vec<u8>)| json!({ "mediaType": kind, "digest": digest, "size": bytes.len() });
    json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor("application/vnd.oci.image.config.v1+json", config),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
    })
    .to_string()
    .into_bytes()
}

/// Uploads a blob in one piece, and says where the registry has put it.
async fn upload(server: &Server, repository: &str, (digest, bytes): &(String, Vec<u8>)) -> Answer {
    let begun = ask(server, "POST", &format!("/v2/{repository}/blobs/uploads/"), &[], Vec::new()).await;
    assert_eq!(begun.status, 202, "{}", begun.text());
    let location = begun.header("location");
    assert!(location.starts_with(&format!("/v2/{repository}/blobs/uploads/")), "{location}");
    let separator = if location.contains('?') { '&' } else { '?' };
    let path = format!("{location}{separator}digest={digest}");
    ask(server, "PUT", &path, &[("content-type", "application/octet-stream")], bytes.clone()).await
}
