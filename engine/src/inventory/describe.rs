//! Reads a manifest with all that lies below it, and says what it is.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt, join_all};
use registry::client::ManifestBytes;
use registry::created::Created;
use registry::history;
use registry::image::Contents;
use registry::image_config::ImageConfig;
use registry::manifest::{Descriptor, ImageManifest, Index, Manifest, Schema1};
use registry::summary::{AttestationRow, Kind, PlatformRow, State, Summary};
use registry::{Digest, Error, Platform, Reference, RepositoryName};

use crate::upstream::Upstream;

/// How deep indexes may lie in one another before it is taken for a trick.
const DEEPEST: usize = 4;
/// How many children of one index are read.
const MOST_CHILDREN: usize = 200;
/// The longest configuration that is read, in bytes.
const LONGEST_CONFIG: u64 = 4 << 20;

/// How much is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// What a row of a list shows; it is remembered by digest.
    Row,
    /// The layers, configurations and manifests as well; they are read anew.
    Contents,
}

/// A manifest described.
pub(crate) struct Description {
    pub(crate) summary: Summary,
    pub(crate) contents: Contents,
}

/// What a row shows of a digest, from memory where it is known.
///
/// `manifest` saves a request where the caller has it already.
pub(crate) async fn summary(
    upstream: &Upstream,
    repository: &RepositoryName,
    digest: &Digest,
    manifest: Option<ManifestBytes>,
) -> Arc<Summary> {
    summary_at(upstream, repository, digest, manifest, 0).await
}

async fn summary_at(
    upstream: &Upstream,
    repository: &RepositoryName,
    digest: &Digest,
    manifest: Option<ManifestBytes>,
    depth: usize,
) -> Arc<Summary> {
    let key = (repository.clone(), digest.clone());
    if let Some(summary) = upstream.summaries.get(&key).await {
        return summary;
    }
    let manifest = match manifest {
        Some(manifest) => Ok(manifest),
        None => upstream.client.manifest(repository, &Reference::Digest(digest.clone())).await,
    };
    let summary = match manifest {
        Ok(manifest) => Arc::new(describe(upstream, repository, &manifest, Detail::Row, depth).await.summary),
        Err(error) => return Arc::new(broken(&error)),
    };
    if summary.is_settled() {
        upstream.summaries.insert(key, summary.clone()).await;
    }
    summary
}

/// A manifest that could not be read, with the reason.
pub(crate) fn broken(error: &Error) -> Summary {
    match state_of(error) {
        State::ManifestMissing => Summary::broken(State::ManifestMissing, None),
        state => Summary::broken(state, Some(error.to_string())),
    }
}

fn state_of(error: &Error) -> State {
    match error {
        Error::ManifestUnknown { .. } => State::ManifestMissing,
        Error::BlobUnknown { .. } => State::ConfigMissing,
        Error::Unreadable { .. } | Error::DigestMismatch { .. } | Error::TooLarge { .. } => State::Unreadable,
        _ => State::Failed,
    }
}

/// Reads what a manifest consists of.
pub(crate) fn describe<'a>(
    upstream: &'a Upstream,
    repository: &'a RepositoryName,
    manifest: &'a ManifestBytes,
    detail: Detail,
    depth: usize,
) -> BoxFuture<'a, Description> {
    let reader = Reader { upstream, repository, detail, depth };
    async move {
        let mut description = match Manifest::parse(&manifest.media_type, &manifest.bytes) {
            Err(error) => Description {
                summary: Summary::broken(State::Unreadable, Some(error.to_string())),
                contents: Contents::default(),
            },
            Ok(Manifest::Image(image)) if image.is_image() => reader.image(manifest, &image).await,
            Ok(Manifest::Image(artifact)) => reader.artifact(manifest, &artifact).await,
            Ok(Manifest::Index(index)) if index.holds_layers() => reader.layer_index(manifest, &index),
            Ok(Manifest::Index(index)) => reader.index(manifest, &index).await,
            Ok(Manifest::Schema1(image)) => reader.schema1(manifest, &image),
        };
        description.summary.digest = Some(manifest.digest.clone());
        description.summary.media_type = Some(manifest.media_type.clone());
        if detail == Detail::Contents {
            description.contents.manifest = serde_json::from_slice(&manifest.bytes).ok();
        }
        description
    }
    .boxed()
}

struct Reader<'a> {
    upstream: &'a Upstream,
    repository: &'a RepositoryName,
    detail: Detail,
    depth: usize,
}

impl Reader<'_> {
    async fn image(&self, manifest: &ManifestBytes, image: &ImageManifest) -> Description {
        let config_bytes = match &image.config {
            Some(config) => self.upstream.client.blob(self.repository, &config.digest, LONGEST_CONFIG).await,
            None => Ok("{}".into()),
        };
        let (config, state, problem) = match config_bytes.as_deref().map(ImageConfig::parse) {
            Ok(Ok(config)) => (config, State::Ok, None),
            Ok(Err(error)) => (ImageConfig::default(), State::Unreadable, Some(error.to_string())),
            Err(error) => (ImageConfig::default(), state_of(error), Some(error.to_string())),
        };
        let created = Created::read(config.created.as_deref(), &image.annotations);
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
        Description { summary: of_one_platform(row), contents }
    }

    fn schema1(&self, manifest: &ManifestBytes, image: &Schema1) -> Description {
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
        Description { summary: of_one_platform(row), contents }
    }

    async fn artifact(&self, manifest: &ManifestBytes, artifact: &ImageManifest) -> Description {
        let contents = match (self.detail, &artifact.config) {
            (Detail::Row, _) => Contents::default(),
            (Detail::Contents, config) => Contents {
                layers: history::join(&artifact.layers, &[]),
                config: match config {
                    Some(config) if config.media_type.ends_with("json") => {
                        let bytes =
                            self.upstream.client.blob(self.repository, &config.digest, LONGEST_CONFIG).await;
                        bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
                    }
                    _ => None,
                },
                annotations: artifact.annotations.clone(),
                manifest: None,
            },
        };
        let created = Created::read(None, &artifact.annotations);
        Description {
            summary: of_artifact(manifest, artifact.artifact_kind(), created, artifact.size()),
            contents,
        }
    }

    /// An index of layers, which is how BuildKit exports its cache.
    fn layer_index(&self, manifest: &ManifestBytes, index: &Index) -> Description {
        let (layers, others): (Vec<_>, Vec<_>) = index
            .manifests
            .iter()
            .cloned()
            .partition(|child| registry::media_type::is_image_layer(&child.media_type));
        let kind = others.first().map_or("", |it| it.media_type.as_str());
        let size = registry::manifest::total_size(&index.manifests);
        Description {
            summary: of_artifact(manifest, kind, Created::read(None, &index.annotations), size),
            contents: Contents {
                layers: history::join(&layers, &[]),
                annotations: index.annotations.clone(),
                ..Contents::default()
            },
        }
    }

    async fn index(&self, manifest: &ManifestBytes, index: &Index) -> Description {
        let attestations =
            index.manifests.iter().filter(|child| child.is_attestation()).map(|child| AttestationRow {
                digest: child.digest.clone(),
                size: child.size,
                subject: child.attestation_subject(),
            });
        let children = index.manifests.iter().filter(|child| !child.is_attestation());
        let platforms = join_all(children.clone().take(MOST_CHILDREN).map(|child| self.child(child))).await;
        let mut summary = Summary::of_index(
            manifest.digest.clone(),
            manifest.media_type.clone(),
            platforms.into_iter().flatten().collect(),
            attestations.collect(),
        );
        summary.artifact_type.clone_from(&index.artifact_type);
        let n_children = children.count();
        if n_children > MOST_CHILDREN {
            summary.detail =
                Some(format!("only the first {MOST_CHILDREN} of {n_children} children were read"));
        }
        Description {
            summary,
            contents: Contents { annotations: index.annotations.clone(), ..Contents::default() },
        }
    }

    /// The platforms that one child of an index stands for: one, or those of an index in the index.
    async fn child(&self, child: &Descriptor) -> Vec<PlatformRow> {
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
            return vec![alone(State::Unreadable, Some(detail), None)];
        }
        let (summary, contents) = match self.detail {
            Detail::Row => {
                let summary =
                    summary_at(self.upstream, self.repository, &child.digest, None, depth).boxed().await;
                (Arc::unwrap_or_clone(summary), None)
            }
            Detail::Contents => {
                let reference = Reference::Digest(child.digest.clone());
                match self.upstream.client.manifest(self.repository, &reference).await {
                    Ok(bytes) => {
                        let it = describe(self.upstream, self.repository, &bytes, self.detail, depth).await;
                        (it.summary, Some(Box::new(it.contents)))
                    }
                    Err(error) => (broken(&error), None),
                }
            }
        };
        match summary.kind {
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
        }
    }
}

/// The platform as the index gives it, which knows variants that configurations leave out; else the configuration's.
fn told_apart(child: &Descriptor, configured: Platform) -> Platform {
    child.platform.clone().filter(Platform::is_known).unwrap_or(configured)
}

fn of_one_platform(row: PlatformRow) -> Summary {
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

fn of_artifact(manifest: &ManifestBytes, kind: &str, created: Created, size: u64) -> Summary {
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
