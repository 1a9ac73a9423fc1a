//! The engine against real registries, and against the scriptable one for what those cannot show.

mod catalog;
mod images;
mod support;
mod tags;
