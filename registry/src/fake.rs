//! A registry for tests that does what it is told: the quirks that no real registry here can show.
//!
//! It answers on `127.0.0.1`, remembers every request, and stops when it is dropped. What is not scripted is answered
//! 404 without a body.

mod answer;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use reqwest::header::HeaderMap;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

pub use answer::Answer;

/// The longest body that is taken, in bytes.
const LONGEST_BODY: usize = 8 << 20;

/// A request that the fake has seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// `GET`, `HEAD`.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// What stands behind the question mark; empty without one.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty unless something is written.
    pub body: Bytes,
}

impl Seen {
    /// The header as text; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
    }
}

type Script = Arc<dyn Fn(&Seen) -> Answer + Send + Sync>;

#[derive(Default)]
struct Shared {
    scripts: Mutex<HashMap<(String, String), Script>>,
    otherwise: Mutex<HashMap<String, Script>>,
    seen: Mutex<Vec<Seen>>,
}

/// The running fake.
pub struct Fake {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Fake {
    /// Starts on a free port, in the current runtime.
    ///
    /// # Panics
    /// If there is no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::<Shared>::default();
        let router = Router::new().fallback(respond).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the fake serves until it is stopped");
        });
        Self { address, shared, server }
    }

    /// The address to configure: `http://127.0.0.1:12345/`.
    pub fn url(&self) -> Url {
        format!("http://{}/", self.address).parse().expect("a socket's address makes an address")
    }

    /// Its host and port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Answers the same each time. The path is the whole one, without a query: `/v2/a/tags/list`.
    pub fn on(&self, method: &str, path: &str, answer: Answer) {
        self.script(method, path, move |_| answer.clone());
    }

    /// Answers every request of this method that is not scripted, as the closure says.
    pub fn otherwise(&self, method: &str, script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) {
        lock(&self.shared.otherwise).insert(method.to_owned(), Arc::new(script));
    }

    /// Answers in turn, and repeats the last answer from then on.
    pub fn in_turn(&self, method: &str, path: &str, answers: impl IntoIterator<Item = Answer>) {
        let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        self.script(method, path, move |_| {
            let mut answers = lock(&answers);
            let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
            next.unwrap_or_else(|| Answer::status(404))
        });
    }

    /// Answers as the closure says.
    pub fn script(&self, method: &str, path: &str, script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) {
        lock(&self.shared.scripts).insert((method.to_owned(), path.to_owned()), Arc::new(script));
    }

    /// All requests so far, the oldest first.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.shared.seen).clone()
    }

    /// The number of requests so far.
    pub fn n_seen(&self) -> usize {
        lock(&self.shared.seen).len()
    }

    /// The requests for this path so far.
    pub fn seen_at(&self, method: &str, path: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|it| it.method == method && it.path == path).collect()
    }

    /// The number of requests for this path so far.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.seen_at(method, path).len()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn respond(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let seen = Seen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: axum::body::to_bytes(body, LONGEST_BODY).await.unwrap_or_default(),
    };
    lock(&shared.seen).push(seen.clone());
    let script = lock(&shared.scripts).get(&(seen.method.clone(), seen.path.clone())).cloned();
    let script = script.or_else(|| lock(&shared.otherwise).get(&seen.method).cloned());
    let answer = script.map_or_else(|| Answer::status(404), |script| script(&seen));
    answer.send().await
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
