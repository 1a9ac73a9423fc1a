//! What the server is told when it starts.
//!
//! Only [`Variables::load`] reads the environment and the file, and only the program calls it; everything else is given
//! typed values. What a file says is turned into values of the same variables first, so that there is one reader of
//! each, and `settings` tells which key is which variable.

mod access;
mod base_path;
mod catalog_mode;
mod cosign_keys;
mod data;
mod database;
mod deletion;
mod docker_config;
mod error;
mod file;
mod hooks;
mod listen;
mod log;
mod metrics;
mod networks;
mod nginx;
mod origin;
mod pages;
mod places;
mod print;
mod pull_host;
mod reference;
mod registries;
mod registry_id;
mod registry_url;
mod remark;
mod scan_interval;
mod secret;
mod secret_key;
mod settings;
mod site;
mod traces;
mod v2;
mod variables;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use app::base_path::BasePath;
use engine::{CosignKey, DeletionPolicy, RegistryConfig, StoreLocation};
use registry::client::Secret;

use error::Collector;

pub use access::{AccessConfig, Mode, OidcConfig, ProxyConfig};
pub use error::{ConfigError, ConfigErrors};
pub use log::{LogConfig, LogFormat};
pub use metrics::MetricsConfig;
pub use networks::Networks;
pub use pages::PagesConfig;
pub use reference::reference;
pub use remark::Remark;
pub use site::Site;
pub use traces::TracesConfig;
pub use v2::V2Config;
pub use variables::Variables;

/// Everything the server is told when it starts.
#[derive(Debug)]
pub struct Config {
    /// The path that it is served under: `STOWAGE_BASE_PATH`, else that of `STOWAGE_PUBLIC_URL`.
    pub base_path: BasePath,
    /// Where it listens, at the first of these addresses that the system lets it have: `STOWAGE_LISTEN`.
    pub listen: Vec<SocketAddr>,
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
    /// Which registry `docker` and its like reach through this server: `STOWAGE_V2`, `STOWAGE_V2_PUSH`.
    pub v2: Option<V2Config>,
    /// Whether and what may be deleted: `DELETE_IMAGES`, `STOWAGE_PROTECTED_TAGS`, `STOWAGE_TRASH_FOR`.
    pub deletion: DeletionPolicy,
    /// The public keys that signatures of images are checked with: `STOWAGE_COSIGN_KEYS`.
    pub cosign_keys: Vec<CosignKey>,
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

/// What the configuration is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// The server is about to start, and needs its folder and its key.
    Serve,
    /// Somebody wants to know whether it could; nothing is made.
    Look,
}

impl Config {
    /// Whether others than this machine can reach a server that deletes.
    pub fn is_exposed(&self) -> bool {
        self.deletion.enabled && self.is_public()
    }

    fn is_public(&self) -> bool {
        !self.listen.iter().all(|it| it.ip().is_loopback())
    }

    /// Whether others than this machine can push, although nobody said that nobody has to sign in.
    pub fn lets_strangers_push(&self) -> bool {
        self.v2.as_ref().is_some_and(|it| it.push) && self.access.mode == Mode::OpenUnsaid && self.is_public()
    }

    /// Reads variables, and makes the folder and the key if they are not there yet; reports everything that is wrong at
    /// once.
    pub fn read(variables: &Variables) -> Result<Self, ConfigErrors> {
        Self::read_for(Purpose::Serve, variables).map_err(|errors| errors.told_by(variables))
    }

    /// The same without making anything.
    pub fn look(variables: &Variables) -> Result<Self, ConfigErrors> {
        Self::read_for(Purpose::Look, variables).map_err(|errors| errors.told_by(variables))
    }

    fn read_for(purpose: Purpose, variables: &Variables) -> Result<Self, ConfigErrors> {
        let mut errors = Collector::default();
        variables.file().into_iter().flat_map(|it| &it.errors).for_each(|it| errors.add(it.clone()));
        let listen = errors.take(listen::read(variables));
        let base_path = errors.take(base_path::read(variables));
        let data = errors.take(data::read(variables, purpose));
        let store = errors.take(database::read(variables, data.as_deref())).flatten();
        let site = errors.take(Site::read(variables));
        let registries = errors.take_all(registries::read(variables));
        let pages = errors.take_all(pages::read(variables));
        let scan_interval = errors.take(scan_interval::read(variables));
        let hooks_token = errors.take(hooks::read(variables));
        let v2 = errors.take(v2::read(variables, registries.as_deref()));
        let deletion = errors.take(deletion::read(variables));
        let cosign_keys = errors.take_all(cosign_keys::read(variables));
        let access = errors.take_all(access::read(variables));
        let secret_key = errors.take(secret_key::read(variables, data.as_deref(), purpose));
        let log = errors.take_all(log::read(variables));
        let metrics = errors.take_all(metrics::read(variables));
        let traces = errors.take_all(traces::read(variables));
        if !errors.is_empty() {
            return Err(errors.finish());
        }
        let (
            Some(listen),
            Some(base_path),
            Some(data),
            Some(store),
            Some(site),
            Some(registries),
            Some(pages),
            Some(scan_interval),
            Some(hooks_token),
            Some(v2),
            Some(deletion),
            Some(cosign_keys),
            Some(access),
            Some(secret_key),
            Some(log),
            Some(metrics),
            Some(traces),
        ) = (
            listen,
            base_path,
            data,
            store,
            site,
            registries,
            pages,
            scan_interval,
            hooks_token,
            v2,
            deletion,
            cosign_keys,
            access,
            secret_key,
            log,
            metrics,
            traces,
        )
        else {
            return Err(errors.finish());
        };
        let mut remarks = remark::read(variables);
        remarks.extend(secret_key::remark(variables, &store, &access));
        Ok(Self {
            listen,
            base_path,
            data,
            store,
            site,
            registries,
            pages,
            scan_interval,
            hooks_token,
            v2,
            deletion,
            cosign_keys,
            access,
            secret_key,
            log,
            metrics,
            traces,
            remarks,
        })
    }
}

/// Where a server listens that is told this, without looking at anything else it is told.
pub fn listen_addresses(variables: &Variables) -> Result<Vec<SocketAddr>, ConfigError> {
    listen::read(variables)
}
