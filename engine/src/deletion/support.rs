//! What each registry can do of what a deletion needs, found out once.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use registry::client::DeletionSupport;
use tracing::Instrument;

use crate::place::Place;
use crate::upstream::unique;
use crate::{Engine, Error};

/// How long it is believed; somebody may switch deletion on in the registry.
const BELIEVED_FOR: Duration = Duration::from_secs(10 * 60);

/// What a registry can do.
pub type Support = DeletionSupport;

/// What is known of it.
#[derive(Debug, Default)]
pub(crate) struct KnownSupport(Mutex<Option<(Instant, Support)>>);

impl KnownSupport {
    fn get(&self) -> Option<Support> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(at, _)| at.elapsed() < BELIEVED_FOR).map(|(_, it)| it.clone())
    }

    fn set(&self, support: &Support) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), support.clone()));
    }

    /// Forgets it, because the registry has just answered otherwise.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What the registry of a repository can do; found out by deleting what does not exist, if it is not known.
pub(super) async fn support(place: &Place) -> Result<Support, registry::Error> {
    if let Some(known) = place.upstream.support.get() {
        return Ok(known);
    }
    let found = place.upstream.client.probe_deletion(&place.name, &unique()).await?;
    place.upstream.support.set(&found);
    Ok(found)
}

impl Engine {
    /// The same as far as it is known; where it is not, it is found out in the background, if anything may be deleted.
    pub fn known_deletion_support(&self, registry: &str) -> Result<Option<Support>, Error> {
        let known = self.shown(registry)?.support.get();
        if known.is_none() && self.policy.enabled {
            let (engine, registry) = (self.as_server(), registry.to_owned());
            let asking = async move {
                if let Err(error) = engine.deletion_support(&registry).await {
                    tracing::debug!(%error, "what a registry can delete cannot be found out now");
                }
            };
            let span = tracing::error_span!(parent: None, "deletion_support", request_id = unique());
            tokio::spawn(asking.instrument(span));
        }
        Ok(known)
    }

    /// What a registry can do of what a deletion needs. It is found out with the first repository of its catalog, without
    /// harm; nothing where that cannot be told now.
    pub async fn deletion_support(&self, registry: &str) -> Result<Option<Support>, Error> {
        let upstream = self.shown(registry)?;
        if let Some(known) = upstream.support.get() {
            return Ok(Some(known));
        }
        let Some(first) = upstream.store.catalog(upstream.registry_id().await?).await?.into_iter().next()
        else {
            return Ok(None);
        };
        let place = Place::note(upstream, &first).await?;
        Ok(support(&place).await.ok())
    }
}
