//! Writing what looks found, and telling those who listen.

use registry::Tag;

use crate::events::Event;
use crate::place::Place;
use crate::store::{Change, Finding, StoreError};

/// Writes findings of one repository; returns whether they changed anything.
pub(crate) async fn write(place: &Place, findings: &[Finding]) -> Result<bool, StoreError> {
    if findings.is_empty() {
        return Ok(false);
    }
    let changes = place.upstream.store.write_findings(findings).await?;
    let mut any = false;
    for (finding, change) in findings.iter().zip(changes) {
        if change == Change::Row {
            any = true;
        }
        // A first scan would tell of every tag there is; how far it is says enough.
        if change == Change::Row && finding.is_known {
            place.upstream.events.publish(changed(place, &finding.tag));
        }
    }
    Ok(any)
}

fn changed(place: &Place, tag: &Tag) -> Event {
    Event::TagChanged {
        registry: place.upstream.info.id.clone(),
        repository: place.name.clone(),
        tag: tag.clone(),
    }
}

/// Tells that tags are gone.
pub(crate) fn publish_vanished<'a>(place: &Place, tags: impl IntoIterator<Item = &'a Tag>) {
    for tag in tags {
        place.upstream.events.publish(Event::TagGone {
            registry: place.upstream.info.id.clone(),
            repository: place.name.clone(),
            tag: tag.clone(),
        });
    }
}
