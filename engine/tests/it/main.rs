//! The engine against real registries, and against the scriptable one for what those cannot show.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod catalog;
mod images;
mod support;
mod tags;
