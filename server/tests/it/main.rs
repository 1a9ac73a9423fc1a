//! The whole server, with real registries behind it.

#![expect(clippy::unwrap_used, reason = "what goes wrong in a helper is a failed test")]

mod proxied;
mod support;

mod access;
mod attacks;
mod behind_nginx;

mod config_file;
mod configuration;
mod container;
mod deployments;
mod documentation;
mod metrics;
mod migrating;
mod process;
mod replicas;
mod telemetry;

mod catalog_modes;
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
mod v2;

mod adding;
mod artifacts;
mod assets;
mod base_path;
mod files;
mod forms;
mod headers;
mod health;
mod preferences;
