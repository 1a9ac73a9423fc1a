//! A gate in front of a registry, which holds requests back until it is opened: whoever made them can be killed in the
//! middle of what they do.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use tokio::sync::watch;

use crate::background::Server;
use crate::error::Result;
use crate::passing_on::{Upstream, pass_on};

/// A registry behind a gate.
#[derive(Debug)]
pub struct Gate {
    server: Server,
    rules: Rules,
}

type Rules = Arc<watch::Sender<Vec<Rule>>>;

/// Which requests are held back.
#[derive(Debug)]
struct Rule {
    method: &'static str,
    part: String,
    n_to_pass: usize,
    n_held: usize,
}

impl Rule {
    fn is_about(&self, method: &str, path: &str) -> bool {
        self.method == method && path.contains(&self.part)
    }
}

impl Gate {
    /// An open gate in front of the registry at an address without a slash at the end.
    ///
    /// # Errors
    /// When no port is free.
    pub fn before(url: &str) -> Result<Self> {
        let rules = Rules::default();
        let state = (Upstream::new(url)?, Arc::clone(&rules));
        let server = Server::start(|_| Router::new().fallback(pass_or_hold).with_state(state))?;
        Ok(Self { server, rules })
    }

    /// `http://127.0.0.1:12345`, without a slash at the end.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Lets so many requests of a method pass whose path contains a text, and holds back those after them.
    pub fn hold(&self, method: &'static str, part: &str, after: usize) {
        let rule = Rule { method, part: part.to_owned(), n_to_pass: after, n_held: 0 };
        self.rules.send_modify(|rules| rules.push(rule));
    }

    /// Waits until so many requests were held back for containing a text.
    pub async fn held(&self, part: &str, n: usize) {
        let is_reached = |rules: &Vec<Rule>| rules.iter().any(|it| it.part == part && it.n_held >= n);
        // It does not close before the gate is dropped.
        let _ = self.rules.subscribe().wait_for(is_reached).await;
    }

    /// Lets everything pass, now and from now on.
    pub fn open(&self) {
        self.rules.send_modify(Vec::clear);
    }
}

async fn pass_or_hold(State((upstream, rules)): State<(Upstream, Rules)>, request: Request) -> Response {
    let (method, path) = (request.method().as_str(), request.uri().path());
    let mut is_held = false;
    rules.send_modify(|rules| {
        if let Some(rule) = rules.iter_mut().find(|it| it.is_about(method, path)) {
            is_held = rule.n_to_pass == 0;
            match is_held {
                true => rule.n_held += 1,
                false => rule.n_to_pass -= 1,
            }
        }
    });
    if is_held {
        let _ = rules.subscribe().wait_for(|rules| !rules.iter().any(|it| it.is_about(method, path))).await;
    }
    pass_on(State(upstream), request).await
}
