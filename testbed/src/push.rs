//! Pushing to a registry: no more than samples need, and nothing that is there already.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use url::Url;

use crate::Distribution;
use crate::error::{Error, Result};

/// Long, because the registry may share a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Every type that samples use; distribution answers 404 for others.
pub(crate) const ACCEPT_ANY: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.docker.distribution.manifest.v2+json";

/// Pushes blobs and manifests to one registry; clones share connections.
#[derive(Clone, Debug)]
pub struct Pusher {
    client: Client,
    url: String,
    credentials: Option<(String, String)>,
}

impl Pusher {
    /// Pushes to the registry at `url`, which needs no credentials.
    ///
    /// # Panics
    /// When the HTTP client cannot be made.
    pub fn new(url: &str) -> Self {
        let client =
            crate::http::client().timeout(TIMEOUT).build().expect("the client needs nothing special");
        Self::with_client(url, client)
    }

    /// The same with a client of one's own, which may trust another authority.
    pub fn with_client(url: &str, client: Client) -> Self {
        Self { client, url: url.trim_end_matches('/').to_owned(), credentials: None }
    }

    /// Pushes to a registry of ours that needs no credentials.
    pub fn to(registry: &Distribution) -> Self {
        Self::new(&registry.url())
    }

    /// Sends a user name and a password with each request.
    #[must_use]
    pub fn basic(mut self, user: &str, password: &str) -> Self {
        self.credentials = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Uploads a blob unless the repository has it; whether it had to.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses.
    pub async fn blob(&self, repository: &str, digest: &str, bytes: Bytes) -> Result<bool> {
        let path = format!("{repository}/blobs/{digest}");
        if self.request(Method::HEAD, &path).send().await?.status() == StatusCode::OK {
            return Ok(false);
        }
        self.upload(repository, digest, bytes).await.map(|()| true)
    }

    /// Uploads a blob without asking first whether it is there.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses.
    pub async fn upload(&self, repository: &str, digest: &str, bytes: Bytes) -> Result<()> {
        let start = format!("{repository}/blobs/uploads/");
        let started = self.request(Method::POST, &start).header(CONTENT_LENGTH, 0).send().await?;
        let started = expect(StatusCode::ACCEPTED, "POST", started).await?;
        self.put_blob(&started, digest, bytes).await
    }

    /// Makes a blob of another repository appear in this one, by mounting it, or by uploading where that fails.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses.
    pub async fn mount(&self, repository: &str, from: &str, digest: &str, bytes: Bytes) -> Result<()> {
        let path = format!("{repository}/blobs/uploads/?mount={digest}&from={from}");
        let answer = self.request(Method::POST, &path).header(CONTENT_LENGTH, 0).send().await?;
        if answer.status() == StatusCode::CREATED {
            return Ok(());
        }
        let started = expect(StatusCode::ACCEPTED, "POST", answer).await?;
        self.put_blob(&started, digest, bytes).await
    }

    async fn put_blob(&self, started: &Response, digest: &str, bytes: Bytes) -> Result<()> {
        let location =
            started.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut target = started
            .url()
            .join(location)
            .map_err(|_| Error::Sample(format!("the registry gave the upload location {location:?}")))?;
        target.query_pairs_mut().append_pair("digest", digest);
        let request = self.with_credentials(self.client.put(target));
        let answer = request.header(CONTENT_TYPE, "application/octet-stream").body(bytes).send().await?;
        expect(StatusCode::CREATED, "PUT", answer).await.map(drop)
    }

    /// Puts a manifest on a tag or its digest.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses.
    pub async fn manifest(
        &self,
        repository: &str,
        reference: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<()> {
        let path = format!("{repository}/manifests/{reference}");
        let request = self.request(Method::PUT, &path).header(CONTENT_TYPE, media_type).body(bytes);
        expect(StatusCode::CREATED, "PUT", request.send().await?).await.map(drop)
    }

    /// The digest that a tag or a digest leads to, if it leads anywhere.
    ///
    /// # Errors
    /// When the registry cannot be reached.
    pub async fn resolve(&self, repository: &str, reference: &str) -> Result<Option<String>> {
        let path = format!("{repository}/manifests/{reference}");
        let answer = self.request(Method::HEAD, &path).header(ACCEPT, ACCEPT_ANY).send().await?;
        if answer.status() != StatusCode::OK {
            return Ok(None);
        }
        let digest = answer.headers().get("docker-content-digest");
        Ok(digest.and_then(|value| value.to_str().ok()).map(str::to_owned))
    }

    /// A request to `/v2/{path}` with the credentials.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.with_credentials(self.client.request(method, format!("{}/v2/{path}", self.url)))
    }

    fn with_credentials(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.credentials {
            Some((user, password)) => request.basic_auth(user, Some(password)),
            None => request,
        }
    }
}

async fn expect(status: StatusCode, method: &'static str, answer: Response) -> Result<Response> {
    if answer.status() == status {
        return Ok(answer);
    }
    let url = without_query(answer.url());
    let status = answer.status().as_u16();
    Err(Error::Refused { method, url, status, body: answer.text().await.unwrap_or_default() })
}

/// Upload locations carry a long state that helps nobody.
fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}
