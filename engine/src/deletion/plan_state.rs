//! Whether a plan can still be carried out.

use registry::deletion::{Holdings, Step, check};

use super::plan::{PlanContent, subject};
use crate::store::{PlanRecord, now};
use crate::{Engine, Error};

/// Whether a plan can be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanState {
    /// It can.
    Current,
    /// What it was made from has changed: a tag, a manifest.
    Changed {
        /// What, as far as the inventory knows.
        what: Vec<String>,
    },
    /// It is too old.
    Expired,
    /// It was carried out, or is being.
    Used {
        /// By this job.
        job: String,
    },
}

impl Engine {
    pub(super) async fn plan_state(
        &self,
        record: &PlanRecord,
        content: &PlanContent,
    ) -> Result<PlanState, Error> {
        if let Some(job) = self.store.job_of_plan(&record.id).await? {
            return Ok(PlanState::Used { job: job.id });
        }
        if record.expires < now() {
            return Ok(PlanState::Expired);
        }
        let Ok(upstream) = self.upstream(&record.registry) else { return Ok(PlanState::Expired) };
        let registry = upstream.registry_id().await?;
        let Some(known) = self.store.repository(registry, &record.repository).await? else {
            return Ok(PlanState::Changed { what: vec![record.repository.to_string()] });
        };
        let holdings = self.store.holdings(known.id).await?;
        let steps = &content.plan.steps;
        let mut what: Vec<String> = Vec::new();
        for (step, result) in steps.iter().zip(check(&holdings, steps)) {
            if result.is_err() || !is_there(&holdings, step) {
                what.push(subject(step));
            }
        }
        Ok(if what.is_empty() { PlanState::Current } else { PlanState::Changed { what } })
    }
}

/// Whether what a step is about is still known.
fn is_there(holdings: &Holdings, step: &Step) -> bool {
    match step {
        Step::RemoveTag { tag, .. } | Step::TrimReferrers { tag, .. } => holdings.tags.contains_key(tag),
        Step::RemoveManifest { digest, tags } => {
            holdings.manifests.contains_key(digest) && tags.iter().all(|it| holdings.tags.contains_key(it))
        }
    }
}
