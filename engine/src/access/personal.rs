//! What a registry lets somebody do who signed in with their credentials there.
//!
//! Stowage reads and deletes with its own account; whoever signed in at a registry is shown, and may do, what that
//! registry answers to their own credentials.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use moka::Entry;
use moka::future::Cache;
use registry::client::{CatalogMode, Client, Credentials, Secret, count_lookup};
use registry::{Error as RegistryError, Reference, RepositoryName};

use crate::upstream::{Upstream, unique};
use crate::{Engine, Error};

/// How long an answer of a registry is believed.
const BELIEVED_FOR: Duration = Duration::from_secs(60);
/// How long a client of somebody is kept who does nothing.
const KEPT_FOR: Duration = Duration::from_secs(15 * 60);
/// How many people's clients are kept.
const MOST_PEOPLE: u64 = 500;
/// How many repositories of a given list are asked about at a time.
const AT_ONCE: usize = 8;
/// How many answers are kept of each.
const MOST_ANSWERS: u64 = 10_000;

/// The credentials with which somebody signed in at a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryCredentials {
    /// The id of the registry.
    pub registry: String,
    /// The user name there.
    pub username: String,
    /// The password or access token.
    pub password: Secret,
}

/// What is asked of a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Permission {
    Pull,
    Delete,
}

/// What a registry has to say of who asks.
enum Standing {
    /// Nothing: they did not sign in at a registry.
    NotAsked,
    /// Nothing: they signed in at another one, and have nothing here.
    Elsewhere,
    /// What it answers to their credentials.
    Here(Arc<Person>),
}

/// The clients of those who signed in at a registry, each under all that it was made of.
#[derive(Clone, Debug)]
pub(crate) struct People(Cache<(String, String, String), Arc<Person>>);

#[derive(Debug)]
struct Person {
    client: Client,
    answers: Cache<(RepositoryName, Permission), bool>,
    /// What the registry's catalog names to them; nothing where it refuses it.
    catalog: Cache<(), Option<Arc<HashSet<RepositoryName>>>>,
}

impl Default for People {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST_PEOPLE).time_to_idle(KEPT_FOR).build())
    }
}

impl Person {
    fn new(client: Client) -> Self {
        let answers = Cache::builder().max_capacity(MOST_ANSWERS).time_to_live(BELIEVED_FOR).build();
        Self { client, answers, catalog: Cache::builder().time_to_live(BELIEVED_FOR).build() }
    }

    /// Those of these repositories that the registry lets them pull.
    async fn pullable(&self, names: &[RepositoryName]) -> Result<Vec<RepositoryName>, RegistryError> {
        let asked = stream::iter(names.to_vec()).map(|name| async move {
            let may = self.answers.try_get_with((name.clone(), Permission::Pull), async {
                self.ask(&name, Permission::Pull).await
            });
            let may = Box::pin(may).await.map_err(|error: Arc<RegistryError>| (*error).clone())?;
            Ok(may.then_some(name))
        });
        asked.buffer_unordered(AT_ONCE).try_filter_map(|name| async { Ok(name) }).try_collect().await
    }

    async fn ask(&self, repository: &RepositoryName, permission: Permission) -> Result<bool, RegistryError> {
        let answer = match permission {
            Permission::Pull => {
                // No image has this tag, so that whoever may look is told that there is none.
                let tag = format!("stowage-probe-{}", unique()).parse().map(Reference::Tag);
                let Ok(tag) = tag else { return Ok(false) };
                self.client.head_manifest(repository, &tag).await.map(drop)
            }
            Permission::Delete => {
                let support = self.client.probe_deletion(repository, &unique()).await?;
                return Ok(!matches!(support.by_digest, registry::client::Deletes::Denied(_)));
            }
        };
        match answer {
            Ok(()) | Err(RegistryError::ManifestUnknown { .. } | RegistryError::RepositoryUnknown { .. }) => {
                Ok(true)
            }
            Err(
                RegistryError::Denied { .. }
                | RegistryError::WrongCredentials { .. }
                | RegistryError::CredentialsNeeded { .. },
            ) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Engine {
    /// Whether a registry takes somebody's credentials.
    ///
    /// # Errors
    /// Where that cannot be told, because the registry does not answer.
    pub async fn registry_takes(&self, credentials: &RegistryCredentials) -> Result<bool, Error> {
        let upstream = self.upstream(&credentials.registry)?;
        let client = upstream.client.with_credentials(own(credentials))?;
        match client.ping().await {
            // A registry that takes anybody's has not looked at these.
            Ok(()) => {
                let nobody = Credentials::Basic { username: unique(), password: Secret::new(unique()) };
                Ok(upstream.client.with_credentials(nobody)?.ping().await.is_err())
            }
            Err(
                RegistryError::Denied { .. }
                | RegistryError::WrongCredentials { .. }
                | RegistryError::CredentialsNeeded { .. },
            ) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the registry lets who asks do something, if they signed in there; whoever did not is not asked about.
    pub(super) async fn registry_lets(
        &self,
        upstream: &Upstream,
        repository: &RepositoryName,
        permission: Permission,
    ) -> Result<bool, Error> {
        let person = match self.standing(upstream).await? {
            Standing::NotAsked => return Ok(true),
            Standing::Elsewhere => return Ok(false),
            Standing::Here(person) => person,
        };
        // Boxed, for everybody's questions begin with this, and few have signed in at a registry.
        let asking = async { person.ask(repository, permission).await };
        let asked = person.answers.entry((repository.clone(), permission)).or_try_insert_with(asking);
        let answer = Box::pin(asked).await;
        count_lookup("permissions", answer.as_ref().is_ok_and(|it| !it.is_fresh()));
        answer.map(Entry::into_value).map_err(|error: Arc<RegistryError>| Error::Registry((*error).clone()))
    }

    /// Whether who asks was let see a repository a moment ago; nothing is asked of the registry.
    pub(super) async fn registry_lets_already(
        &self,
        upstream: &Upstream,
        repository: &RepositoryName,
    ) -> bool {
        match self.standing(upstream).await {
            Ok(Standing::NotAsked) => true,
            Ok(Standing::Here(person)) => {
                person.answers.get(&(repository.clone(), Permission::Pull)).await == Some(true)
            }
            Ok(Standing::Elsewhere) | Err(_) => false,
        }
    }

    /// What the registry's catalog names to who asks, if they signed in there.
    pub(crate) async fn personal_catalog(
        &self,
        upstream: &Upstream,
    ) -> Result<Option<Arc<HashSet<RepositoryName>>>, Error> {
        let person = match self.standing(upstream).await? {
            Standing::NotAsked => return Ok(None),
            Standing::Elsewhere => return Ok(Some(Arc::default())),
            Standing::Here(person) => person,
        };
        let read = person.catalog.try_get_with((), async {
            let named = match person.client.catalog_mode() {
                // That the configuration names a repository does not mean that they may see it.
                CatalogMode::Listed(names) => person.pullable(names).await,
                _ => person.client.catalog().try_concat().await,
            };
            match named {
                Ok(names) => Ok(Some(Arc::new(names.into_iter().collect()))),
                Err(RegistryError::CatalogRefused { .. } | RegistryError::Denied { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        });
        let names =
            Box::pin(read).await.map_err(|error: Arc<RegistryError>| Error::Registry((*error).clone()))?;
        Ok(Some(names.unwrap_or_default()))
    }

    /// The client that sends what who asks wants sent to the registry as it is: their own, if they signed in there.
    pub(crate) async fn sending_client(&self, upstream: &Upstream) -> Result<Client, Error> {
        match self.standing(upstream).await? {
            Standing::Here(person) => Ok(person.client.clone()),
            Standing::NotAsked | Standing::Elsewhere => Ok(upstream.client.clone()),
        }
    }

    async fn standing(&self, upstream: &Upstream) -> Result<Standing, Error> {
        let Some(credentials) = &self.caller.credentials else { return Ok(Standing::NotAsked) };
        if credentials.registry != upstream.info.id {
            return Ok(Standing::Elsewhere);
        }
        let key = (
            credentials.registry.clone(),
            credentials.username.clone(),
            credentials.password.expose().to_owned(),
        );
        let make =
            async { upstream.client.with_credentials(own(credentials)).map(|it| Arc::new(Person::new(it))) };
        let person = Box::pin(self.people.0.try_get_with(key, make)).await;
        let person = person.map_err(|error: Arc<RegistryError>| Error::Registry((*error).clone()))?;
        Ok(Standing::Here(person))
    }
}

fn own(credentials: &RegistryCredentials) -> Credentials {
    Credentials::Basic { username: credentials.username.clone(), password: credentials.password.clone() }
}
