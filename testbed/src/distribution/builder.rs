//! What kind of registry to start.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use super::Distribution;
use super::configuration::{Auth, Configuration, Tls};
use crate::error::{Doing, Error, Result};
use crate::tls::Authority;
use crate::token_server::TokenServer;

/// How often another free port is tried when someone else was quicker.
const ATTEMPTS: usize = 5;

/// The choices for a [`Distribution`].
#[derive(Debug, Default)]
pub struct Builder {
    users: Vec<(String, String)>,
    token: Option<Auth>,
    tls: Option<(Authority, bool)>,
    client_ca: Option<Authority>,
    delete: bool,
    readonly: bool,
    schema1: bool,
    descriptor_cache: bool,
    sections: String,
    port: Option<u16>,
    root: Option<PathBuf>,
}

impl Builder {
    /// Demands this user name and password (HTTP basic); may be called for several users.
    #[must_use]
    pub fn htpasswd(mut self, user: &str, password: &str) -> Self {
        self.users.push((user.to_owned(), password.to_owned()));
        self
    }

    /// Demands tokens of this server, which must live as long as the registry is used.
    #[must_use]
    pub fn token_auth(mut self, server: &TokenServer) -> Self {
        self.token = Some(Auth::Token {
            realm: server.realm(),
            service: server.service().to_owned(),
            issuer: server.issuer().to_owned(),
            root_pem: server.root_pem(),
        });
        self
    }

    /// Serves HTTPS with a certificate of this authority for `127.0.0.1` and `localhost`.
    #[must_use]
    pub fn tls(mut self, authority: &Authority) -> Self {
        self.tls = Some((authority.clone(), true));
        self
    }

    /// Serves HTTPS with a certificate that ran out years ago.
    #[must_use]
    pub fn expired_tls(mut self, authority: &Authority) -> Self {
        self.tls = Some((authority.clone(), false));
        self
    }

    /// Demands a client certificate of this authority; needs [`tls`](Self::tls).
    #[must_use]
    pub fn client_ca(mut self, authority: &Authority) -> Self {
        self.client_ca = Some(authority.clone());
        self
    }

    /// Whether manifests and blobs can be deleted (`REGISTRY_STORAGE_DELETE_ENABLED`).
    #[must_use]
    pub fn delete(mut self, enabled: bool) -> Self {
        self.delete = enabled;
        self
    }

    /// Whether every write is refused (`storage.maintenance.readonly`).
    #[must_use]
    pub fn readonly(mut self, enabled: bool) -> Self {
        self.readonly = enabled;
        self
    }

    /// Whether manifests of Docker's schema 1 can be pushed.
    #[must_use]
    pub fn schema1(mut self, enabled: bool) -> Self {
        self.schema1 = enabled;
        self
    }

    /// Whether it remembers in memory which blobs it has, as the configuration does that it is shipped with. What is
    /// done to its files behind its back is then not seen.
    #[must_use]
    pub fn descriptor_cache(mut self, enabled: bool) -> Self {
        self.descriptor_cache = enabled;
        self
    }

    /// Adds sections to its configuration, in YAML, such as `notifications:` with what belongs to it.
    #[must_use]
    pub fn sections(mut self, yaml: &str) -> Self {
        self.sections.push_str(yaml);
        self.sections.push('\n');
        self
    }

    /// Listens on this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Keeps its data in this folder, which is left behind, instead of a temporary one.
    #[must_use]
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.root = Some(folder.into());
        self
    }

    /// Starts the registry and returns when it answers.
    ///
    /// # Errors
    /// When there is no `docker-registry` program, the port is taken, or the process ends or does not answer in time.
    pub async fn start(self) -> Result<Distribution> {
        let program = super::is_installed()?;
        let folder = tempfile::Builder::new()
            .prefix("stowage-registry-")
            .tempdir()
            .doing(|| "cannot make a temporary folder".to_owned())?;
        let storage = self.root.clone().unwrap_or_else(|| folder.path().join("storage"));
        std::fs::create_dir_all(&storage).doing(|| format!("cannot make {}", storage.display()))?;
        let identity_pem = self.client_ca.as_ref().map(Authority::client_identity_pem).transpose()?;
        let mut registry = Distribution {
            process: None,
            program,
            folder,
            storage,
            port: 0,
            https: self.tls.is_some(),
            identity_pem,
        };
        let mut attempt = 1;
        loop {
            registry.port = self.free_port()?;
            self.configuration(&registry)?.write(registry.folder.path())?;
            match registry.restart().await {
                Err(Error::PortTaken(_)) if self.port.is_none() && attempt < ATTEMPTS => attempt += 1,
                outcome => return outcome.map(|()| registry),
            }
        }
    }

    fn free_port(&self) -> Result<u16> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port.unwrap_or(0)));
        match (listener, self.port) {
            (Err(_), Some(port)) => Err(Error::PortTaken(port)),
            (listener, _) => listener
                .and_then(|listener| listener.local_addr())
                .map(|address| address.port())
                .doing(|| "cannot find a free port".to_owned()),
        }
    }

    fn configuration(&self, registry: &Distribution) -> Result<Configuration> {
        let tls = match &self.tls {
            None => None,
            Some((authority, valid)) => Some(Tls {
                identity: if *valid { authority.server()? } else { authority.expired_server()? },
                client_ca_pem: self.client_ca.as_ref().map(Authority::ca_pem),
            }),
        };
        let auth = match &self.token {
            Some(token) => Some(token.clone()),
            None if self.users.is_empty() => None,
            None => Some(Auth::Htpasswd(self.users.clone())),
        };
        Ok(Configuration {
            storage: registry.storage.clone(),
            port: registry.port,
            delete: self.delete,
            readonly: self.readonly,
            schema1: self.schema1,
            descriptor_cache: self.descriptor_cache,
            tls,
            auth,
            sections: self.sections.clone(),
        })
    }
}
