//! Manifests, by tag and by digest.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, HeaderValue, IF_NONE_MATCH};
use serde_json::Value;

use crate::client::area::Area;
use crate::client::response::Response;
use crate::client::transport::Request;
use crate::client::{Client, verify};
use crate::digest::Digest;
use crate::error::Error;
use crate::media_type;
use crate::reference::{Reference, RepositoryName};

/// What a registry says about a manifest without sending it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestHead {
    /// The digest as the registry names it; some leave it out.
    pub digest: Option<Digest>,
    /// The media type without parameters.
    pub media_type: Option<String>,
    /// The length in bytes.
    pub size: Option<u64>,
}

/// A manifest as the registry sent it, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestBytes {
    /// The digest of the bytes: computed, because registries leave it out or get it wrong.
    pub digest: Digest,
    /// The media type without parameters: the answer's, else the manifest's own, else what its fields suggest.
    pub media_type: String,
    /// The bytes.
    pub bytes: Bytes,
}

impl Client {
    /// What the registry says about the manifest. On Docker Hub this does not count as a pull.
    ///
    /// Where `HEAD` is refused or finds nothing (Nexus), the manifest is fetched to be sure.
    pub async fn head_manifest(
        &self,
        repository: &RepositoryName,
        reference: &Reference,
    ) -> Result<ManifestHead, Error> {
        let area = Area::Repository(repository.clone());
        let request = Request { method: Method::HEAD, ..self.manifest_request(repository, reference) };
        let response = self.call(&request, &area).await?;
        if response.status.is_success() {
            return Ok(ManifestHead {
                digest: named_digest(&response),
                media_type: Some(response.content_type()).filter(|it| !it.is_empty()),
                size: response.header(CONTENT_LENGTH.as_str()).and_then(|it| it.parse().ok()),
            });
        }
        if response.status.as_u16() == 403 {
            return Err(response.error(&area));
        }
        let manifest = self.manifest(repository, reference).await?;
        Ok(ManifestHead {
            digest: Some(manifest.digest),
            media_type: Some(manifest.media_type),
            size: Some(manifest.bytes.len() as u64),
        })
    }

    /// The manifest. By digest it is verified, and who asks for the same one at the same time shares the request.
    pub async fn manifest(
        &self,
        repository: &RepositoryName,
        reference: &Reference,
    ) -> Result<ManifestBytes, Error> {
        let Reference::Digest(digest) = reference else {
            return self.fetch_manifest(repository, reference).await;
        };
        let (client, key) = (self.clone(), (repository.clone(), digest.clone()));
        let (repository, reference) = (repository.clone(), reference.clone());
        self.manifest_flights()
            .join(key, async move { client.fetch_manifest(&repository, &reference).await })
            .await
    }

    /// The manifest, or `None` if it still has the known digest.
    ///
    /// distribution answers 304 to a known digest; where the registry ignores it, the digests are compared. Where pulls
    /// are counted, a `HEAD` comes first.
    pub async fn manifest_if_changed(
        &self,
        repository: &RepositoryName,
        reference: &Reference,
        known: &Digest,
    ) -> Result<Option<ManifestBytes>, Error> {
        if self.counts_pulls()
            && self.head_manifest(repository, reference).await?.digest.as_ref() == Some(known)
        {
            return Ok(None);
        }
        let mut request = self.manifest_request(repository, reference);
        let tag =
            HeaderValue::try_from(format!("\"{known}\"")).expect("a digest holds only characters of headers");
        request.headers.insert(IF_NONE_MATCH, tag);
        let response = self.call(&request, &Area::Repository(repository.clone())).await?;
        if response.status.as_u16() == 304 {
            return Ok(None);
        }
        let manifest = read(response, repository, reference).await?;
        Ok(Some(manifest).filter(|it| it.digest != *known))
    }

    async fn fetch_manifest(
        &self,
        repository: &RepositoryName,
        reference: &Reference,
    ) -> Result<ManifestBytes, Error> {
        let request = self.manifest_request(repository, reference);
        let response = self.call(&request, &Area::Repository(repository.clone())).await?;
        read(response, repository, reference).await
    }

    /// A request for a manifest in any of the forms that there are.
    pub(super) fn manifest_request(&self, repository: &RepositoryName, reference: &Reference) -> Request {
        let path = format!("{repository}/manifests/{reference}");
        let mut request = self.get(&path, self.config().limits.manifest, what(repository, reference));
        request.headers.insert(ACCEPT, HeaderValue::from_static(media_type::ACCEPT_MANIFEST));
        request
    }
}

/// What a manifest is called, for people.
pub(super) fn what(repository: &RepositoryName, reference: &Reference) -> String {
    format!("the manifest {repository}{}{reference}", reference.separator())
}

async fn read(
    response: Response,
    repository: &RepositoryName,
    reference: &Reference,
) -> Result<ManifestBytes, Error> {
    if !response.status.is_success() {
        return Err(refusal(&response, repository, reference));
    }
    let media_type = media_type_of(&response.content_type(), &response.body);
    let digest = match reference {
        // The digest of a signed schema 1 manifest is that of the part that is signed, so it is taken as given.
        Reference::Digest(digest) if media_type == media_type::DOCKER_SCHEMA1_SIGNED => digest.clone(),
        Reference::Tag(_) if media_type == media_type::DOCKER_SCHEMA1_SIGNED => match named_digest(&response)
        {
            Some(digest) => digest,
            None => verify::sha256_of(&response.body).await,
        },
        Reference::Digest(expected) => match verify::digest_like(expected, &response.body).await {
            Some(actual) if actual != *expected => {
                let what = what(repository, reference);
                return Err(Error::DigestMismatch { what, expected: expected.clone(), actual });
            }
            _ => expected.clone(),
        },
        Reference::Tag(_) => computed_digest(&response).await,
    };
    Ok(ManifestBytes { digest, media_type, bytes: response.body })
}

/// The digest that the registry names if it is right, so that it may be of any algorithm; else the sha256 digest.
async fn computed_digest(response: &Response) -> Digest {
    let named = named_digest(response);
    if let Some(named) = named.as_ref().filter(|it| it.algorithm() != "sha256")
        && verify::digest_like(named, &response.body).await.as_ref() == Some(named)
    {
        return named.clone();
    }
    let computed = verify::sha256_of(&response.body).await;
    if let Some(named) = named.filter(|it| *it != computed) {
        tracing::debug!(%named, %computed, "the registry names another digest than the manifest has");
    }
    computed
}

fn named_digest(response: &Response) -> Option<Digest> {
    response.header("docker-content-digest").and_then(|it| it.trim().parse().ok())
}

fn refusal(response: &Response, repository: &RepositoryName, reference: &Reference) -> Error {
    match response.error(&Area::Repository(repository.clone())) {
        Error::Upstream { status: 404, code, .. } => {
            if code.is_some_and(|code| code.eq_ignore_ascii_case("NAME_UNKNOWN")) {
                Error::RepositoryUnknown { repository: repository.clone() }
            } else {
                Error::ManifestUnknown { repository: repository.clone(), reference: reference.clone() }
            }
        }
        other => other,
    }
}

/// What the manifest is: by the answer's type if that says anything, else by its own field (which OCI makes optional),
/// else by its fields.
fn media_type_of(content_type: &str, bytes: &[u8]) -> String {
    if media_type::ACCEPT_MANIFEST.split(", ").any(|it| media_type::essence(it) == content_type) {
        return content_type.to_owned();
    }
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let has = |field| value.get(field).is_some_and(Value::is_array);
    let own =
        value.get("mediaType").and_then(Value::as_str).map(media_type::essence).filter(|it| !it.is_empty());
    own.unwrap_or_else(|| {
        match () {
            () if has("manifests") => media_type::OCI_INDEX,
            () if has("layers") => media_type::OCI_MANIFEST,
            () if has("fsLayers") && has("signatures") => media_type::DOCKER_SCHEMA1_SIGNED,
            () if has("fsLayers") => media_type::DOCKER_SCHEMA1,
            () if content_type.is_empty() => "application/octet-stream",
            () => content_type,
        }
        .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decides_by_type_then_field_then_shape() {
        for (content_type, body, expected) in [
            (media_type::OCI_MANIFEST, r#"{"manifests":[]}"#, media_type::OCI_MANIFEST),
            (
                "application/json",
                r#"{"mediaType":"application/vnd.x+json","layers":[]}"#,
                "application/vnd.x+json",
            ),
            ("", r#"{"manifests":[]}"#, media_type::OCI_INDEX),
            ("text/plain", r#"{"layers":[]}"#, media_type::OCI_MANIFEST),
            ("application/json", r#"{"fsLayers":[],"signatures":[]}"#, media_type::DOCKER_SCHEMA1_SIGNED),
            ("application/json", r#"{"fsLayers":[]}"#, media_type::DOCKER_SCHEMA1),
            ("application/json", "not JSON", "application/json"),
            ("", "", "application/octet-stream"),
        ] {
            assert_eq!(media_type_of(content_type, body.as_bytes()), expected, "{content_type} {body}");
        }
    }
}
