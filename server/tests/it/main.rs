//! The whole server, with real registries behind it.

#![expect(clippy::unwrap_used, reason = "what goes wrong in a helper is a failed test")]

mod support;

mod access;
mod attacks;

mod configuration;
mod documentation;
mod metrics;
mod migrating;
mod process;
mod telemetry;

mod deletions;
mod events;
mod hooks;
mod image;
mod notifications;
mod openapi;
mod problems;
mod registries;
mod repositories;
mod scans;
mod tag_selection;
mod tags;

mod adding;
mod assets;
mod forms;
mod headers;
mod health;
mod preferences;
