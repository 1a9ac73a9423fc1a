//! Reads each kind of manifest.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt, join_all};
use registry::Reference;
use registry::client::ManifestBytes;
use registry::created::Created;
use registry::history;
use registry::image::Contents;
use registry::image_config::ImageConfig;
use registry::manifest::{Descriptor, ImageManifest, Index, Manifest, Schema1};
use registry::summary::{AttestationRow, Kind, PlatformRow, State, Summary};

use super::part::{Kept, Part, blob, blob_of_unknown_size};
use super::summaries::{of_artifact, of_one_platform, told_apart};
use super::{Description, Detail, broken, described_at, state_of};
use crate::place::Place;
use crate::store::{ChildRecord, ManifestRecord, labels};

/// How deep indexes may lie in one another before it is taken for a trick.
const DEEPEST: usize = 4;
/// How many children of one index are read.
const MOST_CHILDREN: usize = 200;
/// The longest configuration that is read, in bytes.
pub(crate) const LONGEST_CONFIG: u64 = 4 << 20;

/// Reads what a manifest consists of.
pub(crate) fn describe<'a>(
    place: &'a Place,
    manifest: &'a ManifestBytes,
    detail: Detail,
    depth: usize,
) -> BoxFuture<'a, Description> {
    let reader = Reader { place, detail, depth };
    async move {
        let parsed = Manifest::parse(&manifest.media_type, &manifest.bytes);
        let subject = parsed.as_ref().ok().and_then(Manifest::subject).map(|it| it.digest.clone());
        let mut part = match parsed {
            Err(error) => Part {
                summary: Summary::broken(State::Unreadable, Some(error.to_string())),
                contents: Contents::default(),
                kept: Kept::default(),
            },
            Ok(Manifest::Image(image)) if image.is_image() => reader.image(manifest, &image).await,
            Ok(Manifest::Image(artifact)) => reader.artifact(manifest, &artifact).await,
            Ok(Manifest::Index(index)) if index.holds_layers() => reader.layer_index(manifest, &index),
            Ok(Manifest::Index(index)) => reader.index(manifest, &index).await,
            Ok(Manifest::Schema1(image)) => reader.schema1(manifest, &image),
        };
        part.summary.digest = Some(manifest.digest.clone());
        part.summary.media_type = Some(manifest.media_type.clone());
        if detail == Detail::Contents {
            part.contents.manifest = serde_json::from_slice(&manifest.bytes).ok();
        }
        let mut summary = part.summary.clone();
        summary.platforms.iter_mut().for_each(|it| it.contents = None);
        let Kept { labels, config, layers, children } = part.kept;
        let record = Arc::new(ManifestRecord {
            digest: manifest.digest.clone(),
            summary: Arc::new(summary),
            bytes: manifest.bytes.len() as u64,
            subject,
            labels,
            config,
            layers,
            children,
        });
        Description { summary: part.summary, contents: part.contents, record }
    }
    .boxed()
}

struct Reader<'a> {
    place: &'a Place,
    detail: Detail,
    depth: usize,
}

impl Reader<'_> {
    async fn image(&self, manifest: &ManifestBytes, image: &ImageManifest) -> Part {
        let config_bytes = match &image.config {
            Some(config) => {
                self.place.upstream.client.blob(&self.place.name, &config.digest, LONGEST_CONFIG).await
            }
            None => Ok("{}".into()),
        };
        let (config, state, problem) = match config_bytes.as_deref().map(ImageConfig::parse) {
            Ok(Ok(config)) => (config, State::Ok, None),
            Ok(Err(error)) => (ImageConfig::default(), State::Unreadable, Some(error.to_string())),
            Err(error) => (ImageConfig::default(), state_of(error), Some(error.to_string())),
        };
        let created = Created::read(config.created.as_deref(), &image.annotations);
        let kept = Kept::of(image, &config);
        let contents = match self.detail {
            Detail::Row => Contents::default(),
            Detail::Contents => Contents {
                layers: history::join(&image.layers, &config.history),
                config: config_bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()),
                annotations: image.annotations.clone(),
                manifest: None,
            },
        };
        let row = PlatformRow {
            platform: config.platform,
            digest: manifest.digest.clone(),
            size: Some(image.size()),
            created,
            state,
            detail: problem,
            contents: None,
        };
        Part { summary: of_one_platform(row), contents, kept }
    }

    fn schema1(&self, manifest: &ManifestBytes, image: &Schema1) -> Part {
        let row = PlatformRow {
            platform: image.platform.clone(),
            digest: manifest.digest.clone(),
            size: None,
            created: Created::read(image.created.as_deref(), &Default::default()),
            state: State::Ok,
            detail: None,
            contents: None,
        };
        let contents = Contents {
            layers: history::of_schema1(image),
            config: Some(serde_json::json!({ "config": image.config })),
            ..Contents::default()
        };
        let layers = image.layers.iter().map(|layer| blob_of_unknown_size(&layer.digest)).collect();
        Part { summary: of_one_platform(row), contents, kept: Kept { layers, ..Kept::default() } }
    }

    async fn artifact(&self, manifest: &ManifestBytes, artifact: &ImageManifest) -> Part {
        let contents = match (self.detail, &artifact.config) {
            (Detail::Row, _) => Contents::default(),
            (Detail::Contents, config) => Contents {
                layers: history::join(&artifact.layers, &[]),
                config: match config {
                    Some(config) if config.media_type.ends_with("json") => {
                        let bytes = self
                            .place
                            .upstream
                            .client
                            .blob(&self.place.name, &config.digest, LONGEST_CONFIG)
                            .await;
                        bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
                    }
                    _ => None,
                },
                annotations: artifact.annotations.clone(),
                manifest: None,
            },
        };
        let created = Created::read(None, &artifact.annotations);
        Part {
            summary: of_artifact(manifest, artifact.artifact_kind(), created, artifact.size()),
            contents,
            kept: Kept::of(artifact, &ImageConfig::default()),
        }
    }

    /// An index of layers, which is how BuildKit exports its cache.
    fn layer_index(&self, manifest: &ManifestBytes, index: &Index) -> Part {
        let (layers, others): (Vec<_>, Vec<_>) = index
            .manifests
            .iter()
            .cloned()
            .partition(|child| registry::media_type::is_image_layer(&child.media_type));
        let kind = others.first().map_or("", |it| it.media_type.as_str());
        let size = registry::manifest::total_size(&index.manifests);
        Part {
            summary: of_artifact(manifest, kind, Created::read(None, &index.annotations), size),
            contents: Contents {
                layers: history::join(&layers, &[]),
                annotations: index.annotations.clone(),
                ..Contents::default()
            },
            kept: Kept {
                labels: labels::text([&index.annotations]),
                layers: index.manifests.iter().map(blob).collect(),
                ..Kept::default()
            },
        }
    }

    async fn index(&self, manifest: &ManifestBytes, index: &Index) -> Part {
        let attestations =
            index.manifests.iter().filter(|child| child.is_attestation()).map(|child| AttestationRow {
                digest: child.digest.clone(),
                size: child.size,
                subject: child.attestation_subject(),
            });
        // Attestations are no platforms, but what becomes of them is known only if they are read as well.
        let read = index.manifests.iter().take(MOST_CHILDREN).map(|child| self.child(child));
        let mut read = join_all(read).await.into_iter();
        let mut platforms = Vec::new();
        let children = index.manifests.iter().map(|child| {
            let (rows, record) = read.next().unwrap_or_default();
            if !child.is_attestation() {
                platforms.extend(rows);
            }
            ChildRecord { digest: child.digest.clone(), record }
        });
        let children = children.collect();
        let kept = Kept { labels: labels::text([&index.annotations]), children, ..Kept::default() };
        let mut summary = Summary::of_index(
            manifest.digest.clone(),
            manifest.media_type.clone(),
            platforms,
            attestations.collect(),
        );
        summary.artifact_type.clone_from(&index.artifact_type);
        let n_children = index.manifests.len();
        if n_children > MOST_CHILDREN {
            summary.detail =
                Some(format!("only the first {MOST_CHILDREN} of {n_children} children were read"));
        }
        Part {
            summary,
            contents: Contents { annotations: index.annotations.clone(), ..Contents::default() },
            kept,
        }
    }

    /// The platforms that one child of an index stands for (one, or those of an index in the index), and what the
    /// inventory keeps of it.
    async fn child(&self, child: &Descriptor) -> (Vec<PlatformRow>, Option<Arc<ManifestRecord>>) {
        let depth = self.depth + 1;
        let alone = |state, detail, contents| PlatformRow {
            platform: child.platform.clone().unwrap_or_default(),
            digest: child.digest.clone(),
            size: None,
            created: Created::default(),
            state,
            detail,
            contents,
        };
        if depth > DEEPEST {
            let detail = format!("indexes lie in one another more than {DEEPEST} deep");
            return (vec![alone(State::Unreadable, Some(detail), None)], None);
        }
        // Nobody looks into an attestation on the page of its image.
        let detail = if child.is_attestation() { Detail::Row } else { self.detail };
        let (summary, contents, record) = match detail {
            Detail::Row => {
                let it = described_at(self.place, &child.digest, None, depth).boxed().await;
                (Arc::unwrap_or_clone(it.summary), None, it.record)
            }
            Detail::Contents => {
                let reference = Reference::Digest(child.digest.clone());
                match self.place.upstream.client.manifest(&self.place.name, &reference).await {
                    Ok(bytes) => {
                        let it = describe(self.place, &bytes, self.detail, depth).await;
                        (it.summary, Some(Box::new(it.contents)), Some(it.record))
                    }
                    Err(error) => (broken(&error), None, None),
                }
            }
        };
        let rows = match summary.kind {
            Kind::Broken => vec![alone(summary.state, summary.detail, contents)],
            Kind::Artifact => {
                let size = summary.size;
                vec![PlatformRow {
                    size,
                    created: summary.created,
                    ..alone(summary.state, summary.detail, contents)
                }]
            }
            Kind::Index => summary.platforms,
            Kind::Image => summary
                .platforms
                .into_iter()
                .map(|row| PlatformRow {
                    platform: told_apart(child, row.platform),
                    contents: contents.clone(),
                    ..row
                })
                .collect(),
        };
        (rows, record)
    }
}
