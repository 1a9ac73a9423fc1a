//! What is summed up of repositories and namespaces.

use jiff::Timestamp;
use registry::RepositoryName;

use crate::Error;
use crate::scan::timestamp;
use crate::upstream::Upstream;

/// What is known of a repository as a whole; nothing is asked of the registry for it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RepositoryFacts {
    /// Its name.
    pub name: RepositoryName,
    /// How many tags it has, without those that only carry signatures and the like; absent until they were listed.
    pub n_tags: Option<usize>,
    /// Compressed bytes of all that its tags lead to, each blob once; absent until it was scanned.
    pub size: Option<u64>,
    /// When something was last pushed, as far as that was noticed, else the newest date of its tags.
    pub last_pushed: Option<Timestamp>,
    /// When it was last compared with the registry as a whole.
    pub scanned_at: Option<Timestamp>,
}

/// What is known of all repositories in a namespace together.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NamespaceSums {
    /// Its path, without a slash at the end; empty for the whole registry.
    pub namespace: String,
    /// How many repositories lie in it, however deep.
    pub n_repositories: usize,
    /// How many of them have been scanned, so that they count below.
    pub n_scanned: usize,
    /// Their tags.
    pub n_tags: usize,
    /// The sum of their sizes; what two repositories share counts twice.
    pub size: u64,
    /// When something was last pushed to one of them.
    pub last_pushed: Option<Timestamp>,
}

pub(crate) async fn repository_facts(
    upstream: &Upstream,
    names: &[RepositoryName],
) -> Result<Vec<RepositoryFacts>, Error> {
    let records = upstream.store.repositories_named(upstream.registry_id().await?, names).await?;
    let facts = records.into_iter().map(|it| RepositoryFacts {
        name: it.name,
        n_tags: it.listed_at.map(|_| it.n_tags),
        size: it.size,
        last_pushed: it.last_pushed.map(timestamp),
        scanned_at: it.scanned_at.map(timestamp),
    });
    let mut facts: Vec<RepositoryFacts> = facts.collect();
    facts.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(facts)
}

pub(crate) async fn namespace_sums(
    upstream: &Upstream,
    namespaces: &[String],
    visible: Option<&str>,
) -> Result<Vec<NamespaceSums>, Error> {
    let registry = upstream.registry_id().await?;
    let mut sums = Vec::with_capacity(namespaces.len());
    for namespace in namespaces {
        let it = upstream.store.namespace_sums(registry, namespace, visible).await?;
        sums.push(NamespaceSums {
            namespace: namespace.clone(),
            n_repositories: it.n_repositories,
            n_scanned: it.n_scanned,
            n_tags: it.n_tags,
            size: it.size,
            last_pushed: it.last_pushed.map(timestamp),
        });
    }
    Ok(sums)
}
