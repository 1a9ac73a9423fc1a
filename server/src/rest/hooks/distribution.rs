//! The envelope of distribution (`application/vnd.docker.distribution.events.v1+json` and `.v2+json`), which Docker's
//! registry, GitLab and others send too: <https://distribution.github.io/distribution/about/notifications/>.

use engine::{Notification, NotifiedAction};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Told, parse};

/// How our own requests name themselves: what Stowage reads, nobody has pulled.
const OURSELVES: &str = "stowage/";

#[derive(Deserialize)]
struct Event {
    action: String,
    timestamp: Option<Timestamp>,
    target: Target,
    #[serde(default)]
    request: Request,
}

#[derive(Deserialize)]
struct Target {
    repository: String,
    digest: Option<String>,
    tag: Option<String>,
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request {
    method: String,
    useragent: String,
}

/// Reads the events of an envelope.
pub(super) fn read(events: &[Value]) -> Told {
    let mut told = Told::default();
    for event in events {
        told.add(one(event));
    }
    told
}

fn one(event: &Value) -> Result<Option<Notification>, String> {
    let event = Event::deserialize(event).map_err(|error| error.to_string())?;
    let action = match event.action.as_str() {
        "push" => NotifiedAction::Pushed,
        "pull" => NotifiedAction::Pulled,
        "delete" => NotifiedAction::Deleted,
        // A blob was mounted, or something that later versions tell of.
        _ => return Ok(None),
    };
    let filled = |text: Option<String>| text.filter(|it| !it.is_empty());
    let (tag, digest) = (filled(event.target.tag), filled(event.target.digest));
    // Layers have this type here, whatever their manifest says of them.
    let is_blob = event.target.media_type.as_deref() == Some("application/octet-stream");
    let is_pull = action == NotifiedAction::Pulled;
    if (is_blob && tag.is_none())
        || (is_pull && (event.request.method == "HEAD" || event.request.useragent.starts_with(OURSELVES)))
    {
        return Ok(None);
    }
    Ok(Some(Notification {
        repository: parse("target.repository", &event.target.repository)?,
        action,
        tag: tag.map(|it| parse("target.tag", &it)).transpose()?,
        digest: digest.map(|it| parse("target.digest", &it)).transpose()?,
        at: event.timestamp.unwrap_or_else(Timestamp::now),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(action: &str) -> Value {
        json!({
            "id": "320678d8-ca14-430f-8bb6-4ca139cd83f7",
            "timestamp": "2026-03-09T14:44:26.402973972-08:00",
            "action": action,
            "target": {
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "size": 708,
                "digest": format!("sha256:{}", "a".repeat(64)),
                "repository": "team/api",
                "url": "http://registry/v2/team/api/manifests/sha256:aaaa",
                "tag": "latest",
            },
            "request": { "id": "6df24a34", "addr": "192.168.64.11:42961", "host": "registry", "method": "GET", "useragent": "curl/7.38.0" },
            "actor": {},
            "source": { "addr": "registry:5000", "instanceID": "a53db899" },
        })
    }

    #[test]
    fn reads_what_was_pushed_pulled_and_deleted() {
        for (action, read) in [
            ("push", NotifiedAction::Pushed),
            ("pull", NotifiedAction::Pulled),
            ("delete", NotifiedAction::Deleted),
        ] {
            let it = one(&event(action)).unwrap().unwrap();
            assert_eq!((it.action, it.repository.as_str()), (read, "team/api"));
            assert_eq!(it.tag.unwrap().as_str(), "latest");
            assert_eq!(it.at.to_string(), "2026-03-09T22:44:26.402973972Z");
        }
        assert_eq!(one(&event("mount")), Ok(None));
    }

    #[test]
    fn what_nobody_pulled_is_no_pull() {
        let mut ours = event("pull");
        ours["request"]["useragent"] = json!("stowage/0.1.0");
        let mut head = event("pull");
        head["request"]["method"] = json!("HEAD");
        let mut layer = event("pull");
        layer["target"]["mediaType"] = json!("application/octet-stream");
        layer["target"].as_object_mut().unwrap().remove("tag");
        for event in [ours, head, layer] {
            assert_eq!(one(&event), Ok(None), "{event}");
        }
    }

    #[test]
    fn what_cannot_be_read_does_not_take_the_rest_with_it() {
        let mut no_repository = event("push");
        no_repository["target"]["repository"] = json!("../etc");
        let mut no_digest = event("push");
        no_digest["target"]["digest"] = json!("sha256:short");
        let events = [json!(7), json!({}), no_repository, no_digest, event("push")];
        let told = read(&events);
        assert_eq!((told.notifications.len(), told.unreadable.len()), (1, 4), "{told:?}");
    }
}
