//! What we know of the registries.

pub(crate) mod artifact;
pub(crate) mod bases;
mod blob;
pub mod catalog;
pub(crate) mod chosen;
mod compare;
pub(crate) mod describe;
pub(crate) mod filter;
pub(crate) mod image;
mod questions;
mod referrers;
pub mod search;
pub mod tags;
