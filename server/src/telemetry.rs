//! The log: text for people at a terminal, JSON for everything else.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Begins to log to the standard error stream; `filter` is what the configuration has checked.
pub fn start(filter: &str) {
    let filter = EnvFilter::new(filter);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A test in the same process may have begun already, and then that log is as good.
    let _ = if io::stderr().is_terminal() {
        log.try_init()
    } else {
        log.json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_ansi(false)
            .try_init()
    };
}
