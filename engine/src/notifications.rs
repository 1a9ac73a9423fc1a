//! What registries tell of themselves: that something was pushed, pulled or deleted.
//!
//! Nothing of it is believed but the times. Where a tag is now, and whether it is there at all, is asked of the registry.

mod soon;
mod waiting;

use std::collections::BTreeMap;

use jiff::Timestamp;
use registry::{Digest, RepositoryName, Tag};

use crate::events::Event;
use crate::place::Place;
use crate::store::{Millis, now};
use crate::upstream::Upstream;
use crate::{Engine, Error};

pub(crate) use soon::Soon;
pub(crate) use waiting::Notified;

/// Times before this one are those of a clock that was not set; in milliseconds, 2000-01-01.
const CLOCKS_BEGIN: Millis = 946_684_800_000;

/// Something that a registry says has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Where.
    pub repository: RepositoryName,
    /// What.
    pub action: NotifiedAction,
    /// To which tag, if it was named.
    pub tag: Option<Tag>,
    /// To which manifest, if it was named.
    pub digest: Option<Digest>,
    /// When.
    pub at: Timestamp,
}

/// What a registry says has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotifiedAction {
    /// A manifest was pushed.
    Pushed,
    /// A manifest was pulled.
    Pulled,
    /// A manifest, a tag, or the whole repository was deleted.
    Deleted,
}

impl Notification {
    /// When it happened; a clock that is ahead of ours, or was not set, is not believed.
    fn millis(&self) -> Millis {
        let (at, now) = (self.at.as_millisecond(), now());
        if at < CLOCKS_BEGIN { now } else { at.min(now) }
    }
}

impl Engine {
    /// Takes notice of what a registry says has happened.
    ///
    /// Pulls are written down before this returns. What was pushed or deleted is compared with the registry in the
    /// background, a few repositories at a time; see [`events`](Self::events).
    pub async fn notify(&self, registry: &str, notifications: &[Notification]) -> Result<(), Error> {
        let upstream = self.upstream(registry)?;
        let mut by_repository: BTreeMap<&RepositoryName, Vec<&Notification>> = BTreeMap::new();
        for notification in notifications {
            by_repository.entry(&notification.repository).or_default().push(notification);
        }
        for (name, all) in by_repository {
            let (pulls, changes): (Vec<&Notification>, Vec<&Notification>) =
                all.into_iter().partition(|it| it.action == NotifiedAction::Pulled);
            let known = upstream.store.repository(upstream.registry_id().await?, name).await?;
            let is_new = known.is_none();
            if let Some(known) = known.filter(|_| !pulls.is_empty()) {
                let place = Place { upstream: upstream.clone(), name: name.clone(), id: known.id };
                pulled(&place, &pulls).await?;
            }
            // What was deleted from a repository that nobody has looked at is not missed.
            if changes.iter().any(|it| !is_new || it.action == NotifiedAction::Pushed) {
                waiting::add(upstream, name, &changes, is_new);
            }
        }
        Ok(())
    }
}

async fn pulled(place: &Place, pulls: &[&Notification]) -> Result<(), Error> {
    let mut by_tag: BTreeMap<Tag, Millis> = BTreeMap::new();
    for pull in pulls {
        let tags = match (&pull.tag, &pull.digest) {
            (Some(tag), _) => vec![tag.clone()],
            // By digest it is not known which of its tags was meant; what they lead to was pulled in any case. Whoever pulls
            // an index pulls one of its platforms by its digest.
            (None, Some(digest)) => place.upstream.store.tags_leading_to(place.id, digest).await?,
            (None, None) => Vec::new(),
        };
        for tag in tags {
            let at = by_tag.entry(tag).or_default();
            *at = pull.millis().max(*at);
        }
    }
    let changed = place.upstream.store.write_pulls(place.id, &by_tag).await?;
    publish(&place.upstream, &place.name, changed);
    Ok(())
}

fn publish(upstream: &Upstream, repository: &RepositoryName, tags: Vec<Tag>) {
    for tag in tags {
        upstream.events.publish(Event::TagChanged {
            registry: upstream.info.id.clone(),
            repository: repository.clone(),
            tag,
        });
    }
}
