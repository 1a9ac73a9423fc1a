//! The repositories of a registry.

mod facts;
mod reader;

use std::sync::Arc;

use jiff::Timestamp;
use registry::RepositoryName;
use registry::client::{CatalogMode, Vendor};

use super::filter::Filter;
use crate::Error;
use crate::upstream::Upstream;

pub use facts::{NamespaceSums, RepositoryFacts};

pub(crate) use facts::{namespace_sums, repository_facts};
pub(crate) use reader::CatalogReader;

/// Which repositories are wanted.
#[derive(Clone, Debug, Default)]
pub struct RepositoryQuery {
    /// A part of the name, or `/a regular expression/`; empty for all.
    pub q: String,
    /// Only those in this namespace, however deep; empty for all.
    pub namespace: String,
}

/// Repositories in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// Those that match.
    pub names: Vec<RepositoryName>,
    /// How many there are, as far as they have been read.
    pub total: usize,
    /// Whether all of them have been read.
    pub complete: bool,
    /// Why the reading ended early.
    pub interrupted: Option<registry::Error>,
}

/// Where the names of a registry's repositories come from, as far as who asks may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogSource {
    /// The registry's own catalog.
    Registry,
    /// The configuration.
    Configuration,
    /// The registry's own catalog, as far as it names something in these namespaces; none where who asks sees only a part
    /// of the registry.
    Below(Vec<RepositoryName>),
    /// An API of the registry's vendor.
    Vendor(Vendor),
}

/// How fresh the names of a registry's repositories are.
#[derive(Clone, Debug, Default)]
pub struct CatalogFreshness {
    /// When the registry gave them; absent until they were read to their end.
    pub seen_at: Option<Timestamp>,
    /// Why they could not be compared with the registry since then.
    pub problem: Option<registry::Error>,
}

/// The repositories that match and may be seen: from the inventory where the catalog was read before, while it is read
/// again in the background; else as far as it can be read in a moment.
pub(crate) async fn repositories(
    upstream: &Arc<Upstream>,
    query: &RepositoryQuery,
    is_visible: &(dyn Fn(&RepositoryName) -> bool + Sync),
) -> Result<Catalog, Error> {
    let filter = Filter::parse(&query.q)?;
    let below = |name: &RepositoryName| {
        query.namespace.is_empty()
            || name.as_str().strip_prefix(query.namespace.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    let matching = |names: &[RepositoryName]| -> Vec<RepositoryName> {
        let fits = |name: &RepositoryName| below(name) && filter.takes(name.as_str()) && is_visible(name);
        names.iter().filter(|name| fits(name)).cloned().collect()
    };
    let count = |names: &[RepositoryName]| names.iter().filter(|name| is_visible(name)).count();
    if let Some(known) = upstream.catalog.known(upstream).await? {
        upstream.catalog.read_again(upstream);
        return Ok(Catalog {
            names: matching(&known.names),
            total: count(&known.names),
            complete: true,
            interrupted: None,
        });
    }
    let progress = upstream.catalog.read(upstream).await;
    let complete = progress.done.is_some();
    let interrupted = progress.done.and_then(|it| it.error);
    if let (Some(error), true) = (&interrupted, progress.names.is_empty()) {
        return Err(error.clone().into());
    }
    Ok(Catalog {
        names: matching(&progress.names),
        total: count(&progress.names),
        complete: complete && interrupted.is_none(),
        interrupted,
    })
}

/// Where the names come from that [`repositories`] gives.
pub(crate) fn source(upstream: &Upstream, sees_all: bool) -> CatalogSource {
    match upstream.client.catalog_mode() {
        CatalogMode::Full => CatalogSource::Registry,
        CatalogMode::Listed(_) => CatalogSource::Configuration,
        CatalogMode::Prefixes(prefixes) if sees_all => CatalogSource::Below(prefixes.clone()),
        CatalogMode::Prefixes(_) => CatalogSource::Below(Vec::new()),
        CatalogMode::Vendor(list) => CatalogSource::Vendor(list.vendor),
    }
}

/// How fresh the names are that [`repositories`] gives.
pub(crate) async fn freshness(upstream: &Upstream) -> Result<CatalogFreshness, Error> {
    let known = upstream.catalog.known(upstream).await?;
    Ok(CatalogFreshness { seen_at: known.map(|it| it.at), problem: upstream.catalog.problem() })
}
