//! Making plans, and finding them again.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use registry::deletion::{Holdings, Mode, Plan, Selection, Step};
use registry::{Digest, RepositoryName, Tag};
use serde::{Deserialize, Serialize};

use super::advice::advice;
use super::support::support;
use super::{Advice, DeletionTarget, PlanState, Support, world};
use crate::actor::Actor;
use crate::audit::Deed;
use crate::inventory::tags::revalidate;
use crate::place::Place;
use crate::scan::timestamp;
use crate::store::{PlanRecord, RepositoryRecord, now};
use crate::upstream::{Upstream, unique};
use crate::{Engine, Error};

/// How long a plan can be carried out, in milliseconds.
const VALID_FOR: i64 = 60 * 60 * 1000;
/// Of so many selected tags it is asked where they are before a plan is made; the job asks for all of them again.
const ASKED: usize = 200;

/// A plan with what it was made from.
#[derive(Clone, Debug)]
pub struct DeletionPlan {
    /// Its id.
    pub id: String,
    /// The id of the registry.
    pub registry: String,
    /// The repository.
    pub repository: RepositoryName,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it can be carried out.
    pub expires: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// Whether it can be carried out.
    pub state: PlanState,
    /// What it says and what it was made from.
    pub content: PlanContent,
}

impl DeletionPlan {
    fn of(record: PlanRecord, content: PlanContent, state: PlanState) -> Self {
        Self {
            id: record.id,
            registry: record.registry,
            repository: record.repository,
            made: timestamp(record.made),
            expires: timestamp(record.expires),
            actor: record.actor,
            state,
            content,
        }
    }
}

/// What a plan says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanContent {
    /// What goes, what stays, what is refused, and the steps. The blobs that it frees are only counted.
    pub plan: Plan,
    /// How many bytes the registry's next garbage collection frees.
    pub freed_bytes: u64,
    /// In how many blobs, manifests included.
    pub freed_blobs: usize,
    /// How many repositories of the registry have never been scanned; what is freed may be less by what they share.
    pub n_unscanned: usize,
    /// How many tags and manifests the repository has.
    pub n_tags: usize,
    /// How many manifests it has.
    pub n_manifests: usize,
    /// How many tags and digests were selected.
    pub n_selected: usize,
    /// What was to be done with other tags.
    pub mode: Mode,
}

impl Engine {
    /// Says what deleting something would do. Nothing is deleted.
    ///
    /// # Errors
    /// [`Error::DeletionOff`] where nothing may be deleted.
    pub async fn plan_deletion(
        &self,
        registry: &str,
        repository: &RepositoryName,
        target: &DeletionTarget,
    ) -> Result<DeletionPlan, Error> {
        // Boxed, for whoever awaits this has futures of their own.
        Box::pin(self.plan(registry, repository, target)).await
    }

    async fn plan(
        &self,
        registry: &str,
        repository: &RepositoryName,
        target: &DeletionTarget,
    ) -> Result<DeletionPlan, Error> {
        let upstream = self.may_delete(registry, repository).await?;
        let (place, record) = up_to_date(upstream, repository, target).await?;
        let known = place.upstream.store.holdings(place.id).await?;
        let selection = target.resolve(&place, &record, &known).await?;
        let asked = asked(&known, &selection);
        let holdings = world::holdings(&place, known, &asked).await?;
        let protected = self.policy.protected(repository, holdings.tags.keys());
        let plan = Plan::make(&holdings, &selection, &protected);
        let content = self.weigh(&place, &holdings, &selection, plan).await?;
        let made = now();
        let record = PlanRecord {
            id: unique(),
            registry: registry.to_owned(),
            repository: repository.clone(),
            made,
            expires: made + VALID_FOR,
            actor: self.caller.actor(),
            content: serde_json::to_string(&content).expect("plans are texts and numbers"),
        };
        self.store.write_plan(&record).await?;
        self.audit_plan(&record, &content).await?;
        Ok(DeletionPlan::of(record, content, PlanState::Current))
    }

    /// A plan that was made before, and whether it can be carried out now.
    ///
    /// # Errors
    /// [`Error::NoSuchPlan`] where there is none; old ones are forgotten.
    pub async fn deletion_plan(&self, id: &str) -> Result<DeletionPlan, Error> {
        let record = self.visible_plan(id).await?;
        let content: PlanContent = serde_json::from_str(&record.content).map_err(|_| Error::NoSuchPlan)?;
        let state = self.plan_state(&record, &content).await?;
        Ok(DeletionPlan::of(record, content, state))
    }

    /// How to win back the room that a deletion in a repository frees; nothing where that cannot be told now.
    pub async fn collection_advice(
        &self,
        registry: &str,
        repository: &RepositoryName,
    ) -> Result<Option<(Support, Advice)>, Error> {
        let place = Place::note(self.viewed(registry, repository).await?, repository).await?;
        let support = support(&place).await.ok();
        Ok(support.map(|support| {
            let advice = advice(&support);
            (support, advice)
        }))
    }

    /// A plan for a repository that who asks may see.
    pub(super) async fn visible_plan(&self, id: &str) -> Result<PlanRecord, Error> {
        self.must_be_known()?;
        let record = self.store.plan(id).await?.ok_or(Error::NoSuchPlan)?;
        match self.hides(&record.registry, &record.repository).await? {
            true => Err(Error::NoSuchPlan),
            false => Ok(record),
        }
    }

    /// The registry of a repository of which who asks may delete.
    ///
    /// # Errors
    /// Refuses, and writes that down, where nothing may be deleted, or not by them.
    pub(super) async fn may_delete(
        &self,
        registry: &str,
        repository: &RepositoryName,
    ) -> Result<&Arc<Upstream>, Error> {
        let allowed = match self.policy.enabled {
            true => self.maintained(registry, repository).await,
            false => self.viewed(registry, repository).await.and(Err(Error::DeletionOff)),
        };
        if let Err(error @ (Error::DeletionOff | Error::RoleNeeded { .. })) = &allowed {
            self.write_refusal(registry, repository.as_str(), error).await?;
        }
        allowed
    }

    /// Writes down that something was refused.
    pub(super) async fn write_refusal(
        &self,
        registry: &str,
        repository: &str,
        error: &Error,
    ) -> Result<(), Error> {
        let deed = Deed {
            action: "refuse".to_owned(),
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            outcome: "refused".to_owned(),
            detail: error.to_string(),
            ..Deed::default()
        };
        Ok(self.store.write_audit(&self.caller.actor(), &[deed]).await?)
    }

    /// Adds what only the inventory knows: what other repositories use, and what the manifests are.
    async fn weigh(
        &self,
        place: &Place,
        holdings: &Holdings,
        selection: &Selection,
        mut plan: Plan,
    ) -> Result<PlanContent, Error> {
        let registry = place.upstream.registry_id().await?;
        let freed: Vec<&Digest> = plan.freed.blobs.keys().collect();
        let elsewhere = self.store.used_elsewhere(registry, place.id, &freed).await?;
        plan.freed.retain(|digest| !elsewhere.contains(digest));
        let (freed_bytes, freed_blobs) = (plan.freed.bytes(), plan.freed.blobs.len());
        plan.freed.blobs.clear();
        let named: Vec<&Digest> = plan.manifests.iter().chain(&plan.referrers).map(|it| &it.digest).collect();
        let kinds = self.store.kinds(place.id, &named).await?;
        for removal in plan.manifests.iter_mut().chain(&mut plan.referrers) {
            if let Some((kind, platforms)) = kinds.get(&removal.digest) {
                removal.kind = *kind;
                removal.platforms.clone_from(platforms);
            }
        }
        Ok(PlanContent {
            plan,
            freed_bytes,
            freed_blobs,
            n_unscanned: self.store.count_unscanned(registry).await?,
            n_tags: holdings.tags.len(),
            n_manifests: holdings.manifests.len(),
            n_selected: selection.tags.len() + selection.digests.len(),
            mode: selection.mode,
        })
    }

    async fn audit_plan(&self, record: &PlanRecord, content: &PlanContent) -> Result<(), Error> {
        let plan = &content.plan;
        let deed = |action: &str, subject: &str, outcome: &str, detail: String| Deed {
            action: action.to_owned(),
            registry: record.registry.clone(),
            repository: record.repository.to_string(),
            subject: subject.to_owned(),
            outcome: outcome.to_owned(),
            detail,
        };
        let n_manifests = plan.manifests.len() + plan.referrers.len();
        let detail =
            format!("{} tags, {n_manifests} manifests, {} bytes", plan.tags.len(), content.freed_bytes);
        let mut deeds = vec![deed("plan", &record.id, "done", detail)];
        deeds.extend(plan.refused.iter().map(|it| deed("refuse", &it.what, "refused", it.why.to_string())));
        Ok(self.store.write_audit(&record.actor, &deeds).await?)
    }
}

/// What a step is about, for people.
pub(super) fn subject(step: &Step) -> String {
    match step {
        Step::RemoveTag { tag, .. } | Step::TrimReferrers { tag, .. } => tag.to_string(),
        Step::RemoveManifest { digest, .. } => digest.to_string(),
    }
}

/// The repository, after it was compared with the registry: all of it if that was never done, else its list and the tags
/// that are selected.
async fn up_to_date(
    upstream: &Arc<Upstream>,
    repository: &RepositoryName,
    target: &DeletionTarget,
) -> Result<(Place, RepositoryRecord), Error> {
    let place = Place::note(upstream, repository).await?;
    let registry = upstream.registry_id().await?;
    let known = upstream.store.repository(registry, repository).await?;
    if known.as_ref().is_some_and(|it| it.scanned_at.is_some()) {
        let mut tags: BTreeSet<Tag> = target.tags.iter().take(ASKED).cloned().collect();
        for digest in target.digests.iter().take(ASKED) {
            tags.extend(upstream.store.tags_leading_to(place.id, digest).await?);
        }
        revalidate(&place, tags.into_iter().collect()).await?;
    } else {
        world::look_at_all(&place).await?;
    }
    let known = upstream.store.repository(registry, repository).await?;
    let gone = || registry::Error::RepositoryUnknown { repository: repository.clone() };
    Ok((place, known.ok_or_else(gone)?))
}

/// The manifests of which the referrers and all children have to be known.
fn asked(holdings: &Holdings, selection: &Selection) -> BTreeSet<Digest> {
    let of_tags = selection.tags.iter().filter_map(|tag| holdings.tags.get(tag).and_then(Clone::clone));
    let roots: BTreeSet<Digest> = of_tags.chain(selection.digests.iter().cloned()).collect();
    let children = roots.iter().filter_map(|it| holdings.manifests.get(it)).flat_map(|it| &it.children);
    let children: Vec<Digest> = children.cloned().collect();
    roots.into_iter().chain(children).collect()
}
