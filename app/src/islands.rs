//! Everything interactive, and nothing else: the browser's whole payload.
//!
//! Each island improves markup that works without it. Islands read and write the document, never the server's data:
//! what they need is in the markup, so no type of the server reaches the browser.

pub mod copy_button;
pub mod layer_link;
pub mod live_filter;
pub mod live_rows;
pub mod selection;
pub mod shortcuts;

#[cfg(feature = "hydrate")]
mod dom;
#[cfg(feature = "hydrate")]
mod old_address;
#[cfg(feature = "hydrate")]
mod results;
