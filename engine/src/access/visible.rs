//! What of a list may be seen, as a condition for the database.

use std::sync::Arc;

use futures::{StreamExt, stream};
use registry::RepositoryName;

use super::Role;
use crate::events::Event;
use crate::store::Ledger;
use crate::upstream::Upstream;
use crate::{Engine, Error};

/// How many repositories are asked about at the same time.
const AT_ONCE: usize = 16;

impl Engine {
    /// The numbers of the repositories that may be seen, as a JSON array; nothing where all may be.
    ///
    /// Whoever signed in at a registry is not asked about here, for that would be a request for each repository: what is
    /// found is to be asked about one by one.
    pub(crate) async fn visible_repositories(&self) -> Result<Option<String>, Error> {
        self.must_be_known()?;
        if !self.is_restricted() {
            return Ok(None);
        }
        Ok(Some(listed(self.granted_repositories().await?.into_iter().map(|(id, ..)| id))))
    }

    /// The same for sums, in which nothing can be asked about one by one: whoever signed in at a registry is told of what
    /// it has let them see a moment ago.
    pub(crate) async fn countable_repositories(&self, upstream: &Upstream) -> Result<Option<String>, Error> {
        if self.caller.credentials.is_none() {
            return self.visible_repositories().await;
        }
        let mut ids = Vec::new();
        for (id, registry, name) in self.granted_repositories().await? {
            if registry == upstream.info.id && self.registry_lets_already(upstream, &name).await {
                ids.push(id);
            }
        }
        Ok(Some(listed(ids)))
    }

    async fn granted_repositories(&self) -> Result<Vec<(i64, String, RepositoryName)>, Error> {
        let all = self.store.all_repositories().await?.into_iter();
        let all = all.filter_map(|(id, registry, name)| Some((id, registry, name.parse().ok()?)));
        Ok(all.filter(|(_, registry, name)| self.may(Role::Viewer, registry, Some(name))).collect())
    }

    /// The places of a table in which who asks has a role, as a JSON array of `registry repository`; nothing where they
    /// have it everywhere. What belongs to no repository needs the role in all of its registry.
    pub(crate) async fn visible_places(&self, ledger: Ledger, role: Role) -> Result<Option<String>, Error> {
        self.must_be_known()?;
        if self.caller.rights.role_everywhere() >= Some(role) && self.caller.credentials.is_none() {
            return Ok(None);
        }
        let mut visible: Vec<String> = Vec::new();
        for (registry, repository) in self.store.places_in(ledger).await? {
            if self.has_role_at(role, &registry, &repository).await {
                visible.push(format!("{registry} {repository}"));
            }
        }
        Ok(Some(serde_json::to_string(&visible).unwrap_or_default()))
    }

    async fn has_role_at(&self, role: Role, registry: &str, repository: &str) -> bool {
        if registry.is_empty() {
            return false;
        }
        let Ok(name) = repository.parse::<RepositoryName>() else { return self.may(role, registry, None) };
        let Ok(upstream) = self.upstream(registry) else { return false };
        self.may(role, registry, Some(&name)) && self.sees(upstream, &name).await.unwrap_or(false)
    }

    /// Those of some repositories that may be seen, in their order.
    pub(crate) async fn those_seen(
        &self,
        upstream: &Arc<Upstream>,
        names: Vec<RepositoryName>,
    ) -> Result<Vec<RepositoryName>, Error> {
        if !self.is_restricted() {
            return Ok(names);
        }
        let asked = stream::iter(names).map(|name| async {
            let seen = self.sees(upstream, &name).await?;
            Ok::<_, Error>(seen.then_some(name))
        });
        let seen: Vec<Result<Option<RepositoryName>, Error>> = asked.buffered(AT_ONCE).collect().await;
        seen.into_iter().filter_map(Result::transpose).collect()
    }

    /// Whether who asks may hear what happens in a repository, or to a registry as a whole.
    pub(crate) async fn may_hear(&self, event: &Event) -> bool {
        if !self.is_restricted() {
            return true;
        }
        let Ok(upstream) = self.shown(event.registry()) else { return false };
        match (event, event.repository()) {
            // How far the scan of a whole registry is tells how much there is in it.
            (Event::Scan(_), None) => self.may_in_whole(Role::Viewer, event.registry()),
            (_, None) => true,
            (_, Some(name)) => {
                self.may(Role::Viewer, event.registry(), Some(name))
                    && self.registry_lets_already(upstream, name).await
            }
        }
    }
}

fn listed(ids: impl IntoIterator<Item = i64>) -> String {
    serde_json::to_string(&ids.into_iter().collect::<Vec<_>>()).unwrap_or_default()
}
