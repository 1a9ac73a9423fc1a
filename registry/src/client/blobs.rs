//! Blobs: configurations and layers.

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};

use crate::api_path::ApiPath;
use crate::client::area::Area;
use crate::client::response::Response;
use crate::client::{Client, RelayBody, RelayRequest, Relayed, hosts, verify};
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

    /// The blob as it comes, whatever its size; the last item is an error where it ends too early. Nothing is verified:
    /// see [`DigestCheck`](crate::client::DigestCheck).
    pub async fn blob_stream(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let path = ApiPath::Blob(repository.clone(), digest.clone());
        let (headers, body) = (HeaderMap::new(), RelayBody::Whole(Bytes::new()));
        let request = RelayRequest { method: Method::GET, path, query: None, elsewhere: None, headers, body };
        let Relayed { status, headers, mut body, .. } = self.relay(request).await?;
        if status == StatusCode::NOT_FOUND {
            return Err(Error::BlobUnknown { repository: repository.clone(), digest: digest.clone() });
        }
        if status.is_success() {
            return Ok(body);
        }
        // The relay holds the words of a refusal, and gives them as one piece.
        let body = body.next().await.transpose()?.unwrap_or_default();
        let host = hosts::name(&self.config().url);
        let refusal = Response { status, headers, body, host, own: true };
        Err(refusal.error(&Area::Repository(repository.clone())))
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
