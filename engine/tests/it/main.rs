//! The engine against real registries, and against the scriptable one for what those cannot show; on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod bad_days;
mod catalog;
mod catalog_modes;
mod cursor;
mod deletion;
mod files;
mod images;
mod killed;
mod notifications;
mod referrers;
mod replicas;
mod revalidation;
mod scans;
mod search;
mod selection;
mod stopping;
mod store;
mod support;
mod tags;
