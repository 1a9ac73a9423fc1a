//! The client: reads what a registry holds, and changes it.
//!
//! Every call gives up after a time that the configuration sets, reads no more than a limit, and tries again what may
//! pass by itself. What registries do differently from the specification is dealt with here, so that callers see the
//! specification; where a rule comes from is written beside it.

mod addresses;
mod area;
mod blobs;
mod body;
mod catalog;
mod catalog_mode;
pub(crate) mod challenge;
mod config;
mod credentials;
mod deletion;
mod endpoint;
pub(crate) mod error_body;
mod failure;
mod flights;
mod handshake;
mod hosts;
pub(crate) mod link;
mod manifests;
mod measures;
mod pages;
mod ping;
mod referrers;
mod relay;
mod response;
pub(crate) mod retry_after;
mod session;
mod tags;
mod tls;
mod tokens;
mod transport;
mod uploads;
mod vendor;
mod verify;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::sync::Semaphore;

use crate::digest::Digest;
use crate::error::Error;
use crate::reference::RepositoryName;

use area::Area;
use endpoint::Endpoint;
use flights::Flights;
use measures::Measures;
use response::Response;
use session::Session;
use transport::{Deadline, Request};
use vendor::KeptLogin;

pub use catalog_mode::{CatalogMode, VendorList};
pub use config::{Annotate, ClientConfig, Limits, Timeouts, TlsConfig};
pub use credentials::{Credentials, RenewCredentials, Secret};
pub use deletion::{Deletes, DeletionSupport};
pub use manifests::{ManifestBytes, ManifestHead};
pub use measures::{Raised, count_lookup, count_lookups, describe_metrics};
pub use referrers::ReferrerDescriptor;
pub use relay::{Mount, RelayBody, RelayLocation, RelayRequest, Relayed};
pub use tls::settings as tls_settings;
pub use vendor::{Namespaces, UnknownVendor, Vendor};
pub use verify::{DigestCheck, sha256_of};

/// Speaks to one registry. Clones share connections, tokens and limits.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    config: ClientConfig,
    endpoint: Endpoint,
    host: String,
    session: Session,
    turns: Semaphore,
    measures: Arc<Measures>,
    lacks_referrers: AtomicBool,
    vendor_login: KeptLogin,
    manifests: Flights<(RepositoryName, Digest), ManifestBytes>,
    blobs: Flights<(RepositoryName, Digest, u64), Bytes>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for the registry. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::InvalidConfig`] if the address or a certificate cannot be used.
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        let endpoint = Endpoint::new(config.url.clone())?;
        let measures = Arc::new(Measures::new(&config.name));
        let inner = Inner {
            endpoint,
            host: hosts::name(&config.url),
            session: Session::new(&config, Arc::clone(&measures))?,
            measures,
            turns: Semaphore::new(config.concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            lacks_referrers: AtomicBool::new(false),
            vendor_login: KeptLogin::default(),
            manifests: Flights::default(),
            blobs: Flights::default(),
            config,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A client for the same registry as somebody else, with tokens and a queue of its own.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn with_credentials(&self, credentials: Credentials) -> Result<Self, Error> {
        Self::new(ClientConfig { credentials, renew: None, ..self.config().clone() })
    }

    /// The registry's host, with the port unless it is the usual one.
    pub fn host(&self) -> &str {
        &self.inner.host
    }

    /// Whether the registry counts pulls and refuses them after a number, as Docker Hub does: it has sent
    /// `ratelimit-` headers. `HEAD` is free there, `GET` of a manifest is not.
    pub fn counts_pulls(&self) -> bool {
        self.inner.session.transport.counts_pulls()
    }

    fn config(&self) -> &ClientConfig {
        &self.inner.config
    }

    fn manifest_flights(&self) -> &Flights<(RepositoryName, Digest), ManifestBytes> {
        &self.inner.manifests
    }

    fn blob_flights(&self) -> &Flights<(RepositoryName, Digest, u64), Bytes> {
        &self.inner.blobs
    }

    /// A request for a part of the API.
    fn get(&self, path: &str, limit: u64, what: String) -> Request {
        let url = self.inner.endpoint.url(path, None);
        Request {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            limit,
            what,
            retry: true,
        }
    }

    /// Sends a request when it is its turn. The time that it may take counts from there: a long queue is no failure of
    /// the registry, and moves on because everybody before has a limited time.
    async fn call(&self, request: &Request, area: &Area) -> Result<Response, Error> {
        let _turn = self.inner.measures.turn(&self.inner.turns).await;
        self.call_at_once(request, area).await
    }

    /// The same without waiting for others: for what asks whether the registry answers, however much is asked of it.
    async fn call_at_once(&self, request: &Request, area: &Area) -> Result<Response, Error> {
        let timeouts = self.config().timeouts;
        let deadline = Deadline::after(if *area == Area::Catalog { timeouts.catalog } else { timeouts.call });
        let response = self.inner.session.send(request, area, deadline).await?;
        if response.own && response.status.is_success() && response.is_html() {
            let why =
                "it answered with a web page; a login page or another site may stand before it".to_owned();
            return Err(Error::NotARegistry { host: response.host, why });
        }
        Ok(response)
    }
}
