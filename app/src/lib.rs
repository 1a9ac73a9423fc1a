//! What people see.
//!
//! Pages are rendered on the server; what reaches the browser as wasm is [`islands`] and nothing else. That is why
//! every other module needs the feature `ssr`.

// The types of nested views and streams are deep.
#![recursion_limit = "256"]
#![cfg_attr(
    feature = "ssr",
    expect(unreachable_pub, reason = "the component macro makes public items of components that are not")
)]

pub mod islands;

#[cfg(feature = "ssr")]
pub mod address;
#[cfg(feature = "ssr")]
pub mod base_path;
#[cfg(feature = "ssr")]
pub mod error;
#[cfg(feature = "ssr")]
pub mod same_site_path;
#[cfg(feature = "ssr")]
pub mod visitor;

#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod format;
#[cfg(feature = "ssr")]
mod messages;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod refresh;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub use pages::plan::MANY_TAGS;
#[cfg(feature = "ssr")]
pub use pages::serve;
#[cfg(feature = "ssr")]
pub use refresh::refresh;
