//! A registry of every kind, for tests in a browser.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use testbed::fakes::Fake;
use testbed::samples::{self, Clock};
use testbed::token_server::{ADMIN, Credentials, READER, TEAM};
use testbed::{Authority, Distribution, Ferro, Pusher, TokenServer};

use super::stop;

/// What the registries with access control hold; they share one folder.
const FEW: &[&str] = &[samples::ALPINE_LIKE, samples::CHARTS_WEB, samples::CLI];

const PASSWORD: Credentials = Credentials { user: "ada", password: "lovelace" };

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Prints one line of JSON with the addresses, instead of a text for people.
    #[arg(long)]
    json: bool,
    /// The moment that dates are counted back from; without it, now.
    #[arg(long, value_parser = super::clock)]
    clock: Option<Clock>,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let clock = self.clock.unwrap_or_else(Clock::now);
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let (open, few) = tokio::try_join!(open(clock), few(folder.path(), clock))?;
        let no_delete = Distribution::builder().root(open.storage()).start().await?;
        let readonly =
            Distribution::builder().delete(true).readonly(true).root(open.storage()).start().await?;

        let root = few.storage();
        let password =
            Distribution::builder().htpasswd(PASSWORD.user, PASSWORD.password).delete(true).root(root);
        let password = password.start().await?;
        let authority = Authority::new()?;
        let ca = save(folder.path(), "ca.pem", &authority.ca_pem())?;
        let cosign = save(folder.path(), "cosign.pub", &samples::cosign_public_key())?;
        let identity = save(folder.path(), "client.pem", &authority.client_identity_pem()?)?;
        let tls = Distribution::builder().tls(&authority).delete(true).root(root).start().await?;
        let mutual = Distribution::builder().tls(&authority).client_ca(&authority).root(root).start().await?;
        let tokens = TokenServer::start()?;
        let token = Distribution::builder().token_auth(&tokens).delete(true).root(root).start().await?;

        let ferro = Ferro::start()?;
        let signed = samples::one(samples::SIGNED, clock).context("there is such a sample")?;
        signed.push(&Pusher::new(&ferro.url())).await?;
        let empty = Distribution::builder().delete(true).start().await?;
        let no_catalog = Fake::refusing_catalog(&open.url())?;
        let (html, busy, silent) = (Fake::html()?, Fake::busy()?, Fake::silent()?);
        let down = {
            // Its port is free again as soon as it is dropped.
            Fake::html()?.url()
        };

        self.print(&json!({
            "open": { "url": open.url(), "storage": open.storage() },
            "noDelete": { "url": no_delete.url() },
            "readonly": { "url": readonly.url() },
            "empty": { "url": empty.url() },
            "password": with(&password, PASSWORD),
            "tls": { "url": tls.url(), "ca": ca },
            "clientCertificate": { "url": mutual.url(), "ca": ca, "identity": identity },
            "token": {
                "url": token.url(),
                "realm": tokens.realm(),
                "admin": credentials(ADMIN),
                "reader": credentials(READER),
                "team": credentials(TEAM),
            },
            "cosign": { "key": cosign },
            "referrers": { "url": ferro.url() },
            "noCatalog": { "url": no_catalog.url() },
            "html": { "url": html.url() },
            "busy": { "url": busy.url() },
            "silent": { "url": silent.url() },
            "down": { "url": down },
        }));
        tokio::select! {
            signal = stop::signalled() => signal?,
            closed = stop::stdin_closed() => closed?,
        }
        Ok(())
    }

    fn print(&self, addresses: &Value) {
        if self.json {
            println!("{addresses}");
        } else {
            println!("{addresses:#}");
        }
    }
}

async fn open(clock: Clock) -> anyhow::Result<Distribution> {
    let registry = Distribution::builder().delete(true).start().await?;
    samples::fill(&registry, samples::all(clock)).await?;
    Ok(registry)
}

/// Fills the folder that the registries with access control share, through one without.
async fn few(folder: &Path, clock: Clock) -> anyhow::Result<Distribution> {
    let registry = Distribution::builder().root(folder.join("few")).start().await?;
    samples::fill(&registry, FEW.iter().filter_map(|name| samples::one(name, clock))).await?;
    Ok(registry)
}

fn credentials(of: Credentials) -> Value {
    json!({ "user": of.user, "password": of.password })
}

fn with(registry: &Distribution, of: Credentials) -> Value {
    json!({ "url": registry.url(), "user": of.user, "password": of.password })
}

fn save(folder: &Path, name: &str, text: &str) -> anyhow::Result<std::path::PathBuf> {
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
