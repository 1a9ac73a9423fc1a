//! `/api/v1/image/base`

use axum::Json;
use engine::{BaseImage, ImageBases, SearchHit};
use registry::{Digest, Reference, RepositoryName, Tag};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters, USUAL_ITEMS};
use crate::asking::Asking;

/// Which image is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BaseParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    repository: RepositoryName,
    /// A tag or a digest.
    #[param(value_type = String, example = "latest")]
    reference: Reference,
    /// The platform, or the digest of its manifest, where the image has several; without it the first that can be read.
    #[serde(default)]
    #[param(example = "linux/arm64")]
    platform: String,
}

/// What an image is built on, and what is built on it, as far as that is in the inventory.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BaseAnswer {
    /// What the image says of its base; null where it says nothing.
    claimed: Option<Claimed>,
    /// Tags of images all of whose layers the image begins with, those with most layers first.
    built_on: Vec<Related>,
    /// Tags of images that begin with all layers of the image, and have more.
    built_upon_by: Vec<Related>,
}

/// What an image says of its base.
#[derive(Debug, Serialize, ToSchema)]
struct Claimed {
    /// The reference, as it is written in `org.opencontainers.image.base.name`.
    name: Option<String>,
    /// The digest that it stood for, from `org.opencontainers.image.base.digest`.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// The id of the registry here that it lies in; null where it is none of those that are shown.
    registry: Option<String>,
    /// Whether the tag is on another image by now; null where that is not known.
    has_moved: Option<bool>,
}

/// An image that shares layers with another.
#[derive(Debug, Serialize, ToSchema)]
struct Related {
    /// The id of the registry.
    registry: String,
    /// The repository.
    #[schema(value_type = String)]
    repository: RepositoryName,
    /// The tag.
    #[schema(value_type = Option<String>)]
    tag: Option<Tag>,
    /// The digest of the manifest that the tag is on.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// How many layers it has in common with the image; null where those are all layers of the image.
    n_layers: Option<usize>,
}

impl Related {
    fn of(hit: SearchHit, n_layers: Option<usize>) -> Self {
        let SearchHit { registry, repository, tag, digest, .. } = hit;
        Self { registry, repository, tag, digest, n_layers }
    }
}

/// Tells what an image is built on, by its layers and by what it says of itself, and what is built on it. Nothing is asked
/// of other registries.
#[utoipa::path(get, path = "/api/v1/image/base", tag = "images", params(BaseParameters), responses((status = 200, body = BaseAnswer), Problems))]
pub(super) async fn show(
    Asking(engine): Asking,
    Parameters(asked): Parameters<BaseParameters>,
) -> Result<Json<BaseAnswer>, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let image = engine.image(&registry, &asked.repository, &asked.reference).await?;
    let ImageBases { claimed, known, bases, built_on } =
        engine.image_bases(&image, &asked.platform, USUAL_ITEMS).await?;
    let claimed = (!claimed.is_empty()).then(|| Claimed {
        name: claimed.name,
        digest: claimed.digest,
        has_moved: known.as_ref().and_then(|it| it.has_moved),
        registry: known.map(|it| it.registry),
    });
    let bases = bases.into_iter().map(|BaseImage { hit, n_layers }| Related::of(hit, Some(n_layers)));
    let built_upon_by = built_on.into_iter().map(|hit| Related::of(hit, None)).collect();
    Ok(Json(BaseAnswer { claimed, built_on: bases.collect(), built_upon_by }))
}
