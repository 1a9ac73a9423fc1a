//! The events of zot: <https://zotregistry.dev/latest/articles/events/>. It tells nothing of pulls.

use engine::{Notification, NotifiedAction};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Told, parse};

#[derive(Deserialize)]
struct Image {
    name: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    digest: String,
}

/// What an event tells. What stands before `.image.updated` can be configured.
pub(super) fn told(kind: &str, at: Timestamp, data: &Value) -> Told {
    let mut told = Told::default();
    let action = match kind {
        _ if kind.ends_with(".image.updated") => NotifiedAction::Pushed,
        _ if kind.ends_with(".image.deleted") => NotifiedAction::Deleted,
        // An image of it follows, or something else has happened.
        _ => return told,
    };
    told.add(one(action, at, data).map(Some));
    told
}

fn one(action: NotifiedAction, at: Timestamp, data: &Value) -> Result<Notification, String> {
    let image = Image::deserialize(data).map_err(|error| error.to_string())?;
    let filled = |text: String| Some(text).filter(|it| !it.is_empty());
    // The reference is a digest where the request named one.
    let tag = filled(image.reference).filter(|it| !it.contains(':'));
    Ok(Notification {
        repository: parse("name", &image.name)?,
        action,
        tag: tag.map(|it| parse("reference", &it)).transpose()?,
        digest: filled(image.digest).map(|it| parse("digest", &it)).transpose()?,
        at,
    })
}
