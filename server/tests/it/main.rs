//! The whole server, with real registries behind it.

#![expect(clippy::unwrap_used, reason = "what goes wrong in a helper is a failed test")]

mod support;

mod configuration;
mod documentation;
mod process;

mod image;
mod openapi;
mod problems;
mod registries;
mod repositories;
mod tags;

mod adding;
mod assets;
mod headers;
mod health;
mod preferences;
