//! Bringing the inventory up to date: a tag, a repository, a whole registry.

mod heartbeat;
mod look;
mod orphans;
mod progress;
mod registry;
mod repository;
mod schedule;
mod start;
mod write;

pub use progress::ScanProgress;

pub(crate) use look::{AT_ONCE, Resolved, broken, list_tags, look, look_behind, resolve};
pub(crate) use progress::timestamp;
pub(crate) use registry::{list, publish_catalog, scan_registry, stop};
pub(crate) use repository::{ScanError, begin, finding, forget, scan_repository};
pub(crate) use schedule::{begin_registry, keep_scanning};
pub(crate) use write::{publish_vanished, write};
