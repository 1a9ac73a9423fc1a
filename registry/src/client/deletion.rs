//! Deleting manifests and tags, and finding out what a registry can do of that.

use bytes::Bytes;
use reqwest::{Method, StatusCode};

use crate::client::area::Area;
use crate::client::error_body::Complaint;
use crate::client::response::Response;
use crate::client::transport::Request;
use crate::client::{Client, verify};
use crate::digest::Digest;
use crate::error::Error;
use crate::reference::{Reference, RepositoryName, Tag};

/// Whether a registry deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletes {
    /// It does.
    Yes,
    /// Deletion is switched off in it, or it never deletes.
    Off,
    /// It is in its read-only mode.
    ReadOnly,
    /// Who we are to it may not delete. With its own words.
    Denied(String),
}

/// What a registry can do of what a deletion needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionSupport {
    /// Whether it deletes manifests by their digests.
    pub by_digest: Deletes,
    /// Whether it removes a single tag. Where it does not (distribution 2.x), a stand-in is needed.
    pub by_tag: bool,
    /// Whether it is distribution, or says so.
    pub is_distribution: bool,
}

impl Client {
    /// Deletes a manifest by its digest, on most registries with all its tags; false if it was not there.
    ///
    /// That it is gone is for the caller to see: some registries accept this and do nothing.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the registry does not delete, [`Error::Held`] where it holds on to this one (zot: a
    /// child of an index, or one with several tags), [`Error::Denied`] where we may not.
    pub async fn delete_manifest(&self, repository: &RepositoryName, digest: &Digest) -> Result<bool, Error> {
        self.delete(repository, &Reference::Digest(digest.clone())).await
    }

    /// Removes a tag and leaves its manifest; false if it was not there.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the registry deletes by digest only: distribution 2.x answers 400 DIGEST_INVALID.
    pub async fn delete_tag(&self, repository: &RepositoryName, tag: &Tag) -> Result<bool, Error> {
        self.delete(repository, &Reference::Tag(tag.clone())).await
    }

    /// Finds out what a registry can do, by deleting a manifest and a tag that do not exist: `unique` is a text that
    /// nobody else uses. The repository has to exist, for zot tells something else of others.
    pub async fn probe_deletion(
        &self,
        repository: &RepositoryName,
        unique: &str,
    ) -> Result<DeletionSupport, Error> {
        let nothing = verify::sha256_of(&Bytes::copy_from_slice(unique.as_bytes())).await;
        let by_digest = match self.delete_manifest(repository, &nothing).await {
            Ok(_) => Deletes::Yes,
            Err(Error::Unsupported { read_only: true, .. }) => Deletes::ReadOnly,
            Err(Error::Unsupported { .. }) => Deletes::Off,
            Err(Error::Denied { message, .. }) => Deletes::Denied(message),
            Err(error) => return Err(error),
        };
        let tag: Option<Tag> = format!("stowage-probe-{unique}").parse().ok();
        let by_tag = match (tag, by_digest == Deletes::Yes) {
            (Some(tag), true) => match self.delete_tag(repository, &tag).await {
                Ok(_) => true,
                Err(Error::Unsupported { .. } | Error::Denied { .. }) => false,
                Err(error) => return Err(error),
            },
            _ => false,
        };
        let limit = self.config().limits.page;
        let ping = self.call(&self.get("", limit, "the answer to a ping".to_owned()), &Area::Root).await?;
        let is_distribution = ping.header("docker-distribution-api-version").is_some();
        Ok(DeletionSupport { by_digest, by_tag, is_distribution })
    }

    async fn delete(&self, repository: &RepositoryName, reference: &Reference) -> Result<bool, Error> {
        let request = Request { method: Method::DELETE, ..self.manifest_request(repository, reference) };
        let area = Area::Deleting(repository.clone());
        let response = self.call(&request, &area).await?;
        if response.status.is_success() {
            return Ok(true);
        }
        if response.own && response.status == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        Err(refusal(&response, &area, reference))
    }
}

/// What the refusal of a deletion means (distribution specification, "Deleting Manifests": 400 or 405 where it is not
/// supported).
fn refusal(response: &Response, area: &Area, reference: &Reference) -> Error {
    let complaint = Complaint::read(&response.body);
    let code = complaint.code.as_deref().unwrap_or_default().to_ascii_uppercase();
    let by_tag = matches!(reference, Reference::Tag(_));
    let (host, status) = (response.host.clone(), response.status.as_u16());
    let message = complaint.words(response.status);
    match (status, code.as_str()) {
        // zot says so of a child that an index needs.
        (405, "DENIED") | (409 | 412 | 423, _) => Error::Held { host, status, message },
        // distribution's read-only mode answers a line of text, and no error of the protocol.
        (405, code) => Error::Unsupported { host, status, message, read_only: code.is_empty() && !by_tag },
        (400, "UNSUPPORTED") => Error::Unsupported { host, status, message, read_only: false },
        (400, "DIGEST_INVALID" | "MANIFEST_INVALID" | "TAG_INVALID" | "NAME_INVALID") if by_tag => {
            Error::Unsupported { host, status, message, read_only: false }
        }
        _ => response.error(area),
    }
}
