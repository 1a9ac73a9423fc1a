//! The content of one file, which is read out of its layer as it comes from the registry.

use std::io::{self, Write};

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use layers::image::At;
use layers::{Content, FilePath, Limits, ReadError};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::PlatformImage;
use super::fetch::failed;
use crate::error::NoContent;
use crate::{Engine, Error};

/// How many pieces of a file wait for whoever takes them.
const AHEAD: usize = 4;

/// The content of a file.
pub struct FileContent {
    /// Its path from the root.
    pub path: FilePath,
    /// How many bytes it has.
    pub size: u64,
    /// The content, as it comes. Where it breaks off, its last item is an error.
    pub chunks: BoxStream<'static, Result<Bytes, Error>>,
}

impl std::fmt::Debug for FileContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileContent")
            .field("path", &self.path)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// The content of a file as it is in an image after one of its layers, counted from 0; after the last, where none is
    /// given. At most `most` bytes of it are read.
    ///
    /// # Errors
    /// [`Error::NoFile`] unless the layers were read and have a file there.
    pub async fn file_content(
        &self,
        image: &PlatformImage,
        layer: Option<usize>,
        path: &FilePath,
        most: u64,
    ) -> Result<FileContent, Error> {
        let no = |why| Error::NoFile { path: path.display_safe(), why };
        let (upstream, files) = Box::pin(self.files_in(image)).await?;
        let tree = files.tree.as_ref().ok_or_else(|| no(NoContent::Unread))?;
        let last = files.layers.len().saturating_sub(1);
        let row = tree.find(path, At::image(layer.unwrap_or(last))).ok_or_else(|| no(NoContent::Nothing))?;
        let place = row.place.ok_or_else(|| no(NoContent::NotAFile))?;
        let content = place.content.readable().map_err(|_| no(NoContent::Sparse))?;
        let digest = files.layers.get(place.layer).and_then(|it| it.row.digest.as_ref());
        let digest = digest.ok_or_else(|| no(NoContent::Nothing))?;
        let chunks = upstream.client.blob_stream(&image.repository, digest).await?;
        let mut chunks = copy(chunks, content, most, path.clone());
        // What fails at once is told by the answer's status, not by its end.
        let first = chunks.next().await.transpose()?.unwrap_or_default();
        let chunks = futures::stream::once(async { Ok(first) }).chain(chunks).boxed();
        Ok(FileContent { path: path.clone(), size: content.size, chunks })
    }
}

/// Reads a file out of a layer, as fast as it is taken.
fn copy(
    layer: BoxStream<'static, Result<Bytes, registry::Error>>,
    content: Content,
    most: u64,
    path: FilePath,
) -> BoxStream<'static, Result<Bytes, Error>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let bridge = SyncIoBridge::new(StreamReader::new(layer.map_err(io::Error::other).boxed()));
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces(sender.clone());
        let error = match layers::read_file(bridge, &content, most, &Limits::default(), &mut pieces) {
            // Whoever took the pieces wants no more.
            Ok(_) | Err(ReadError::Target(_)) => return,
            Err(ReadError::Source(error)) => failed(error),
            Err(error) => {
                tracing::warn!(%error, "a file cannot be read out of its layer");
                Error::NoFile { path: path.display_safe(), why: NoContent::Damaged }
            }
        };
        // Nobody is left to be told if this fails.
        let _ = sender.blocking_send(Err(error));
    });
    ReceiverStream::new(receiver).boxed()
}

/// Passes on what is written to it.
struct Pieces(mpsc::Sender<Result<Bytes, Error>>);

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(piece)));
        sent.map(|()| piece.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
