//! Knows what lies in the registries, and later acts on it.
//!
//! One [`Engine`] serves pages and REST alike; each of its questions is one call.

mod error;
pub mod inventory;
mod upstream;

use std::sync::Arc;

use registry::RepositoryName;
use registry::client::ClientConfig;

pub use error::Error;
pub use inventory::catalog::{Catalog, RepositoryQuery};
pub use inventory::tags::{PendingRow, SortBy, TagPage, TagQuery};

use upstream::Upstream;

/// A registry as the configuration names it.
#[derive(Clone, Debug)]
pub struct RegistryConfig {
    /// The id in addresses: its host, as one writes it in an image reference, unless configured otherwise.
    pub id: String,
    /// The host that `docker pull` is given.
    pub pull_host: String,
    /// How to reach it.
    pub client: ClientConfig,
}

/// What may be told of a registry to everybody.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RegistryInfo {
    /// The id in addresses.
    pub id: String,
    /// Where the server reaches it, without credentials.
    pub url: String,
    /// The host that `docker pull` is given.
    pub pull_host: String,
}

/// Everything the server knows; cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    upstreams: Arc<[Arc<Upstream>]>,
}

impl Engine {
    /// Makes an engine for the registries, in the order they are shown. Nothing is asked of them yet.
    pub fn new(registries: Vec<RegistryConfig>) -> Result<Self, Error> {
        let upstreams = registries
            .into_iter()
            .map(|it| Upstream::new(it).map(Arc::new))
            .collect::<Result<Arc<[_]>, _>>()?;
        Ok(Self { upstreams })
    }

    /// The registries in the order of the configuration.
    pub fn registries(&self) -> impl Iterator<Item = &RegistryInfo> {
        self.upstreams.iter().map(|it| &it.info)
    }

    /// What is known of one registry.
    pub fn registry(&self, id: &str) -> Result<&RegistryInfo, Error> {
        Ok(&self.upstream(id)?.info)
    }

    /// The repositories of a registry that match a query.
    ///
    /// Waits for the whole catalog a moment; of one that takes longer it returns what has been read so far, and the
    /// reading goes on.
    pub async fn repositories(&self, registry: &str, query: &RepositoryQuery) -> Result<Catalog, Error> {
        inventory::catalog::repositories(self.upstream(registry)?, query).await
    }

    /// A page of the tags of a repository; its rows arrive one after the other.
    pub async fn tags(
        &self,
        registry: &str,
        repository: &RepositoryName,
        query: &TagQuery,
    ) -> Result<TagPage, Error> {
        inventory::tags::page(self.upstream(registry)?, repository, query).await
    }

    /// Everything about one image.
    pub async fn image(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &registry::Reference,
    ) -> Result<registry::image::ImageDetail, Error> {
        inventory::image::detail(self.upstream(registry)?, repository, reference).await
    }

    /// The manifest of an image, byte for byte as the registry holds it.
    pub async fn manifest(
        &self,
        registry: &str,
        repository: &RepositoryName,
        reference: &registry::Reference,
    ) -> Result<registry::client::ManifestBytes, Error> {
        Ok(self.upstream(registry)?.client.manifest(repository, reference).await?)
    }

    /// Whether a registry answers, and takes our credentials.
    pub async fn ping(&self, registry: &str) -> Result<(), Error> {
        Ok(self.upstream(registry)?.client.ping().await?)
    }

    fn upstream(&self, id: &str) -> Result<&Arc<Upstream>, Error> {
        self.upstreams
            .iter()
            .find(|it| it.info.id == id)
            .ok_or_else(|| Error::UnknownRegistry { id: id.to_owned() })
    }
}
