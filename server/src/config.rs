//! What the server is told when it starts.
//!
//! Only [`Config::from_env`] reads the environment, and only `main` calls it; everything else is given typed values.

mod access;
mod data;
mod database;
mod deletion;
mod error;
mod hooks;
mod listen;
mod log;
mod metrics;
mod nginx;
mod pages;
mod places;
mod pull_host;
mod registries;
mod registry_id;
mod registry_url;
mod remark;
mod scan_interval;
mod secret;
mod secret_key;
mod site;
mod traces;
mod variables;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use engine::{DeletionPolicy, RegistryConfig, StoreLocation};
use registry::client::Secret;

use error::Collector;

pub use access::{AccessConfig, Mode, OidcConfig, ProxyConfig};
pub use error::{ConfigError, ConfigErrors};
pub use log::{LogConfig, LogFormat};
pub use metrics::MetricsConfig;
pub use pages::PagesConfig;
pub use remark::Remark;
pub use site::Site;
pub use traces::TracesConfig;
pub use variables::Variables;

/// Everything the server is told when it starts.
#[derive(Debug)]
pub struct Config {
    /// Where it listens: `STOWAGE_LISTEN`.
    pub listen: SocketAddr,
    /// The folder for its own data, which exists and can be written to: `STOWAGE_DATA`.
    pub data: PathBuf,
    /// Where the inventory is kept: `STOWAGE_DATABASE_URL`, else a file in the folder above.
    pub store: StoreLocation,
    /// The files of the pages: `STOWAGE_SITE`.
    pub site: Site,
    /// The registries, in the order they are shown: `REGISTRY_URL` and its companions, `DEFAULT_REGISTRIES`.
    pub registries: Vec<RegistryConfig>,
    /// Titles, colours, orders: `REGISTRY_TITLE`, `THEME`, `TAGLIST_…`, `CATALOG_…` and their companions.
    pub pages: PagesConfig,
    /// How long after one scan of the registries the next one begins; absent where nobody asked for any:
    /// `STOWAGE_SCAN_INTERVAL`.
    pub scan_interval: Option<Duration>,
    /// What a registry must know to tell what has changed in it: `STOWAGE_HOOKS_TOKEN`.
    pub hooks_token: Option<Secret>,
    /// Whether and what may be deleted: `DELETE_IMAGES`, `STOWAGE_PROTECTED_TAGS`, `STOWAGE_TRASH_FOR`.
    pub deletion: DeletionPolicy,
    /// How one signs in, and who may do what: `STOWAGE_AUTH` and its companions.
    pub access: AccessConfig,
    /// What seals the secrets that sessions hold: `STOWAGE_SECRET_KEY`, else a file in the folder of the data.
    pub secret_key: Option<Secret>,
    /// Which events are logged, and how: `STOWAGE_LOG`, `STOWAGE_LOG_FORMAT`.
    pub log: LogConfig,
    /// Whether `/metrics` is answered, and whom: `STOWAGE_METRICS`, `STOWAGE_METRICS_TOKEN`.
    pub metrics: MetricsConfig,
    /// Where traces are sent, if anywhere: `OTEL_EXPORTER_OTLP_ENDPOINT` and its companions.
    pub traces: Option<TracesConfig>,
    /// What is to be said of variables that do not do what somebody may expect.
    pub remarks: Vec<Remark>,
}

impl Config {
    /// Whether others than this machine can reach a server that deletes.
    pub fn is_exposed(&self) -> bool {
        self.deletion.enabled && !self.listen.ip().is_loopback()
    }

    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, ConfigErrors> {
        Self::read(&Variables::from_env())
    }

    /// Reads variables; reports everything that is wrong with them at once.
    pub fn read(variables: &Variables) -> Result<Self, ConfigErrors> {
        let mut errors = Collector::default();
        let listen = errors.take(listen::read(variables));
        let data = errors.take(data::read(variables));
        let store = errors.take(database::read(variables, data.as_deref())).flatten();
        let site = errors.take(Site::read(variables));
        let registries = errors.take_all(registries::read(variables));
        let pages = errors.take_all(pages::read(variables));
        let scan_interval = errors.take(scan_interval::read(variables));
        let hooks_token = errors.take(hooks::read(variables));
        let deletion = errors.take(deletion::read(variables));
        let access = errors.take_all(access::read(variables));
        let secret_key = errors.take(secret_key::read(variables, data.as_deref()));
        let log = errors.take_all(log::read(variables));
        let metrics = errors.take_all(metrics::read(variables));
        let traces = errors.take_all(traces::read(variables));
        let (
            Some(listen),
            Some(data),
            Some(store),
            Some(site),
            Some(registries),
            Some(pages),
            Some(scan_interval),
            Some(hooks_token),
            Some(deletion),
            Some(access),
            Some(secret_key),
            Some(log),
            Some(metrics),
            Some(traces),
        ) = (
            listen,
            data,
            store,
            site,
            registries,
            pages,
            scan_interval,
            hooks_token,
            deletion,
            access,
            secret_key,
            log,
            metrics,
            traces,
        )
        else {
            return Err(errors.finish());
        };
        let remarks = remark::read(variables);
        Ok(Self {
            listen,
            data,
            store,
            site,
            registries,
            pages,
            scan_interval,
            hooks_token,
            deletion,
            access,
            secret_key,
            log,
            metrics,
            traces,
            remarks,
        })
    }
}
