//! Reading one layer, as it comes from the registry.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::{StreamExt, TryStreamExt};
use layers::{Limits, ReadError};
use registry::client::DigestCheck;
use registry::{Digest, RepositoryName};
use tokio_util::io::{StreamReader, SyncIoBridge};
use tokio_util::sync::CancellationToken;

use super::readings::Reading;
use crate::upstream::Upstream;
use crate::{Engine, Error};

/// What has come of reading a layer.
pub(super) enum Outcome {
    /// What it holds, as it is written down.
    Index(Vec<u8>),
    /// It is damaged, or more than is read: why, in a sentence.
    Damaged(String),
}

impl Engine {
    /// Reads a layer from its first byte to its last.
    ///
    /// # Errors
    /// Where it cannot be fetched, or is not what its digest says; another time it may be.
    pub(super) async fn fetch(
        &self,
        upstream: &Upstream,
        repository: &RepositoryName,
        layer: &Digest,
        reading: &Arc<Reading>,
        stop: &CancellationToken,
    ) -> Result<Outcome, Error> {
        let counted = Arc::clone(reading);
        let chunks = upstream.client.blob_stream(repository, layer).await?;
        let chunks = chunks
            .take_until(stop.clone().cancelled_owned())
            .inspect_ok(move |it| {
                counted.read.fetch_add(it.len() as u64, Ordering::Relaxed);
            })
            .map_err(io::Error::other);
        let bridge = SyncIoBridge::new(StreamReader::new(chunks.boxed()));
        let check = DigestCheck::of(layer);
        let read = tokio::task::spawn_blocking(move || {
            let mut checked = Checked { source: bridge, check };
            let read = layers::read(&mut checked, &Limits::default()).map(|it| it.encode());
            (read, checked.check.actual())
        });
        let (read, actual) = read.await.map_err(|_| Error::Stopped)?;
        if stop.is_cancelled() {
            return Err(Error::Stopped);
        }
        let index = match read {
            Ok(index) => index,
            Err(ReadError::Source(error)) => return Err(failed(error)),
            Err(error) => return Ok(Outcome::Damaged(error.to_string())),
        };
        match actual {
            Some(actual) if actual != *layer => {
                let what = format!("the layer {repository}@{layer}");
                Err(registry::Error::DigestMismatch { what, expected: layer.clone(), actual }.into())
            }
            _ => Ok(Outcome::Index(index)),
        }
    }
}

/// What the registry's client said, which is all that can go wrong with what it gives.
pub(super) fn failed(error: io::Error) -> Error {
    let inner = error.into_inner().and_then(|it| it.downcast::<registry::Error>().ok());
    inner.map_or(Error::Stopped, |it| Error::Registry(*it))
}

/// A source whose digest is made while it is read.
struct Checked<R> {
    source: R,
    check: DigestCheck,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(buffer)?;
        self.check.update(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}
