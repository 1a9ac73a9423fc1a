//! What we know of the registries.

pub(crate) mod bases;
pub mod catalog;
pub(crate) mod chosen;
mod compare;
pub(crate) mod describe;
pub(crate) mod filter;
pub(crate) mod image;
mod questions;
pub mod search;
pub mod tags;
