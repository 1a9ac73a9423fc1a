//! A server without a socket, and what one asks it.

pub(crate) mod wire;

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Value, json};
use server::config::Variables;
use server::{Access, Config, Services};
use tempfile::TempDir;
use testbed::samples::{self, Clock};
use testbed::{Distribution, Pusher};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tower::ServiceExt;

/// How many may listen to the events of a server without a socket.
pub(crate) const LISTENERS: usize = 2;

/// The folders that every server needs.
pub(crate) struct Folders(TempDir);

impl Folders {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("site/pkg")).unwrap();
        fs::write(folder.path().join("site/pkg/stowage.js"), "export default 1;").unwrap();
        // What stands in the compressed neighbours tells them apart; nothing here decompresses.
        fs::write(folder.path().join("site/pkg/stowage.js.br"), "br").unwrap();
        fs::write(folder.path().join("site/pkg/stowage.js.gz"), "gzip").unwrap();
        fs::write(folder.path().join("site/favicon.svg"), "<svg/>").unwrap();
        Self(folder)
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The variables that lead to them.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let path = |name| self.0.path().join(name).to_str().unwrap().to_owned();
        vec![("STOWAGE_SITE", path("site")), ("STOWAGE_DATA", path("data"))]
    }
}

/// A server without a socket.
pub(crate) struct Server {
    router: Router,
    folders: Folders,
}

impl Server {
    /// A server for the registry at an address.
    pub(crate) fn of(url: &str) -> Self {
        Self::with(&[("REGISTRY_URL", url)])
    }

    pub(crate) fn with(variables: &[(&'static str, &str)]) -> Self {
        Self::configured(variables, |_| {})
    }

    /// A server of a release build, whose files carry hashes in their names.
    pub(crate) fn with_hashed_files() -> Self {
        Self::configured(&[("REGISTRY_URL", "http://127.0.0.1:9")], |config| config.site.hashed = true)
    }

    pub(crate) fn configured(variables: &[(&'static str, &str)], change: impl FnOnce(&mut Config)) -> Self {
        let folders = Folders::new();
        let given = variables.iter().map(|&(name, value)| (name, value.to_owned()));
        let mut config =
            Config::read(&folders.variables().into_iter().chain(given).collect::<Variables>()).unwrap();
        change(&mut config);
        let is_exposed = config.is_exposed();
        let engine = engine::Engine::new(config.registries, engine::Store::new(config.store)).unwrap();
        let engine = engine.with_deletion(config.deletion).with_grants(config.access.grants.clone());
        let engine = engine.with_cosign_keys(config.cosign_keys);
        let access = Access::new(config.access, config.secret_key.as_ref(), &engine, is_exposed).unwrap();
        let services = Services::new(engine, access, config.site)
            .with_pages(config.pages)
            .with_hooks_token(config.hooks_token)
            .with_v2(config.v2);
        Self { router: server::router(services.with_listeners(LISTENERS)), folders }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form, as a program does that says nothing of itself.
    pub(crate) async fn post(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("host", "stowage");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Sends JSON.
    pub(crate) async fn post_json(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Asks again until the answer is as it should be in the end.
    pub(crate) async fn get_until(&self, path: &str, is_reached: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        for _ in 0..400 {
            last = self.get(path).await.json();
            if is_reached(&last) {
                return last;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{path} did not become what it should: {last}");
    }

    /// Scans everything, to its end.
    pub(crate) async fn scan(&self) {
        let begun = self.post_json("/api/v1/scans", &json!({}), &[]).await;
        assert_eq!(begun.status, 202, "{}", begun.text());
        let ended = self.get_until(begun.header("location"), |it| it["state"] != "running").await;
        assert_eq!(ended["state"], "done", "{ended}");
    }

    /// Whether a file of its data holds some bytes.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        let files = fs::read_dir(self.folders.0.path().join("data")).unwrap();
        let contents: Vec<_> = files.map(|it| fs::read(it.unwrap().path()).unwrap()).collect();
        assert!(!contents.is_empty());
        contents.iter().any(|it| it.windows(bytes.len()).any(|window| window == bytes))
    }

    /// Asks for something whose answer does not end.
    pub(crate) async fn respond(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.respond(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 24).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// The real program, with nothing else in its environment.
pub(crate) fn program(folders: &Folders, registry: &str, listen: &str) -> Command {
    let mut command = bare_program(folders);
    command.env("REGISTRY_URL", registry).env("STOWAGE_LISTEN", listen);
    command
}

/// The program with nothing in its environment but what leads to its folders.
pub(crate) fn bare_program(folders: &Folders) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stowage"));
    command
        .env_clear()
        .envs(folders.variables())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Starts the program on a free port, and returns the host and port that it names.
pub(crate) async fn start(folders: &Folders, registry: &str) -> (Child, String) {
    ready(program(folders, registry, "127.0.0.1:0")).await
}

/// Starts a program, and returns the host and port that it names.
pub(crate) async fn ready(mut command: Command) -> (Child, String) {
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
    let address = line.trim().strip_prefix("Stowage is ready at http://").unwrap();
    (child, address.split('/').next().unwrap().to_owned())
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|it| it.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The JSON of a success.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The problem document, whose parts every problem has.
    pub(crate) fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let value: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(value["status"], self.status.as_u16());
        for part in ["title", "detail", "instance"] {
            assert!(value[part].as_str().is_some_and(|it| !it.is_empty()), "{part}: {value}");
        }
        let kind = value["type"].as_str().unwrap().strip_prefix("urn:stowage:problem:").unwrap();
        Problem { status: self.status.as_u16(), kind: kind.to_owned(), value }
    }
}

/// A problem document.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) value: Value,
}

impl Problem {
    #[track_caller]
    pub(crate) fn is(&self, status: u16, kind: &str) -> &Self {
        assert_eq!((self.status, self.kind.as_str()), (status, kind), "{}", self.value);
        self
    }

    pub(crate) fn detail(&self) -> &str {
        self.value["detail"].as_str().unwrap()
    }

    pub(crate) fn remedy(&self) -> &str {
        self.value["remedy"].as_str().unwrap_or_default()
    }
}

/// A registry with some of the samples in it.
pub(crate) async fn registry_with(names: &[&str]) -> Distribution {
    let registry = Distribution::builder().start().await.unwrap();
    let samples = names.iter().map(|name| samples::one(name, Clock::FIXED).unwrap());
    samples::fill(&registry, samples).await.unwrap();
    registry
}

/// Puts a tag on the manifest of another one, as somebody who pushes does.
pub(crate) async fn put_tag(registry: &Distribution, repository: &str, tag: &str, on: &str) {
    let server = Server::of(&registry.url());
    let list = server.get(&format!("/api/v1/tags?repository={repository}&q=/^{on}$/")).await.json();
    let kind = list["items"][0]["media_type"].as_str().unwrap().to_owned();
    let manifest =
        server.get(&format!("/api/v1/image/manifest?repository={repository}&reference={on}")).await.body;
    Pusher::to(registry).manifest(repository, tag, &kind, manifest.into()).await.unwrap();
}

/// The texts at one key of all items of a list.
pub(crate) fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list["items"].as_array().unwrap().iter().map(|item| item[key].as_str().unwrap()).collect()
}
