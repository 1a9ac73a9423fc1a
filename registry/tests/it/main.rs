//! The client against real registries, and against a fake for what those do not show.

#![expect(clippy::unwrap_used, reason = "what goes wrong in a helper is a failed test")]

mod support;

mod certificates;
mod deletion;
mod distribution;
mod ferro;
mod login;

mod blobs;
mod catalog_modes;
mod credentials;
mod failures;
mod hosts;
mod listing;
mod manifests;
mod proxy;
mod referrers;
mod relay;
mod retries;
mod tokens;
mod vendors;
