//! What happens to every request on its way in and to every response on its way out; one file each.
//!
//! Their order is in [`crate::router`].

pub(crate) mod base_path;
pub(crate) mod body_limit;
pub(crate) mod client;
pub(crate) mod compression;
pub(crate) mod measure;
pub(crate) mod panics;
pub(crate) mod problems;
pub(crate) mod recognise;
pub(crate) mod request_id;
pub(crate) mod request_log;
pub(crate) mod request_span;
pub(crate) mod same_origin;
pub(crate) mod security_headers;
pub(crate) mod timeout;
