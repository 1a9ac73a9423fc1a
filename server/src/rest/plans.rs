//! `/api/v1/plans`

use app::base_path::under;
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use engine::{CleanupRule, DeletionPlan, DeletionTarget, PlanState, TagSelection};
use jiff::{SignedDuration, Timestamp};
use registry::deletion::{Keep, Kept, ManifestRemoval, Mode};
use registry::summary::Kind;
use registry::{Digest, RepositoryName, Tag};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, Problems};
use super::parameters::{self, JsonBody};
use super::tags::age;
use crate::asking::Asking;

/// What is to be deleted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanRequest {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// The repository.
    #[schema(value_type = String, example = "library/nginx")]
    repository: RepositoryName,
    /// These tags.
    #[schema(value_type = Vec<String>)]
    #[serde(default)]
    tags: Vec<Tag>,
    /// These manifests, with all their tags.
    #[schema(value_type = Vec<String>)]
    #[serde(default)]
    digests: Vec<Digest>,
    /// All that this takes, besides.
    filter: Option<PlanFilter>,
    /// What is done with other tags on the same manifests: with `tag` they stay, and so does the manifest; with `manifest`
    /// they go along.
    #[serde(default)]
    mode: Mode,
}

/// Takes many things at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanFilter {
    /// Everything in the repository.
    #[serde(default)]
    everything: bool,
    /// Manifests that no tag and no index leads to.
    #[serde(default)]
    untagged: bool,
    /// Tags with a part of this name, or that match `/a regular expression/`.
    #[serde(default)]
    q: String,
    /// Only tags that run on this platform.
    #[serde(default)]
    platform: String,
    /// Only tags of this kind.
    #[schema(inline)]
    kind: Option<Kind>,
    /// Only tags with which something is wrong.
    #[serde(default)]
    broken: bool,
    /// Only tags made longer ago than this: `30d`, `12h`.
    #[schema(value_type = Option<String>, example = "90d")]
    #[serde(default, deserialize_with = "age")]
    older_than: Option<SignedDuration>,
    /// Only tags of at least so many compressed bytes.
    size_from: Option<u64>,
    /// So many of the newest of these tags stay.
    #[serde(default)]
    keep_newest: usize,
}

impl PlanFilter {
    fn rule(self) -> CleanupRule {
        if self.everything {
            return CleanupRule::Everything;
        }
        if self.untagged {
            return CleanupRule::Untagged;
        }
        let before = |age| Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
        let filter = TagSelection {
            q: self.q,
            platform: self.platform,
            kind: self.kind,
            broken: self.broken,
            created_until: self.older_than.map(before),
            size_from: self.size_from,
            ..TagSelection::default()
        };
        CleanupRule::Tags { filter: Box::new(filter), keep_newest: self.keep_newest }
    }
}

/// What a deletion would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub(super) struct PlanItem {
    /// Its id.
    id: String,
    /// The id of the registry.
    registry: String,
    /// The repository.
    #[schema(value_type = String)]
    repository: RepositoryName,
    /// `current` if it can be carried out, else `changed`, `expired` or `used`.
    state: &'static str,
    /// What has changed since it was made.
    changed: Vec<String>,
    /// The job that carries it out.
    job: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = "date-time")]
    made: Timestamp,
    /// Until when it can be carried out.
    #[schema(value_type = String, format = "date-time")]
    expires: Timestamp,
    /// What goes.
    removes: Removes,
    /// What stays although it looks related.
    keeps: Vec<Reasoned>,
    /// What was selected and is not touched.
    refused: Vec<Reasoned>,
    /// How many bytes the registry's next garbage collection frees.
    freed_bytes: u64,
    /// In how many blobs, manifests included.
    freed_blobs: usize,
    /// How many repositories have never been scanned; what they share is not freed.
    unscanned_repositories: usize,
}

/// What goes.
#[derive(Debug, Serialize, ToSchema)]
struct Removes {
    /// Tags.
    tags: Vec<RemovedTag>,
    /// Manifests that were selected, and children of indexes that nothing else needs.
    manifests: Vec<RemovedManifest>,
    /// Signatures and the like that are about one that goes.
    referrers: Vec<RemovedManifest>,
}

/// A tag that goes.
#[derive(Debug, Serialize, ToSchema)]
struct RemovedTag {
    /// The tag.
    #[schema(value_type = String)]
    name: Tag,
    /// Where it is; null where it leads to no manifest.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// Whether its manifest stays.
    alone: bool,
}

/// A manifest that goes.
#[derive(Debug, Serialize, ToSchema)]
struct RemovedManifest {
    /// Its digest.
    #[schema(value_type = String)]
    digest: Digest,
    /// What it is.
    #[schema(inline)]
    kind: Kind,
    /// What it runs on.
    platforms: Vec<String>,
    /// Bytes of the manifest with its configuration and layers.
    size: u64,
    /// The tags that go with it.
    #[schema(value_type = Vec<String>)]
    tags: Vec<Tag>,
}

/// Something, and the reason.
#[derive(Debug, Serialize, ToSchema)]
struct Reasoned {
    /// A tag or a digest.
    what: String,
    /// Why, in a sentence.
    why: String,
}

impl From<ManifestRemoval> for RemovedManifest {
    fn from(it: ManifestRemoval) -> Self {
        Self { digest: it.digest, kind: it.kind, platforms: it.platforms, size: it.size, tags: it.tags }
    }
}

impl From<DeletionPlan> for PlanItem {
    fn from(it: DeletionPlan) -> Self {
        let (state, changed, job) = match it.state {
            PlanState::Current => ("current", Vec::new(), None),
            PlanState::Changed { what } => ("changed", what, None),
            PlanState::Expired => ("expired", Vec::new(), None),
            PlanState::Used { job } => ("used", Vec::new(), Some(job)),
        };
        let plan = it.content.plan;
        let tag = |it: registry::deletion::TagRemoval| RemovedTag {
            name: it.tag,
            digest: it.digest,
            alone: it.alone,
        };
        Self {
            id: it.id,
            registry: it.registry,
            repository: it.repository,
            state,
            changed,
            job,
            made: it.made,
            expires: it.expires,
            removes: Removes {
                tags: plan.tags.into_iter().map(tag).collect(),
                manifests: plan.manifests.into_iter().map(RemovedManifest::from).collect(),
                referrers: plan.referrers.into_iter().map(RemovedManifest::from).collect(),
            },
            keeps: plan.keeps.iter().flat_map(kept).collect(),
            refused: plan
                .refused
                .into_iter()
                .map(|it| Reasoned { what: it.what, why: it.why.to_string() })
                .collect(),
            freed_bytes: it.content.freed_bytes,
            freed_blobs: it.content.freed_blobs,
            unscanned_repositories: it.content.n_unscanned,
        }
    }
}

fn kept(keep: &Keep) -> Vec<Reasoned> {
    let why = keep.why.to_string();
    let reasoned = |what: String| Reasoned { what, why: why.clone() };
    match &keep.what {
        Kept::Tags(tags) => tags.iter().map(|it| reasoned(it.to_string())).collect(),
        Kept::Manifest(digest) | Kept::Blob(digest, _) => vec![reasoned(digest.to_string())],
    }
}

/// Says what deleting something would do. Nothing is deleted.
#[utoipa::path(post, path = "/api/v1/plans", tag = "deletion", request_body = PlanRequest, responses((status = 201, body = PlanItem, headers(("location" = String, description = "Where the plan is."))), Problems))]
pub(super) async fn make(
    Asking(engine): Asking,
    JsonBody(asked): JsonBody<PlanRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let target = DeletionTarget {
        tags: asked.tags,
        digests: asked.digests,
        rule: asked.filter.map(PlanFilter::rule),
        mode: asked.mode,
    };
    let plan = engine.plan_deletion(&registry, &asked.repository, &target).await?;
    let location = [(LOCATION, under(&format!("/api/v1/plans/{}", plan.id)))];
    Ok((StatusCode::CREATED, location, Json(PlanItem::from(plan))))
}

/// A plan that was made before, and whether it can be carried out.
#[utoipa::path(get, path = "/api/v1/plans/{id}", tag = "deletion", params(("id" = String, Path, description = "The plan's id.")), responses((status = 200, body = PlanItem), Problems))]
pub(super) async fn show(Asking(engine): Asking, Path(id): Path<String>) -> Result<Json<PlanItem>, ApiError> {
    Ok(Json(engine.deletion_plan(&id).await?.into()))
}
