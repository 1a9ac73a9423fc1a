//! The testbed itself, against the real registry program.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic, too")]

mod commands;
mod registries;
mod samples;
mod tokens;

/// A client without further choices.
fn client() -> reqwest::Client {
    testbed::http::client().build().unwrap()
}
