//! One registry with what is remembered of it.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use registry::client::Client;
use registry::summary::Summary;
use registry::{Digest, RepositoryName, Tag};

use crate::inventory::catalog::CatalogReader;
use crate::{Error, RegistryConfig, RegistryInfo};

/// How many bytes of summaries are kept for each registry.
const SUMMARIES_LIMIT: u64 = 8 << 20;
/// How many bytes of "this tag was on that digest" are kept for each registry.
const TAGS_LIMIT: u64 = 4 << 20;
/// How long an unused memory of a tag is kept; the digest is asked for again at every look.
const TAGS_IDLE: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) info: RegistryInfo,
    pub(crate) client: Client,
    pub(crate) catalog: CatalogReader,
    /// What lies behind a digest never changes, so it is kept until there is no more room.
    pub(crate) summaries: Cache<(RepositoryName, Digest), Arc<Summary>>,
    /// Where each tag was when somebody last looked.
    pub(crate) tags: Cache<(RepositoryName, Tag), Digest>,
}

impl Upstream {
    pub(crate) fn new(config: RegistryConfig) -> Result<Self, Error> {
        let mut url = config.client.url.clone();
        // The setters fail only for addresses that cannot carry credentials, which then have none to hide.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let client = Client::new(config.client)?;
        let name_size = |repository: &RepositoryName, rest: usize| {
            u32::try_from(repository.as_str().len() + rest).unwrap_or(u32::MAX)
        };
        Ok(Self {
            info: RegistryInfo { id: config.id, url: url.to_string(), pull_host: config.pull_host },
            catalog: CatalogReader::new(client.clone()),
            client,
            summaries: Cache::builder()
                .max_capacity(SUMMARIES_LIMIT)
                .weigher(move |(repository, _), summary: &Arc<Summary>| {
                    name_size(repository, 512 + 320 * (summary.platforms.len() + summary.attestations.len()))
                })
                .build(),
            tags: Cache::builder()
                .max_capacity(TAGS_LIMIT)
                .time_to_idle(TAGS_IDLE)
                .weigher(move |(repository, tag): &(RepositoryName, Tag), _| {
                    name_size(repository, 250 + tag.as_str().len())
                })
                .build(),
        })
    }
}
