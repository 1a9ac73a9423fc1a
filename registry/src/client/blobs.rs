//! Blobs: configurations and layers.

use bytes::Bytes;

use crate::client::area::Area;
use crate::client::{Client, verify};
use crate::digest::Digest;
use crate::error::Error;
use crate::reference::RepositoryName;

impl Client {
    /// The blob, verified, if it is not longer than `limit` bytes.
    ///
    /// Who asks for the same blob at the same time waits for the same request. A digest of an algorithm that we do not
    /// know cannot be verified; its blob is given as it came.
    pub async fn blob(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        limit: u64,
    ) -> Result<Bytes, Error> {
        let (client, repository, digest) = (self.clone(), repository.clone(), digest.clone());
        let key = (repository.clone(), digest.clone(), limit);
        self.blob_flights()
            .join(key, async move { client.fetch_blob(&repository, &digest, limit).await })
            .await
    }

    async fn fetch_blob(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        limit: u64,
    ) -> Result<Bytes, Error> {
        let area = Area::Repository(repository.clone());
        let what = format!("the blob {repository}@{digest}");
        let request = self.get(&format!("{repository}/blobs/{digest}"), limit, what);
        let response = self.call(&request, &area).await?;
        if response.status.as_u16() == 404 {
            return Err(Error::BlobUnknown { repository: repository.clone(), digest: digest.clone() });
        }
        if !response.status.is_success() {
            return Err(response.error(&area));
        }
        match verify::digest_like(digest, &response.body).await {
            Some(actual) if actual != *digest => {
                Err(Error::DigestMismatch { what: request.what, expected: digest.clone(), actual })
            }
            _ => Ok(response.body),
        }
    }
}
