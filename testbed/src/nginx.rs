//! Debian's `nginx` as a child process: the reverse proxy that people put in front of Stowage.

mod configuration;

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::error::{Doing, Error, Result};
use crate::program::{self, Guarded};
use crate::tls::Authority;
use configuration::Configuration;

/// Generous, because the machine may be compiling at the same time.
const DEADLINE: Duration = Duration::from_secs(60);
const INTERVAL: Duration = Duration::from_millis(20);
/// How often another free port is tried when someone else was quicker.
const ATTEMPTS: usize = 5;

/// A running nginx. Dropping it ends the process and removes its folder.
#[derive(Debug)]
pub struct Nginx {
    // Fields are dropped in this order: the process ends before its folder goes.
    _process: Guarded,
    folder: TempDir,
    port: u16,
    https: bool,
    prefix: String,
}

/// What kind of proxy to start.
#[derive(Debug)]
pub struct Builder {
    upstreams: Vec<String>,
    prefix: String,
    tls: Option<Authority>,
    port: Option<u16>,
}

impl Nginx {
    /// A proxy in front of servers, each `127.0.0.1:12345`, that takes them in turn and speaks plain HTTP.
    pub fn before(upstreams: impl IntoIterator<Item = impl Into<String>>) -> Builder {
        let upstreams = upstreams.into_iter().map(Into::into).collect();
        Builder { upstreams, prefix: "/".to_owned(), tls: None, port: None }
    }

    /// Where the servers are found through it, with a slash at the end: `https://127.0.0.1:12345/registry-ui/`.
    pub fn url(&self) -> String {
        format!("{}://{}{}", if self.https { "https" } else { "http" }, self.host(), self.prefix)
    }

    /// `127.0.0.1:12345`
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A line for each request: its method and path, the servers that it was passed to, the status that each of them
    /// answered.
    pub fn requests(&self) -> String {
        self.read("access.log")
    }

    /// What went wrong, in nginx's own words.
    pub fn log(&self) -> String {
        self.read("error.log")
    }

    fn read(&self, name: &str) -> String {
        let bytes = std::fs::read(self.folder.path().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Builder {
    /// Only passes on what is below a path, `/registry-ui/`, and leaves that in front of it.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// Speaks HTTPS with a certificate of an authority.
    #[must_use]
    pub fn tls(mut self, authority: &Authority) -> Self {
        self.tls = Some(authority.clone());
        self
    }

    /// Listens on a port of 127.0.0.1 in place of any that is free.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Starts it, and returns when it listens.
    ///
    /// # Errors
    /// When there is no `nginx` program, the port is taken, or the process ends or does not listen in time.
    pub async fn start(self) -> Result<Nginx> {
        let mut attempt = 1;
        loop {
            match self.try_start().await {
                Err(Error::PortTaken(_)) if self.port.is_none() && attempt < ATTEMPTS => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    async fn try_start(&self) -> Result<Nginx> {
        let program = program::find("nginx", "STOWAGE_NGINX")?;
        let folder = tempfile::Builder::new()
            .prefix("stowage-nginx-")
            .tempdir()
            .doing(|| "cannot make a temporary folder".to_owned())?;
        let port = match self.port {
            Some(port) => port,
            None => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                .and_then(|listener| listener.local_addr())
                .doing(|| "cannot find a free port".to_owned())?
                .port(),
        };
        let identity = self.tls.as_ref().map(Authority::server).transpose()?;
        let configuration = Configuration {
            port,
            upstreams: &self.upstreams,
            prefix: &self.prefix,
            identity: identity.as_ref(),
        };
        configuration.write(folder.path())?;
        let arguments = [Path::new("-p"), folder.path(), Path::new("-c"), Path::new("nginx.conf")];
        let arguments = [&arguments[..], &[Path::new("-e"), Path::new("stderr")]].concat();
        let log = folder.path().join("error.log");
        let mut process = Guarded::start(&program, &arguments, &log)?;
        let outcome = wait(&mut process, port).await;
        let nginx =
            Nginx { _process: process, folder, port, https: identity.is_some(), prefix: self.prefix.clone() };
        match outcome {
            Ok(()) => Ok(nginx),
            Err(_) if nginx.log().contains("Address already in use") => Err(Error::PortTaken(port)),
            Err(reason) => Err(Error::NotStarted { reason, log: nginx.log() }),
        }
    }
}

/// Returns when something listens and the process has not ended; else the reason why not.
async fn wait(process: &mut Guarded, port: u16) -> Result<(), String> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let listens = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok();
        if let Some(status) = process.ended() {
            return Err(format!("nginx ended with {status}"));
        }
        if listens {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("nginx does not listen after {} seconds", DEADLINE.as_secs()));
        }
        sleep(INTERVAL).await;
    }
}
