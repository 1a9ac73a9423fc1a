//! What an image is built on: by its layers, and by what it says of itself.

use registry::base_image::ClaimedBase;
use registry::image::ImageDetail;
use registry::image_config::ImageConfig;
use registry::{Digest, Reference, RepositoryName};

use super::chosen;
use super::search::{FoundIn, SearchHit, hit};
use crate::store::Visible;
use crate::{Engine, Error};

/// An image that another one is built on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BaseImage {
    /// A tag of it.
    #[serde(flatten)]
    pub hit: SearchHit,
    /// How many layers it has, all of which are the first of the other image.
    pub n_layers: usize,
}

/// What is known here of the base that an image says it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBase {
    /// The registry's id.
    pub registry: String,
    /// The repository.
    pub repository: RepositoryName,
    /// The tag or digest that the image names.
    pub reference: Reference,
    /// Whether the tag is on another image by now than when the other one was built; absent where that is not known.
    pub has_moved: Option<bool>,
}

/// What an image is built on, and what is built on it.
#[derive(Clone, Debug, Default)]
pub struct ImageBases {
    /// What the image says itself.
    pub claimed: ClaimedBase,
    /// The same, where it lies here.
    pub known: Option<KnownBase>,
    /// Images all of whose layers it begins with, those with most layers first.
    pub bases: Vec<BaseImage>,
    /// Images that begin with all of its layers, and have more.
    pub built_on: Vec<SearchHit>,
}

impl Engine {
    /// What an image that was told is built on, and what is built on it, for one of its platforms or their digests; for
    /// the usual one where that is empty. At most `limit` of each kind.
    pub async fn image_bases(
        &self,
        image: &ImageDetail,
        platform: &str,
        limit: usize,
    ) -> Result<ImageBases, Error> {
        let platform = chosen::platform(image, platform)?;
        let contents = chosen::contents(image, platform);
        let config: Option<ImageConfig> =
            contents.config.clone().and_then(|it| serde_json::from_value(it).ok());
        let labels = config.unwrap_or_default().config.labels;
        let claimed = ClaimedBase::of([&contents.annotations, &image.contents.annotations, &labels]);
        let known = self.known_base(&claimed).await?;
        let (bases, built_on) = match platform.map(|it| &it.digest).or(image.summary.digest.as_ref()) {
            Some(digest) => (self.bases(digest, limit).await?, self.built_on(digest, limit).await?),
            None => (Vec::new(), Vec::new()),
        };
        Ok(ImageBases { claimed, known, bases, built_on })
    }

    /// The tags of images, in all registries, that an image is built on: all their layers are its first, and it has more.
    /// Those with most layers come first. Nothing is asked of the registries.
    pub async fn bases(&self, image: &Digest, limit: usize) -> Result<Vec<BaseImage>, Error> {
        let visible = self.visible_repositories().await?;
        let found = self.store.find_bases(image, limit, Visible(visible.as_deref())).await?;
        let mut bases = Vec::with_capacity(found.len());
        for (record, n_layers) in found {
            let shown = self.those_shown(vec![hit(record, FoundIn::Layer)]).await?;
            bases.extend(shown.into_iter().map(|hit| BaseImage { hit, n_layers }));
        }
        Ok(bases)
    }

    /// The base that an image says it has, if it lies in a registry here and who asks may see it. Nothing is asked of that
    /// registry.
    pub async fn known_base(&self, claimed: &ClaimedBase) -> Result<Option<KnownBase>, Error> {
        let Some((host, repository, reference)) = claimed.parts() else { return Ok(None) };
        let mut registries = self.registries();
        let Some(info) = registries.find(|it| it.id == host || it.pull_host == host) else { return Ok(None) };
        let upstream = self.shown(&info.id)?;
        if !self.sees(upstream, &repository).await? {
            return Ok(None);
        }
        let known = self.store.repository(upstream.registry_id().await?, &repository).await?;
        let Some(known) = known else { return Ok(None) };
        let has_moved = match (&reference, &claimed.digest) {
            (Reference::Tag(tag), Some(digest)) => {
                let tags = self.store.known_tags(known.id, std::slice::from_ref(tag)).await?;
                tags.get(tag).and_then(|it| it.digest.as_ref()).map(|it| it != digest)
            }
            _ => None,
        };
        Ok(Some(KnownBase { registry: info.id.clone(), repository, reference, has_moved }))
    }
}
