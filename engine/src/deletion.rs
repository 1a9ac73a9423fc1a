//! Deleting: plans, the jobs that carry them out, and undoing them.
//!
//! `registry::deletion` holds the rules. Here a plan is made of what the inventory knows, stored, and carried out step by
//! step: each step is checked against the registry just before it, kept in the trash, and read back after it.

mod advice;
mod cleanup;
mod control;
mod execute;
mod job;
mod plan;
mod plan_state;
mod policy;
mod restore;
mod runner;
mod stand_in;
mod support;
mod view;
mod why;
mod work;
mod world;

pub use advice::{Advice, Caution};
pub use cleanup::{CleanupRule, DeletionTarget};
pub use job::{Job, JobItem, JobState, Outcome, Task};
pub use plan::DeletionPlan;
pub use plan_state::PlanState;
pub use policy::{DeletionPolicy, InvalidPattern, ProtectedTags};
pub use restore::TrashEntry;
pub use support::Support;
pub use why::Why;

pub(crate) use control::Runners;
pub(crate) use support::KnownSupport;
pub(crate) use world::forget_gone;
