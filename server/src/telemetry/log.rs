//! The log: text for people at a terminal, JSON for everything else.

use std::io::{self, IsTerminal};

use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use super::{BoxedLayer, is_own_span};
use crate::config::{LogConfig, LogFormat};

/// Writes to the standard error stream what the filter lets through.
pub(super) fn layer(config: &LogConfig) -> BoxedLayer {
    let wanted = filter_fn(|it| it.is_event() || is_own_span(it));
    let filter = FilterExt::<Registry>::and(EnvFilter::new(&config.filter), wanted);
    let is_terminal = io::stderr().is_terminal();
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(is_terminal);
    match (config.format, is_terminal) {
        (LogFormat::Text, _) | (LogFormat::Auto, true) => layer.with_filter(filter).boxed(),
        (LogFormat::Json, _) | (LogFormat::Auto, false) => {
            // The outermost of the spans has the id of the request.
            let layer = layer.json().flatten_event(true).with_current_span(false).with_span_list(true);
            layer.with_ansi(false).with_filter(filter).boxed()
        }
    }
}
