//! What must hold for whatever strangers send: one function a parser, each of which panics where something does not.
//!
//! `make fuzz` makes up inputs for them by the million; the tests give them those that are kept.

mod document;
mod history;
mod image_config;
mod manifest;
mod reference;
mod tag_order;

#[cfg(feature = "client")]
mod challenge;
#[cfg(feature = "charts")]
mod chart;
#[cfg(feature = "client")]
mod error_body;
#[cfg(feature = "client")]
mod link;
#[cfg(feature = "client")]
mod retry_after;

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use document::document;
pub use history::history;
pub use image_config::image_config;
pub use manifest::manifest;
pub use reference::reference;
pub use tag_order::tag_order;

#[cfg(feature = "client")]
pub use challenge::challenge;
#[cfg(feature = "charts")]
pub use chart::chart;
#[cfg(feature = "client")]
pub use error_body::error_body;
#[cfg(feature = "client")]
pub use link::link;
#[cfg(feature = "client")]
pub use retry_after::retry_after;

/// What is written as JSON is read as the same.
fn survives_json<T: Serialize + DeserializeOwned + PartialEq + Debug>(it: &T) {
    let json = serde_json::to_string(it).expect("it can be written as JSON");
    assert_eq!(&serde_json::from_str::<T>(&json).expect("what was written can be read"), it, "{json}");
}

/// The first line of an input, and what follows it.
fn first_line(input: &[u8]) -> (&[u8], &[u8]) {
    match input.iter().position(|it| *it == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (input, &[]),
    }
}

/// Headers of one name, a line each; lines that no header can hold are left out.
#[cfg(feature = "client")]
fn headers(name: &reqwest::header::HeaderName, lines: &[u8]) -> reqwest::header::HeaderMap {
    let values = lines.split(|it| *it == b'\n').map(reqwest::header::HeaderValue::from_bytes);
    values.filter_map(Result::ok).map(|it| (name.clone(), it)).collect()
}

#[cfg(test)]
mod tests {
    use testbed::kept_inputs::replay;

    macro_rules! replays {
        ($($(#[$when:meta])? $parser:ident)*) => {$(
            $(#[$when])?
            #[test]
            fn $parser() {
                replay(stringify!($parser), super::$parser);
            }
        )*};
    }

    replays! {
        document
        history
        image_config
        manifest
        reference
        tag_order
        #[cfg(feature = "client")] challenge
        #[cfg(feature = "charts")] chart
        #[cfg(feature = "client")] error_body
        #[cfg(feature = "client")] link
        #[cfg(feature = "client")] retry_after
    }
}
