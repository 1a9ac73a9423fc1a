//! Speaks to registries: the types of the OCI distribution protocol, a client, and pure rules over them.
//!
//! The words, as they are used everywhere in Stowage:
//!
//! * **registry**: one configured upstream; **repository**: `library/nginx`; **namespace**: a leading part of its path.
//! * **tag**: a mutable name for a manifest; **alias**: another tag on the same digest.
//! * **manifest**: a byte string named by its digest: an **image** (configuration and layers), an **index** (children,
//!   one per platform), or an **artifact** (anything else).
//! * **referrer**: a manifest whose `subject` is another.
//! * **layer**: a compressed blob; sizes are compressed bytes.
//!
//! Everything but [`client`] and `fake` does no input or output, reads no clock, and compiles to wasm.

pub mod digest;
pub mod media_type;
pub mod platform;
pub mod reference;

pub mod api_path;
pub mod artifact;
pub mod attached;
pub mod base_image;
pub mod compare;
pub mod created;
pub mod deletion;
pub mod dockerfile;
pub mod history;
pub mod image;
pub mod image_config;
pub mod manifest;
pub mod namespace_tree;
pub mod platform_differences;
pub mod summary;
pub mod tag_order;

pub mod error;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "fake")]
pub mod fake;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;

mod lenient;

pub use api_path::ApiPath;
pub use digest::Digest;
pub use error::Error;
pub use platform::Platform;
pub use reference::{Reference, RepositoryName, Tag};

/// The text cut to a length that fits an error message.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
