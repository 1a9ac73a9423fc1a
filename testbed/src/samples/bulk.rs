//! Images that are quickly made, for the bench.

use std::sync::OnceLock;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;

use super::Clock;
use super::blob::{self, digest_of};
use super::layer::{Layer, Tree};

pub(crate) const MANIFEST: &str = blob::OCI_MANIFEST;
pub(crate) const INDEX: &str = blob::OCI_INDEX;

/// Two years in hours: the images are spread over as much.
const HOURS: usize = 17_520;

/// A configuration and the manifest that names it.
pub(crate) struct Made {
    pub(crate) config: Bytes,
    pub(crate) config_digest: String,
    pub(crate) manifest: Bytes,
    pub(crate) digest: String,
    architecture: &'static str,
}

/// The layers of every image, by digest; together less than 100 KiB.
pub(crate) fn layers() -> Vec<(String, Bytes)> {
    shared().iter().map(|layer| (digest_of(&layer.bytes), layer.bytes.clone())).collect()
}

fn shared() -> &'static [Layer; 3] {
    static LAYERS: OnceLock<[Layer; 3]> = OnceLock::new();
    LAYERS.get_or_init(|| {
        [("base", 90), ("runtime", 40), ("app", 12)].map(|(part, kib)| {
            Tree::new(&format!("bulk {part}"), Timestamp::UNIX_EPOCH)
                .program(&format!("srv/{part}"), kib)
                .gzip()
        })
    })
}

/// The image of one number for one of two platforms.
pub(crate) fn image(number: usize, platform: usize, clock: Clock) -> Made {
    let architecture = ["amd64", "arm64"][platform % 2];
    // A prime, so that the newest is not the last.
    let hours = i64::try_from(number * 7_919 % HOURS).unwrap_or_default();
    let diff_ids: Vec<_> = shared().iter().map(|layer| layer.diff_id.as_str()).collect();
    let config = blob::json(&json!({
        "architecture": architecture,
        "os": "linux",
        "created": clock.hours_ago(hours).to_string(),
        "config": { "Cmd": ["/srv/app"], "Labels": { "org.opencontainers.image.revision": format!("{number:040x}") } },
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
        "history": [
            { "created_by": "ADD base.tar.gz / # buildkit" },
            { "created_by": "COPY runtime /srv/ # buildkit" },
            { "created_by": "COPY app /srv/ # buildkit" },
            { "created_by": "CMD [\"/srv/app\"]", "empty_layer": true },
        ],
    }));
    let layers: Vec<_> =
        shared().iter().map(|layer| blob::descriptor(layer.media_type, &layer.bytes)).collect();
    let manifest = blob::json(&json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": blob::descriptor(blob::OCI_CONFIG, &config),
        "layers": layers,
    }));
    let (config_digest, digest) = (digest_of(&config), digest_of(&manifest));
    Made { config, config_digest, manifest, digest, architecture }
}

/// An index of images, by the platforms they were made for.
pub(crate) fn index(children: &[Made]) -> Bytes {
    let children: Vec<_> = children
        .iter()
        .map(|child| {
            json!({
                "mediaType": MANIFEST,
                "digest": child.digest,
                "size": child.manifest.len(),
                "platform": { "os": "linux", "architecture": child.architecture },
            })
        })
        .collect();
    blob::json(&json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": children }))
}
