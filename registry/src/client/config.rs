//! What a client has to be told.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderMap;
use url::Url;

use crate::client::catalog_mode::CatalogMode;
use crate::client::credentials::{Credentials, RenewCredentials};
use crate::client::hosts;

/// How to trust the registry, and how it may trust us.
#[derive(Clone, Default)]
pub struct TlsConfig {
    /// Certificates of authorities to trust besides those of the system, in PEM form.
    pub ca_pem: Option<Vec<u8>>,
    /// A client certificate (with its chain) and its private key, one after the other in PEM form.
    pub client_identity_pem: Option<Vec<u8>>,
    /// Take any certificate. Whoever sits between can then read the credentials.
    pub skip_verify: bool,
}

impl fmt::Debug for TlsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = |pem: &Option<Vec<u8>>| if pem.is_some() { "<redacted>" } else { "none" };
        f.debug_struct("TlsConfig")
            .field("ca_pem", &given(&self.ca_pem))
            .field("client_identity_pem", &given(&self.client_identity_pem))
            .field("skip_verify", &self.skip_verify)
            .finish()
    }
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For one call, with its redirects, tokens and retries, from the moment it gets its turn.
    pub call: Duration,
    /// The same for one page of the catalog, which some registries walk their whole storage for.
    pub catalog: Duration,
    /// The longest pause that a registry may ask for before a call is given up instead.
    pub retry_after: Duration,
    /// How long nothing may move of what is passed on, in either direction, before it is given up.
    pub stalled: Duration,
    /// For the answer to what was passed on to be written, after the last of it was sent: a registry may first have to
    /// hash a large layer, or to put it together in its store.
    pub written: Duration,
}

/// How much to read, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A manifest. 4 MiB is what registries take.
    pub manifest: u64,
    /// One page of a listing.
    pub page: u64,
    /// The answer of a token server.
    pub token: u64,
    /// The part of an error's body that is looked at.
    pub error_body: u64,
    /// Pages of one listing, against registries whose pages never end.
    pub pages: u64,
}

/// Adds headers that tell the registry on behalf of what it is asked, such as the id of a request. It is called in the
/// span of what is sent.
pub type Annotate = fn(&mut HeaderMap);

/// What a client has to be told about its registry. [`ClientConfig::new`] gives the defaults.
#[derive(Clone)]
pub struct ClientConfig {
    /// What metrics and traces call the registry.
    pub name: String,
    /// The address before `/v2/`, with the path that a reverse proxy puts before it: `https://host/prefix/`.
    pub url: Url,
    /// Who we are.
    pub credentials: Credentials,
    /// Who we are by now, which is asked when the registry refuses the credentials.
    pub renew: Option<RenewCredentials>,
    /// Where the list of repositories comes from.
    pub catalog: CatalogMode,
    /// Headers for the registry itself besides those of the protocol, which they never replace. What may be a secret is
    /// marked as sensitive.
    pub headers: HeaderMap,
    /// Headers that differ from request to request, also for the registry itself only.
    pub annotate: Annotate,
    /// Certificates.
    pub tls: TlsConfig,
    /// Hosts (`minio.internal`, `10.0.0.5:9000`) that token realms and redirects may lead to although their addresses
    /// are private; `*` stands for all. The registry's own host needs no mention.
    pub trusted_hosts: Vec<String>,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// How much to read.
    pub limits: Limits,
    /// How many calls may be under way at once.
    pub concurrency: usize,
    /// How often a call is repeated after a failure that may pass.
    pub retries: usize,
    /// The pause before the first repetition; each further one is about twice as long.
    pub retry_pause: Duration,
    /// How many entries to ask for in a page of a listing. Registries refuse more than 1000.
    pub page_size: u32,
    /// How we introduce ourselves.
    pub user_agent: String,
}

impl ClientConfig {
    /// An anonymous client for the registry at `url`, with limits that suit all registries we know.
    pub fn new(url: Url) -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            name: hosts::name(&url),
            url,
            credentials: Credentials::Anonymous,
            renew: None,
            catalog: CatalogMode::Full,
            headers: HeaderMap::new(),
            annotate: |_| {},
            tls: TlsConfig::default(),
            trusted_hosts: Vec::new(),
            timeouts: Timeouts {
                connect: Duration::from_secs(5),
                call: Duration::from_secs(30),
                catalog: Duration::from_secs(120),
                retry_after: Duration::from_secs(10),
                stalled: Duration::from_secs(60),
                written: Duration::from_secs(15 * 60),
            },
            limits: Limits {
                manifest: 4 * MIB,
                page: 16 * MIB,
                token: MIB,
                error_body: 64 * 1024,
                pages: 10_000,
            },
            concurrency: 32,
            retries: 3,
            retry_pause: Duration::from_millis(200),
            page_size: 1000,
            user_agent: concat!("stowage/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address with a password in it is refused later, and may be printed before.
        let mut url = self.url.clone();
        if !url.username().is_empty() || url.password().is_some() {
            let _ = url.set_username("redacted");
            let _ = url.set_password(None);
        }
        f.debug_struct("ClientConfig")
            .field("name", &self.name)
            .field("url", &url.as_str())
            .field("credentials", &self.credentials)
            .field("catalog", &self.catalog)
            .field("headers", &self.headers)
            .field("tls", &self.tls)
            .field("trusted_hosts", &self.trusted_hosts)
            .field("timeouts", &self.timeouts)
            .field("limits", &self.limits)
            .field("concurrency", &self.concurrency)
            .field("retries", &self.retries)
            .field("page_size", &self.page_size)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::credentials::Secret;

    #[test]
    fn prints_no_secret() {
        let mut config = ClientConfig::new("https://someone:hunter2@registry.example".parse().unwrap());
        config.credentials =
            Credentials::Basic { username: "reader".to_owned(), password: Secret::new("hunter2") };
        let mut header = reqwest::header::HeaderValue::from_static("hunter2");
        header.set_sensitive(true);
        config.headers.insert("x-key", header);
        config.tls.client_identity_pem = Some(b"hunter2".to_vec());
        let text = format!("{config:?} {config:#?}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!text.contains("104, 117, 110"), "{text}");
        assert!(text.contains("<redacted>"));
    }
}
