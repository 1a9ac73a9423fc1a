//! Reads the files of an artifact.

use futures::{StreamExt, stream};
use registry::RepositoryName;
use registry::artifact::{
    ArtifactFile, ArtifactKind, Chart, Document, InvalidDocument, LONGEST_DOCUMENT, Outcome, Verification,
    archive, is_document, is_signable, read,
};
use registry::client::Client;
use registry::manifest::{Descriptor, ImageManifest};

use crate::cosign::{Check, best};
use crate::inventory::describe::LONGEST_CONFIG;

/// How many files are read of one artifact.
const MOST_READ: usize = 20;
/// How many bytes are read of one artifact.
const MOST_BYTES: u64 = 32 << 20;
/// How many files are read at the same time.
const AT_A_TIME: usize = 4;
/// The longest file that is read where many artifacts are listed, in bytes.
const LONGEST_OF_MANY: u64 = 1 << 20;
/// The annotation that names a file (OCI image specification, "Annotations").
const TITLE: &str = "org.opencontainers.image.title";

/// How much is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// What is in the files.
    Whole,
    /// Whether they are signed.
    Signatures,
}

/// Reads the files of an artifact.
pub(crate) struct Reader<'a> {
    pub(crate) client: &'a Client,
    pub(crate) repository: &'a RepositoryName,
    pub(crate) check: Check<'a>,
    pub(crate) depth: Depth,
}

impl Reader<'_> {
    /// The first files, with what is in those that are documents.
    pub(crate) async fn files(
        &self,
        artifact: &ImageManifest,
        kinds: &[ArtifactKind],
        most: usize,
    ) -> Vec<ArtifactFile> {
        let of_kind = Check::of_kind(kinds);
        let (mut n_read, mut n_bytes) = (0, 0);
        let files = artifact.layers.iter().take(most).map(|layer| {
            let wanted = match self.depth {
                Depth::Whole => is_document(layer),
                Depth::Signatures => is_signable(layer),
            };
            let fits = n_read < MOST_READ && layer.size <= MOST_BYTES.saturating_sub(n_bytes);
            if wanted && fits {
                (n_read, n_bytes) = (n_read + 1, n_bytes + layer.size);
            }
            let of_kind = of_kind.clone();
            async move {
                match (wanted, fits) {
                    (true, true) => self.document(layer).await,
                    (true, false) => {
                        left_out(layer, "there is more in this artifact than is read of one".to_owned())
                    }
                    (false, _) => ArtifactFile { verification: of_kind, ..bare(layer) },
                }
            }
        });
        let files: Vec<_> = files.collect();
        stream::iter(files).buffered(AT_A_TIME).collect().await
    }

    /// What came of checking the signatures in an artifact, the best of it.
    pub(crate) async fn verification(
        &self,
        artifact: &ImageManifest,
        kinds: &[ArtifactKind],
    ) -> Option<Verification> {
        let files = self.files(artifact, kinds, MOST_READ).await;
        best(files.into_iter().filter_map(|it| it.verification))
    }

    async fn document(&self, layer: &Descriptor) -> ArtifactFile {
        let limit = match self.depth {
            Depth::Whole => LONGEST_DOCUMENT,
            Depth::Signatures => LONGEST_OF_MANY,
        };
        if layer.size > limit {
            return left_out(layer, format!("it is longer than {limit} bytes"));
        }
        let bytes = match self.client.blob(self.repository, &layer.digest, limit).await {
            Ok(bytes) => bytes,
            Err(error) => return unreadable(layer, error.to_string()),
        };
        let (media_type, copy) = (layer.media_type.clone(), bytes.clone());
        match blocking(move || read(&media_type, &copy)).await {
            Ok(document) => {
                let verification = self.check.file(layer, &bytes, &document);
                let Document { statement, content, .. } = document;
                ArtifactFile { statement, content, verification, ..bare(layer) }
            }
            Err(error) => unreadable(layer, error.to_string()),
        }
    }

    /// The chart, from its configuration and the archive of its files. What cannot be read is left out.
    pub(crate) async fn chart(&self, artifact: &ImageManifest) -> Option<Chart> {
        let config = artifact.config.as_ref()?;
        let bytes = self.client.blob(self.repository, &config.digest, LONGEST_CONFIG).await.ok()?;
        let mut chart = Chart::parse(&bytes).ok()?;
        let content = artifact.layers.iter().find(|it| it.media_type.contains("helm.chart.content"));
        if let Some(content) = content.filter(|it| it.size <= LONGEST_DOCUMENT)
            && let Ok(bytes) = self.client.blob(self.repository, &content.digest, LONGEST_DOCUMENT).await
        {
            chart.files = blocking(move || archive::read(&bytes)).await.ok();
        }
        Some(chart)
    }
}

/// Long documents take long enough to hold others up.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, InvalidDocument> + Send + 'static,
) -> Result<T, InvalidDocument> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|error| {
        tracing::error!(%error, "reading a file of an artifact ended early");
        Err(InvalidDocument::Broken("reading it ended early; see the server's log".to_owned()))
    })
}

fn bare(layer: &Descriptor) -> ArtifactFile {
    ArtifactFile {
        digest: layer.digest.clone(),
        media_type: layer.media_type.clone(),
        size: layer.size,
        title: title(layer),
        annotations: layer.annotations.clone(),
        statement: None,
        content: None,
        verification: None,
        problem: None,
    }
}

fn left_out(layer: &Descriptor, why: String) -> ArtifactFile {
    let verification = is_signable(layer).then(|| Verification::without_key(Outcome::TooLong));
    ArtifactFile { verification, problem: Some(why), ..bare(layer) }
}

fn unreadable(layer: &Descriptor, why: String) -> ArtifactFile {
    let verification = is_signable(layer).then(Check::unreadable);
    ArtifactFile { verification, problem: Some(why), ..bare(layer) }
}

/// What a file is called.
fn title(layer: &Descriptor) -> Option<String> {
    layer.annotations.get(TITLE).filter(|it| !it.is_empty()).cloned()
}
