//! The notifications of Harbor: <https://goharbor.io/docs/main/working-with-projects/project-configuration/configure-webhooks/>.

use engine::{Notification, NotifiedAction};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Told, parse};

/// A notification in Harbor's own form.
#[derive(Deserialize)]
struct Default {
    #[serde(rename = "type")]
    kind: String,
    /// Seconds since 1970.
    #[serde(default)]
    occur_at: i64,
    event_data: Value,
}

#[derive(Deserialize)]
struct Artifacts {
    #[serde(default)]
    resources: Vec<Resource>,
    repository: Repository,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(default)]
    digest: String,
    #[serde(default)]
    tag: String,
}

#[derive(Deserialize)]
struct Repository {
    repo_full_name: String,
}

/// Reads a notification in Harbor's own form.
pub(super) fn read(value: &Value) -> Told {
    let it = match Default::deserialize(value) {
        Ok(it) => it,
        Err(error) => return Told { unreadable: vec![error.to_string()], ..Told::default() },
    };
    let action = match it.kind.as_str() {
        "PUSH_ARTIFACT" => "pushed",
        "PULL_ARTIFACT" => "pulled",
        "DELETE_ARTIFACT" => "deleted",
        _ => "",
    };
    let at = Timestamp::from_second(it.occur_at).unwrap_or_else(|_| Timestamp::now());
    told(action, at, &it.event_data)
}

/// What has happened to artifacts; nothing if that is of no interest.
pub(super) fn told(action: &str, at: Timestamp, data: &Value) -> Told {
    let mut told = Told::default();
    let action = match action {
        "pushed" => NotifiedAction::Pushed,
        "pulled" => NotifiedAction::Pulled,
        "deleted" => NotifiedAction::Deleted,
        _ => return told,
    };
    match Artifacts::deserialize(data) {
        Ok(it) => it.resources.iter().for_each(|resource| {
            told.add(one(action, at, &it.repository.repo_full_name, resource).map(Some));
        }),
        Err(error) => told.unreadable.push(error.to_string()),
    }
    told
}

fn one(
    action: NotifiedAction,
    at: Timestamp,
    repository: &str,
    resource: &Resource,
) -> Result<Notification, String> {
    let filled = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
    // What has no tag has its digest there too.
    let tag = filled(&resource.tag).filter(|it| !it.contains(':'));
    Ok(Notification {
        repository: parse("repository.repo_full_name", repository)?,
        action,
        tag: tag.map(|it| parse("tag", &it)).transpose()?,
        digest: filled(&resource.digest).map(|it| parse("digest", &it)).transpose()?,
        at,
    })
}
