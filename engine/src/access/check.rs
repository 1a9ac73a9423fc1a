//! Whether who asks may be told, and may do, what they ask for.
//!
//! Each question of the engine begins with one of these. What may not be seen is answered as what is not there.

use std::sync::Arc;

use registry::RepositoryName;

use super::{Caller, Identity, Rights, Role, Scope, Way};
use crate::access::personal::Permission;
use crate::upstream::Upstream;
use crate::{Engine, Error};

impl Engine {
    /// The same engine, asked by somebody: it tells what they may see and does what they may do.
    #[must_use]
    pub fn on_behalf_of(&self, caller: Caller) -> Self {
        Self { caller: Arc::new(caller), ..self.clone() }
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// What somebody may do; nobody in particular where there is no identity.
    ///
    /// Where no role is configured, whoever stands in the file of users is an administrator, and everybody else who has
    /// signed in may look. Whoever signed in at a registry may do there what that registry lets them do.
    pub async fn rights_of(&self, identity: Option<&Identity>) -> Result<Rights, Error> {
        let given = self.store.grants().await?;
        let rights = Rights::of(self.grants.iter().chain(given.iter().map(|it| &it.grant)), identity);
        let usual = identity.and_then(|it| match it.way {
            Way::Registry => {
                let (registry, _) = it.name.split_once('/')?;
                Some((Role::Maintainer, Scope::all_of(registry)))
            }
            Way::Local if self.grants.is_empty() => Some((Role::Administrator, Scope::everything())),
            _ if self.grants.is_empty() => Some((Role::Viewer, Scope::everything())),
            _ => None,
        });
        Ok(match usual {
            Some((role, scope)) => rights.and(role, scope),
            None => rights,
        })
    }

    /// Whether who asks has a role in a repository, or in all of a registry; the registry may still refuse those who
    /// signed in there.
    pub fn may(&self, role: Role, registry: &str, repository: Option<&RepositoryName>) -> bool {
        self.role_in(registry, repository).is_some_and(|it| it >= role)
    }

    fn role_in(&self, registry: &str, repository: Option<&RepositoryName>) -> Option<Role> {
        match repository {
            Some(repository) => self.caller.rights.role_in(registry, repository),
            None => self.caller.rights.role_in_all_of(registry),
        }
    }

    /// A registry of which who asks may see something.
    pub(crate) fn shown(&self, registry: &str) -> Result<&Arc<Upstream>, Error> {
        self.must_be_known()?;
        let upstream = self.upstream(registry)?;
        match self.caller.rights.touches(&upstream.info.id) {
            true => Ok(upstream),
            false => Err(Error::UnknownRegistry { id: registry.to_owned() }),
        }
    }

    /// The registry of a repository that who asks may see.
    pub(crate) async fn viewed(
        &self,
        registry: &str,
        repository: &RepositoryName,
    ) -> Result<&Arc<Upstream>, Error> {
        let upstream = self.shown(registry)?;
        match self.sees(upstream, repository).await? {
            true => Ok(upstream),
            // The words of a registry that does not know it.
            false => Err(registry::Error::RepositoryUnknown { repository: repository.clone() }.into()),
        }
    }

    /// Whether who asks may see a repository.
    pub(crate) async fn sees(&self, upstream: &Upstream, repository: &RepositoryName) -> Result<bool, Error> {
        if self.caller.rights.role_in(&upstream.info.id, repository).is_none() {
            return self.must_be_known().map(|()| false);
        }
        self.registry_lets(upstream, repository, Permission::Pull).await
    }

    /// The registry of a repository of which who asks may delete.
    pub(crate) async fn maintained(
        &self,
        registry: &str,
        repository: &RepositoryName,
    ) -> Result<&Arc<Upstream>, Error> {
        let upstream = self.viewed(registry, repository).await?;
        self.must_maintain(registry, repository).await?;
        Ok(upstream)
    }

    /// Refuses whoever may not delete from a repository that they may see. One of a registry that is not configured any
    /// more cannot be asked about there.
    pub(crate) async fn must_maintain(
        &self,
        registry: &str,
        repository: &RepositoryName,
    ) -> Result<(), Error> {
        let allowed = self.may(Role::Maintainer, registry, Some(repository))
            && match self.upstream(registry) {
                Ok(upstream) => self.registry_lets(upstream, repository, Permission::Delete).await?,
                Err(_) => true,
            };
        match allowed {
            true => Ok(()),
            false => Err(Error::RoleNeeded { role: Role::Maintainer, subject: repository.to_string() }),
        }
    }

    /// Whether a plan or a job is hidden from who asks, because its repository is. Those of registries that are not
    /// configured any more are there for those who may see everything.
    pub(crate) async fn hides(&self, registry: &str, repository: &RepositoryName) -> Result<bool, Error> {
        if !self.is_restricted() {
            return Ok(false);
        }
        let Ok(upstream) = self.shown(registry) else { return Ok(true) };
        Ok(!self.sees(upstream, repository).await?)
    }

    /// A registry with all of which who asks may do what a role may do.
    pub(crate) fn whole(&self, role: Role, registry: &str) -> Result<&Arc<Upstream>, Error> {
        let upstream = self.shown(registry)?;
        match self.may_in_whole(role, registry) {
            true => Ok(upstream),
            false => Err(Error::RoleNeeded { role, subject: upstream.info.id.clone() }),
        }
    }

    /// Whether who asks has a role in all of a registry, and may know how much there is in it. What a registry lets
    /// somebody do who signed in there is asked for one repository at a time, so they do not.
    pub(crate) fn may_in_whole(&self, role: Role, registry: &str) -> bool {
        self.may(role, registry, None) && self.caller.credentials.is_none()
    }

    /// Refuses whoever is not an administrator of everything.
    pub(crate) fn must_administer(&self) -> Result<(), Error> {
        self.must_be_known()?;
        match self.caller.rights.role_everywhere() {
            Some(Role::Administrator) => Ok(()),
            _ => Err(Error::RoleNeeded { role: Role::Administrator, subject: String::new() }),
        }
    }

    /// Refuses whoever has not signed in and may see nothing without.
    pub fn must_be_known(&self) -> Result<(), Error> {
        match self.caller.must_sign_in() && self.caller.rights.is_empty() {
            true => Err(Error::SignInNeeded),
            false => Ok(()),
        }
    }

    /// Whether there is anything that who asks may not see.
    pub(crate) fn is_restricted(&self) -> bool {
        self.caller.rights.role_everywhere().is_none() || self.caller.credentials.is_some()
    }

    /// The same engine for what the server does by itself.
    pub(crate) fn as_server(&self) -> Self {
        self.on_behalf_of(Caller::server())
    }
}
