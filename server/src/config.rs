//! What the server is told when it starts.
//!
//! Only [`Config::from_env`] reads the environment, and only `main` calls it; everything else is given typed values.

mod data;
mod error;
mod listen;
mod log;
mod pull_host;
mod registries;
mod registry_id;
mod registry_url;
mod site;
mod variables;

use std::net::SocketAddr;
use std::path::PathBuf;

use engine::RegistryConfig;

use error::Collector;

pub use error::{ConfigError, ConfigErrors};
pub use site::Site;
pub use variables::Variables;

/// Everything the server is told when it starts.
#[derive(Debug)]
pub struct Config {
    /// Where it listens: `STOWAGE_LISTEN`.
    pub listen: SocketAddr,
    /// The folder for its own data, which exists and can be written to: `STOWAGE_DATA`.
    pub data: PathBuf,
    /// The files of the pages: `STOWAGE_SITE`.
    pub site: Site,
    /// The registries, in the order they are shown: `REGISTRY_URL` and its companions.
    pub registries: Vec<RegistryConfig>,
    /// Which events are logged: `STOWAGE_LOG`.
    pub log: String,
}

impl Config {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, ConfigErrors> {
        Self::read(&Variables::from_env())
    }

    /// Reads variables; reports everything that is wrong with them at once.
    pub fn read(variables: &Variables) -> Result<Self, ConfigErrors> {
        let mut errors = Collector::default();
        let listen = errors.take(listen::read(variables));
        let data = errors.take(data::read(variables));
        let site = errors.take(Site::read(variables));
        let registries = errors.take_all(registries::read(variables));
        let log = errors.take(log::read(variables));
        match (listen, data, site, registries, log) {
            (Some(listen), Some(data), Some(site), Some(registries), Some(log)) => {
                Ok(Self { listen, data, site, registries, log })
            }
            _ => Err(errors.finish()),
        }
    }
}
