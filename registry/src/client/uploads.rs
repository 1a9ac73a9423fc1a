//! Putting manifests and small blobs into a registry.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use serde_json::Value;
use url::Url;

use crate::client::area::Area;
use crate::client::response::Response;
use crate::client::transport::Request;
use crate::client::{Client, verify};
use crate::digest::Digest;
use crate::error::Error;
use crate::reference::{Reference, RepositoryName};

impl Client {
    /// Puts a manifest under a tag or its digest, byte for byte.
    ///
    /// # Errors
    /// [`Error::ContentMissing`] where the registry lacks a blob or child that the manifest names: its garbage
    /// collector has taken it.
    pub async fn put_manifest(
        &self,
        repository: &RepositoryName,
        reference: &Reference,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<(), Error> {
        let area = Area::Writing(repository.clone());
        let mut request =
            Request { method: Method::PUT, body: bytes, ..self.manifest_request(repository, reference) };
        let media_type = HeaderValue::try_from(media_type).map_err(|_| Error::Unreadable {
            what: request.what.clone(),
            why: "its media type cannot be sent".to_owned(),
        })?;
        request.headers.insert(CONTENT_TYPE, media_type);
        let response = self.call(&request, &area).await?;
        if response.status.is_success() {
            return Ok(());
        }
        if let Some(digests) = missing(&response) {
            return Err(Error::ContentMissing { repository: repository.clone(), digests });
        }
        Err(response.error(&area))
    }

    /// Whether a repository holds a blob.
    pub async fn has_blob(&self, repository: &RepositoryName, digest: &Digest) -> Result<bool, Error> {
        let area = Area::Repository(repository.clone());
        let what = format!("the blob {repository}@{digest}");
        let request = self.get(&format!("{repository}/blobs/{digest}"), 0, what);
        let response = self.call(&Request { method: Method::HEAD, ..request }, &area).await?;
        match response.status.as_u16() {
            200..300 => Ok(true),
            404 => Ok(false),
            _ => Err(response.error(&area)),
        }
    }

    /// Puts a blob into a repository, unless it is there, and returns its digest.
    pub async fn put_blob(&self, repository: &RepositoryName, bytes: Bytes) -> Result<Digest, Error> {
        let digest = verify::sha256_of(&bytes).await;
        if self.has_blob(repository, &digest).await? {
            return Ok(digest);
        }
        let area = Area::Writing(repository.clone());
        let what = format!("the upload of the blob {repository}@{digest}");
        let page = self.config().limits.page;
        let request = self.get(&format!("{repository}/blobs/uploads/"), page, what.clone());
        let begun = self.call(&Request { method: Method::POST, ..request }, &area).await?;
        if !begun.status.is_success() {
            return Err(begun.error(&area));
        }
        let url = self.upload_address(&begun, &what, &digest)?;
        let mut request = Request { method: Method::PUT, url, body: bytes, ..self.get("", page, what) };
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        let put = self.call(&request, &area).await?;
        if put.status.is_success() { Ok(digest) } else { Err(put.error(&area)) }
    }

    /// Where an upload goes on.
    ///
    /// Registries behind a proxy often name an address that is wrong in its scheme, host or prefix. What follows `/v2/`
    /// in it is right, and is asked for at the address that we know; so our credentials go nowhere else either.
    fn upload_address(&self, begun: &Response, what: &str, digest: &Digest) -> Result<Url, Error> {
        let unreadable = || Error::Unreadable {
            what: what.to_owned(),
            why: "the registry does not say where it goes on".to_owned(),
        };
        let location = begun.header(LOCATION.as_str()).ok_or_else(unreadable)?;
        let named = self.inner.endpoint.url("", None).join(location).map_err(|_| unreadable())?;
        let (_, path) = named.path().split_once("/v2/").ok_or_else(unreadable)?;
        let mut url = self.inner.endpoint.url(path, named.query());
        url.query_pairs_mut().append_pair("digest", digest.as_str());
        Ok(url)
    }
}

/// The digests that a refusal says are missing; `None` if it says something else.
fn missing(response: &Response) -> Option<Vec<Digest>> {
    if !matches!(response.status.as_u16(), 400 | 404) {
        return None;
    }
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    let errors = body.get("errors")?.as_array()?;
    let concerned: Vec<&Value> = errors
        .iter()
        .filter(|error| {
            let code = error.get("code").and_then(Value::as_str).unwrap_or_default();
            matches!(code, "MANIFEST_BLOB_UNKNOWN" | "BLOB_UNKNOWN" | "MANIFEST_UNKNOWN")
        })
        .collect();
    let mut digests = Vec::new();
    for error in &concerned {
        gather(error.get("detail").unwrap_or(&Value::Null), &mut digests);
    }
    digests.dedup();
    (!concerned.is_empty()).then_some(digests)
}

/// Registries name what is missing as a text, or somewhere in an object.
fn gather(value: &Value, into: &mut Vec<Digest>) {
    match value {
        Value::String(text) => into.extend(text.parse::<Digest>()),
        Value::Array(items) => items.iter().for_each(|it| gather(it, into)),
        Value::Object(fields) => fields.values().for_each(|it| gather(it, into)),
        _ => {}
    }
}
