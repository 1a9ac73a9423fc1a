//! Summaries put together from what was read.

use registry::Platform;
use registry::client::ManifestBytes;
use registry::created::Created;
use registry::manifest::Descriptor;
use registry::summary::{Kind, PlatformRow, State, Summary};

/// The platform as the index gives it, which knows variants that configurations leave out; else the configuration's.
pub(super) fn told_apart(child: &Descriptor, configured: Platform) -> Platform {
    child.platform.clone().filter(Platform::is_known).unwrap_or(configured)
}

pub(super) fn of_one_platform(row: PlatformRow) -> Summary {
    Summary {
        digest: None,
        media_type: None,
        kind: Kind::Image,
        artifact_type: None,
        created: row.created,
        size: row.size,
        attestations: Vec::new(),
        state: row.state,
        detail: row.detail.clone(),
        platforms: vec![row],
    }
}

pub(super) fn of_artifact(manifest: &ManifestBytes, kind: &str, created: Created, size: u64) -> Summary {
    Summary {
        digest: Some(manifest.digest.clone()),
        media_type: Some(manifest.media_type.clone()),
        kind: Kind::Artifact,
        artifact_type: Some(kind.to_owned()).filter(|it| !it.is_empty()),
        created,
        size: Some(size),
        platforms: Vec::new(),
        attestations: Vec::new(),
        state: State::Ok,
        detail: None,
    }
}
