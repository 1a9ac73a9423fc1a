//! What we know of the registries.

pub mod catalog;
pub(crate) mod image;
pub mod tags;

mod describe;
mod filter;
mod resolve;
