//! Layers made by hand, each for a corner of the formats, and images that an extractor unpacks for comparison.

#![expect(clippy::unwrap_used, reason = "what goes wrong in a helper is a failed test")]

mod support;

mod formats;
mod headers;
mod limits;
mod paths;
mod read_file;
mod whiteouts;

mod kept;

mod difference;
mod directory;
mod efficiency;
mod hard_links;
mod search;
mod stacking;
mod wasted;

mod umoci;
