//! Passing on what clients of registries ask, such as `docker`, as far as who asks may see and do it.

use std::sync::Arc;

use jiff::Timestamp;
use registry::client::{Mount, RelayRequest, Relayed};
use registry::{ApiPath, Digest, Error as RegistryError, Reference, RepositoryName};

use crate::access::Role;
use crate::audit::Deed;
use crate::notifications::{Notification, NotifiedAction};
use crate::upstream::Upstream;
use crate::{Engine, Error, RepositoryQuery};

/// What comes of passing something on.
#[derive(Debug)]
pub enum PassedOn {
    /// Who asks is let in. The registry was not asked.
    Welcome,
    /// The registry's catalog for somebody who may not see all of it. The registry was not asked.
    Catalog(Vec<RepositoryName>),
    /// What the registry answered.
    Answer(Relayed),
}

impl Engine {
    /// Passes a request on to a registry, if who asks may.
    ///
    /// Reading needs that one may see the repository, everything else that one maintains it. Whoever signed in at the
    /// registry asks it with their own credentials, so that it decides by itself. What is pushed is written into the
    /// audit, and what is pushed and pulled is taken notice of.
    ///
    /// # Errors
    /// Those of `/v2/`: whoever has not signed in is asked to, where somebody else is told that there is no such thing.
    pub async fn pass_through(&self, registry: &str, request: RelayRequest) -> Result<PassedOn, Error> {
        if request.path == ApiPath::Root {
            // Clients sign in where they are asked to, and here is where they look whether they are: whoever may see
            // something without signing in could not do it in order to see more.
            return match self.caller().must_sign_in() {
                true => Err(Error::SignInNeeded),
                false => Ok(PassedOn::Welcome),
            };
        }
        if request.path == ApiPath::Catalog && self.is_restricted() {
            return self.seen_catalog(registry).await.map(PassedOn::Catalog);
        }
        // What holds a body cannot be shared while it is waited for, so only the path is.
        let (path, writes) = (request.path.clone(), request.path.is_written_by(request.method.as_str()));
        let let_through = self.let_through(registry, &path, writes).await;
        let upstream = let_through.map_err(|error| self.as_challenge(error))?;
        let request = match request.mount() {
            Some(from) if !self.may_mount(upstream, &from).await? => request.without_mount(),
            _ => request,
        };
        let asked = Asked::of(&request);
        let client = self.sending_client(upstream).await?;
        let answer = client.relay(request).await?;
        if let Some(asked) = asked.filter(|_| answer.status.is_success()) {
            let digest = answer.headers.get("docker-content-digest").and_then(|it| it.to_str().ok());
            let digest = digest.and_then(|it| it.parse::<Digest>().ok());
            self.take_notice(upstream, asked, digest).await;
        }
        Ok(PassedOn::Answer(answer))
    }

    /// The registry that a request is for, if who asks may send it.
    async fn let_through(
        &self,
        registry: &str,
        path: &ApiPath,
        writes: bool,
    ) -> Result<&Arc<Upstream>, Error> {
        let Some(repository) = path.repository() else { return self.shown(registry) };
        let upstream = self.viewed(registry, repository).await?;
        match writes && !self.may(Role::Maintainer, registry, Some(repository)) {
            true => Err(Error::RoleNeeded { role: Role::Maintainer, subject: repository.to_string() }),
            false => Ok(upstream),
        }
    }

    /// Whoever has not signed in may be allowed more after that, so they are asked to.
    fn as_challenge(&self, error: Error) -> Error {
        let is_refusal = matches!(
            error,
            Error::UnknownRegistry { .. }
                | Error::RoleNeeded { .. }
                | Error::Registry(RegistryError::RepositoryUnknown { .. })
        );
        if is_refusal && self.caller().must_sign_in() { Error::SignInNeeded } else { error }
    }

    async fn seen_catalog(&self, registry: &str) -> Result<Vec<RepositoryName>, Error> {
        match self.repositories(registry, &RepositoryQuery::default()).await {
            Ok(catalog) => Ok(catalog.names),
            // Nothing of it may be seen.
            Err(Error::UnknownRegistry { .. }) if !self.caller().must_sign_in() => Ok(Vec::new()),
            Err(error) => Err(self.as_challenge(error)),
        }
    }

    /// Whether a blob may be taken over from where it is to come. Where it may not, it is sent, as if it were not there.
    async fn may_mount(&self, upstream: &Upstream, from: &Mount) -> Result<bool, Error> {
        match from {
            Mount::From(repository) => self.sees(upstream, repository).await,
            Mount::Anywhere => Ok(!self.is_restricted()),
        }
    }

    async fn take_notice(&self, upstream: &Arc<Upstream>, asked: Asked, named: Option<Digest>) {
        let Asked { repository, reference, action } = asked;
        let (tag, digest) = match reference {
            Reference::Tag(tag) => (Some(tag), named),
            Reference::Digest(digest) => (None, Some(digest)),
        };
        if action == NotifiedAction::Pushed {
            let of = digest.as_ref().map(ToString::to_string).unwrap_or_default();
            let deed = Deed {
                action: "push".to_owned(),
                registry: upstream.info.id.clone(),
                repository: repository.to_string(),
                subject: tag.as_ref().map_or_else(|| of.clone(), ToString::to_string),
                outcome: "done".to_owned(),
                detail: if tag.is_some() { of } else { String::new() },
            };
            if let Err(error) = self.store().write_audit(&self.caller().actor(), &[deed]).await {
                // It is in the registry already, so nothing is gained by saying that it is not.
                tracing::error!(%error, %repository, "it cannot be written down that something was pushed");
            }
        }
        self.notify_soon(upstream, Notification { repository, action, tag, digest, at: Timestamp::now() });
    }
}

/// What is taken notice of once the registry has done it.
struct Asked {
    repository: RepositoryName,
    reference: Reference,
    action: NotifiedAction,
}

impl Asked {
    /// Nothing for what changes no tag and is no pull: a `HEAD` is a look.
    fn of(request: &RelayRequest) -> Option<Self> {
        let ApiPath::Manifest(repository, reference) = &request.path else { return None };
        let action = match request.method.as_str() {
            "PUT" => NotifiedAction::Pushed,
            "GET" => NotifiedAction::Pulled,
            _ => return None,
        };
        Some(Self { repository: repository.clone(), reference: reference.clone(), action })
    }
}
