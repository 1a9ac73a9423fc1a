//! Referrers: the signatures, attestations and other artifacts that are about a manifest.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use futures::{StreamExt, TryStreamExt, stream};
use url::form_urlencoded;

use crate::client::Client;
use crate::client::area::Area;
use crate::client::error_body::Complaint;
use crate::client::pages::Pages;
use crate::client::response::Response;
use crate::digest::Digest;
use crate::error::Error;
use crate::manifest::{Descriptor, Index, Manifest};
use crate::media_type;
use crate::reference::{Reference, RepositoryName, Tag};

/// How many manifests are fetched at a time to learn what a listing leaves out.
const AT_A_TIME: usize = 8;

/// A manifest whose subject is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferrerDescriptor {
    /// The digest of the referrer's manifest.
    pub digest: Digest,
    /// The media type of its manifest.
    pub media_type: String,
    /// The length of its manifest in bytes.
    pub size: u64,
    /// What it is: `application/spdx+json`, for example. `None` if not even its manifest says.
    pub artifact_type: Option<String>,
    /// Free text by key.
    pub annotations: BTreeMap<String, String>,
}

impl Client {
    /// What refers to the manifest, all or only one type of artifact. Nothing refers to a manifest that is not there.
    ///
    /// Asks the referrers API of the distribution specification 1.1, and reads the fallback tag `sha256-<hex>` of
    /// registries that have none (distribution up to 3.1, for example). Cosign's own tags are not looked at.
    pub async fn referrers(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Vec<ReferrerDescriptor>, Error> {
        let (found, filtered) = match self.ask_api(repository, digest, artifact_type).await? {
            Some(found) => found,
            None => (self.fallback_referrers(repository, digest).await?, false),
        };
        let completed = stream::iter(found).map(|it| self.completed(repository, it)).buffered(AT_A_TIME);
        let mut referrers: Vec<ReferrerDescriptor> = completed.try_collect().await?;
        if let Some(wanted) = artifact_type.filter(|_| !filtered) {
            referrers.retain(|it| it.artifact_type.as_deref() == Some(wanted));
        }
        Ok(referrers)
    }

    /// What the API alone lists; `None` if the registry does not have the API.
    pub async fn api_referrers(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<Option<Vec<Digest>>, Error> {
        let found = self.listed_referrers(repository, digest).await?;
        Ok(found.map(|found| found.into_iter().map(|it| it.digest).collect()))
    }

    /// What the API alone lists, as it lists it: the manifests are not looked at. `None` if the registry does not have
    /// the API.
    pub async fn listed_referrers(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<Option<Vec<Descriptor>>, Error> {
        Ok(self.ask_api(repository, digest, None).await?.map(|(found, _)| found))
    }

    /// What the API lists, and whether it filtered; `None` if the registry does not have the API, which is remembered.
    async fn ask_api(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Option<(Vec<Descriptor>, bool)>, Error> {
        let lacks = &self.inner.lacks_referrers;
        if lacks.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let area = Area::Repository(repository.clone());
        let query = artifact_type.map(|it| {
            form_urlencoded::Serializer::new(String::new()).append_pair("artifactType", it).finish()
        });
        let what = format!("the referrers of {repository}@{digest}");
        let path = format!("{repository}/referrers/{digest}");
        let mut pages = Pages::with_query(self.clone(), area.clone(), path, what, query);
        let (mut found, mut filtered) = (Vec::new(), true);
        while let Some(response) = pages.next().await? {
            if response.status.is_success()
                && let Some(index) = index(&response)
            {
                filtered &= applied_filter(&response);
                found.extend(index.manifests);
            } else if pages.is_under_way() {
                return Err(response.error(&area));
            } else if response.status.is_success()
                || matches!(response.status.as_u16(), 400 | 404 | 405 | 406 | 501)
            {
                // Some registries have the API and say 404 of a repository that they do not know.
                if !says_unknown(&response) {
                    lacks.store(true, Ordering::Relaxed);
                }
                return Ok(None);
            } else {
                return Err(response.error(&area));
            }
        }
        Ok(Some((found, filtered)))
    }

    /// What is pushed on the tag that stands for the API (distribution specification, "Referrers Tag Schema"), as it is
    /// listed there. A registry that has the API may have such tags from before.
    pub async fn fallback_referrers(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<Vec<Descriptor>, Error> {
        let tag = fallback_tag(digest);
        match self.manifest(repository, &Reference::Tag(tag)).await {
            Ok(manifest) => Ok(match Manifest::parse(&manifest.media_type, &manifest.bytes) {
                Ok(Manifest::Index(index)) => index.manifests,
                // Somebody gave an image this name.
                _ => Vec::new(),
            }),
            Err(error) if error.is_unknown() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The referrer with its type, which fallback tags may leave out, read from its manifest.
    async fn completed(
        &self,
        repository: &RepositoryName,
        found: Descriptor,
    ) -> Result<ReferrerDescriptor, Error> {
        let Descriptor { media_type, digest, size, annotations, artifact_type, .. } = found;
        let mut referrer = ReferrerDescriptor { digest, media_type, size, artifact_type, annotations };
        if referrer.artifact_type.is_some() {
            return Ok(referrer);
        }
        let manifest = match self.manifest(repository, &Reference::Digest(referrer.digest.clone())).await {
            Ok(manifest) => Manifest::parse(&manifest.media_type, &manifest.bytes),
            // It is listed and gone, so nothing more can be known about it.
            Err(error) if error.is_unknown() => return Ok(referrer),
            Err(error) => return Err(error),
        };
        if let Ok(manifest) = manifest {
            referrer.artifact_type = type_of(&manifest);
            if referrer.annotations.is_empty() {
                referrer.annotations = manifest.annotations();
            }
        }
        Ok(referrer)
    }
}

/// The tag under which a registry without the API keeps the referrers of a digest.
fn fallback_tag(digest: &Digest) -> Tag {
    // The rules for long and unusual digests are those of the specification.
    let clean = |text: &str, length: usize| -> String {
        let allowed = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
        text.chars().take(length).map(|it| if allowed(it) { it } else { '-' }).collect()
    };
    let tag = format!("{}-{}", clean(digest.algorithm(), 32), clean(digest.encoded(), 64));
    tag.parse().expect("an algorithm begins with a letter or a digit, and the rest was made to fit")
}

fn index(response: &Response) -> Option<Index> {
    let content_type = response.content_type();
    let content_type = if content_type == media_type::OCI_INDEX { &content_type } else { "" };
    match Manifest::parse(content_type, &response.body) {
        Ok(Manifest::Index(index)) => Some(index),
        _ => None,
    }
}

/// Whether the answer is about the repository or the manifest rather than about the API.
fn says_unknown(response: &Response) -> bool {
    let code = Complaint::read(&response.body).code.unwrap_or_default();
    matches!(code.as_str(), "NAME_UNKNOWN" | "MANIFEST_UNKNOWN")
}

fn applied_filter(response: &Response) -> bool {
    let applied = response.header("oci-filters-applied").unwrap_or_default();
    applied.split(',').any(|it| it.trim().eq_ignore_ascii_case("artifactType"))
}

/// The type as the registry itself would list it (distribution specification, "Listing Referrers"): the manifest's
/// own, else that of its configuration.
fn type_of(manifest: &Manifest) -> Option<String> {
    match manifest {
        Manifest::Image(image) => image
            .artifact_type
            .clone()
            .or_else(|| image.config.as_ref().map(|config| config.media_type.clone())),
        Manifest::Index(index) => index.artifact_type.clone(),
        Manifest::Schema1(_) => None,
    }
    .filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_fallback_tag_as_the_specification_does() {
        let sha256 = format!("sha256:{}", "a".repeat(64)).parse().unwrap();
        assert_eq!(fallback_tag(&sha256).as_str(), format!("sha256-{}", "a".repeat(64)));
        let sha512 = format!("sha512:{}", "b".repeat(128)).parse().unwrap();
        assert_eq!(fallback_tag(&sha512).as_str(), format!("sha512-{}", "b".repeat(64)));
        assert_eq!(
            fallback_tag(&"test+algo+using+algorithm:x=y".parse().unwrap()).as_str(),
            "test-algo-using-algorithm-x-y"
        );
    }
}
