//! The files of images: what each layer adds, changes and removes, without pulling it.
//!
//! A layer is read once, when somebody asks for it, from its first byte to its last, and what it holds is kept by its
//! digest for ever. Nothing of it is unpacked to disk.

mod content;
mod fetch;
mod progress;
mod readings;
mod trees;

use std::collections::HashMap;
use std::sync::Arc;

use layers::ImageTree;
use registry::history::LayerRow;
use registry::image::ImageDetail;
use registry::summary::PlatformRow;
use registry::{Digest, Reference, RepositoryName};

use crate::inventory::chosen;
use crate::store::KnownLayer;
use crate::upstream::Upstream;
use crate::{Engine, Error};

pub use content::FileContent;
pub use progress::LayerProgress;
pub(crate) use readings::Readings;
pub(crate) use trees::Trees;

use trees::NoTree;

/// An image for one platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformImage {
    /// The registry's id.
    pub registry: String,
    /// The repository.
    pub repository: RepositoryName,
    /// The tag or digest.
    pub reference: Reference,
    /// The platform or its digest, where the image has several; the first that can be read where it is empty.
    pub platform: String,
}

/// What is known of the files of an image.
#[derive(Clone, Debug)]
pub struct ImageFiles {
    /// The manifest of the platform.
    pub digest: Option<Digest>,
    /// The platform, where the image names one.
    pub platform: Option<String>,
    /// The layers, the base first.
    pub layers: Vec<FilesLayer>,
    /// All files, once every layer was read as far as that is possible. Layers have the same positions here and there.
    pub tree: Option<Arc<ImageTree>>,
}

/// A layer, and whether it was read.
#[derive(Clone, Debug)]
pub struct FilesLayer {
    /// The step that made it.
    pub row: LayerRow,
    /// Whether it was read.
    pub state: LayerState,
}

/// Whether a layer was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerState {
    /// Nobody has asked for it yet.
    Unread,
    /// It will be read when others are done.
    Waiting,
    /// It is being read: how many of its compressed bytes were.
    Reading(u64),
    /// It was read.
    Read,
    /// It is damaged, or more than is read: why, in a sentence. The tree is that of the other layers.
    Damaged(String),
    /// It could not be fetched: why, in a sentence.
    Failed(String),
    /// It lies elsewhere, as the base layers of Windows do. The tree is that of the other layers.
    Elsewhere,
}

impl LayerState {
    /// Whether there is nothing more to be read of it.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Read | Self::Damaged(_) | Self::Elsewhere)
    }

    /// Whether it will be settled without anybody doing anything.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Waiting | Self::Reading(_))
    }
}

impl ImageFiles {
    /// Whether layers are being read.
    pub fn is_under_way(&self) -> bool {
        self.layers.iter().any(|it| it.state.is_under_way())
    }
}

impl Engine {
    /// What is known of the files of an image that was told, for one of its platforms or their digests; for the usual
    /// one where that is empty. Nothing is begun.
    pub async fn image_files(&self, image: &ImageDetail, platform: &str) -> Result<ImageFiles, Error> {
        let repository = image.repository.parse().map_err(|_| Error::Stopped)?;
        self.viewed(&image.registry, &repository).await?;
        self.files_of(image, chosen::platform(image, platform)?).await
    }

    /// The same, and begins to read the layers that were not read yet. Those that are damaged are read again if that is
    /// asked for; those that could not be fetched then as well, and otherwise after a few seconds.
    ///
    /// # Errors
    /// [`Error::Busy`] if very many layers wait to be read.
    pub async fn read_image_files(&self, image: &PlatformImage, again: bool) -> Result<ImageFiles, Error> {
        let (upstream, mut files) = Box::pin(self.files_in(image)).await?;
        for layer in &mut files.layers {
            let is_wanted = match &layer.state {
                LayerState::Unread => true,
                LayerState::Damaged(_) => again,
                LayerState::Failed(_) => {
                    again || layer.row.digest.as_ref().is_some_and(|it| self.readings.is_to_be_tried(it))
                }
                LayerState::Waiting | LayerState::Reading(_) | LayerState::Read | LayerState::Elsewhere => {
                    false
                }
            };
            let Some(digest) = layer.row.digest.as_ref().filter(|_| is_wanted) else { continue };
            if matches!(layer.state, LayerState::Damaged(_)) {
                self.store.forget_layer(digest).await?;
            }
            self.begin_reading(&upstream, &image.repository, digest, layer.row.size)?;
            layer.state = LayerState::Waiting;
            files.tree = None;
        }
        Ok(files)
    }

    /// What is known of the files of an image, and the registry that it is in.
    async fn files_in(&self, image: &PlatformImage) -> Result<(Arc<Upstream>, ImageFiles), Error> {
        let detail = self.image(&image.registry, &image.repository, &image.reference).await?;
        let upstream = Arc::clone(self.upstream(&image.registry)?);
        let files = self.files_of(&detail, chosen::platform(&detail, &image.platform)?).await?;
        Ok((upstream, files))
    }

    pub(crate) async fn files_of(
        &self,
        image: &ImageDetail,
        platform: Option<&PlatformRow>,
    ) -> Result<ImageFiles, Error> {
        let contents = chosen::contents(image, platform);
        let rows: Vec<LayerRow> = contents.layers.iter().filter(|it| !it.empty).cloned().collect();
        let digests: Vec<Digest> = rows.iter().filter_map(|it| it.digest.clone()).collect();
        let known = self.store.known_layers(&digests).await?;
        let layers = rows.into_iter().map(|row| FilesLayer { state: self.layer_state(&row, &known), row });
        let layers = layers.collect();
        let digest = platform.map(|it| it.digest.clone()).or_else(|| image.summary.digest.clone());
        let platform = platform.map(|it| it.platform.to_string());
        let mut files = ImageFiles { digest, platform, layers, tree: None };
        self.grow(&mut files).await?;
        Ok(files)
    }

    fn layer_state(&self, row: &LayerRow, known: &HashMap<Digest, KnownLayer>) -> LayerState {
        let Some(digest) = row.digest.as_ref().filter(|_| !row.foreign) else { return LayerState::Elsewhere };
        match known.get(digest) {
            Some(KnownLayer::Read) => LayerState::Read,
            Some(KnownLayer::Damaged(why)) => LayerState::Damaged(why.clone()),
            None => self.readings.state(digest).unwrap_or(LayerState::Unread),
        }
    }

    /// Puts the layers together, if all were read.
    async fn grow(&self, files: &mut ImageFiles) -> Result<(), Error> {
        if files.layers.iter().all(|it| it.state.is_settled()) {
            let readable = |it: &FilesLayer| match it.state {
                LayerState::Read => it.row.digest.clone(),
                _ => None,
            };
            let layers: Arc<[Option<Digest>]> = files.layers.iter().map(readable).collect();
            match self.trees.of(&self.store, layers).await {
                Ok(tree) => files.tree = Some(tree),
                Err(NoTree::Failed(error)) => return Err(error),
                Err(NoTree::Unreadable(digest)) => {
                    self.store.forget_layer(&digest).await?;
                    for layer in files.layers.iter_mut().filter(|it| it.row.digest.as_ref() == Some(&digest))
                    {
                        layer.state = LayerState::Unread;
                    }
                }
            }
        }
        Ok(())
    }
}
