//! A reverse proxy, for tests in a browser.

use std::fs;

use anyhow::Context;
use serde_json::json;
use testbed::{Authority, Nginx};

use super::stop;

#[derive(Debug, clap::Args)]
pub(super) struct Proxy {
    /// The servers that it takes in turn, 127.0.0.1:8080.
    #[arg(required = true)]
    upstreams: Vec<String>,
    /// Only passes on what is below this path, and leaves it there: /registry-ui/.
    #[arg(long, default_value = "/")]
    prefix: String,
    /// Speaks HTTPS, with a certificate of an authority of its own.
    #[arg(long)]
    tls: bool,
    /// The port of 127.0.0.1 that it listens on; without it, any that is free.
    #[arg(long)]
    port: Option<u16>,
}

impl Proxy {
    /// Prints its address as one line of JSON, and runs until standard input closes.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut builder = Nginx::before(self.upstreams).prefix(&self.prefix);
        if let Some(port) = self.port {
            builder = builder.port(port);
        }
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let ca = folder.path().join("ca.pem");
        if self.tls {
            let authority = Authority::new()?;
            fs::write(&ca, authority.ca_pem()).with_context(|| format!("cannot write {}", ca.display()))?;
            builder = builder.tls(&authority);
        }
        let nginx = builder.start().await?;
        println!("{}", json!({ "url": nginx.url(), "ca": self.tls.then_some(ca) }));
        tokio::select! {
            signal = stop::signalled() => signal?,
            closed = stop::stdin_closed() => closed?,
        }
        Ok(())
    }
}
