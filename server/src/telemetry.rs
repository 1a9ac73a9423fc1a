//! What the server tells of itself while it runs: the log and the traces. Metrics are asked for, see
//! [`metrics`](crate::metrics).
//!
//! Spans tie both together. Every request and everything in the background has one at its root with a `request_id`, at
//! the level of errors, so that no filter leaves it out; what is asked of a registry in such a span carries its id.

mod log;
mod request_ids;
mod traces;

use tracing::Metadata;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::config::{LogConfig, TracesConfig};
use traces::Traces;

pub(crate) use request_ids::{annotate, new_id};
pub(crate) use traces::{continue_trace, describe_answer};

/// Whose spans count. Those of libraries would only stand between ours: what runs elsewhere is within the innermost span
/// alone, and a trace that does not know that one would end there.
const OURS: [&str; 4] = ["app", "engine", "registry", "server"];

/// Whether it is one of our own spans.
fn is_own_span(metadata: &Metadata<'_>) -> bool {
    let whose = metadata.target().split("::").next().unwrap_or_default();
    metadata.is_span() && OURS.contains(&whose)
}

type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// The log, which goes on until the process ends, and the traces, which have to be sent before.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<Traces>,
}

impl Telemetry {
    /// Begins to log to the standard error stream, and to trace if that is configured. Needs a runtime.
    pub fn start(log: &LogConfig, traces: Option<&TracesConfig>) -> Self {
        let traces = traces.map(Traces::start).transpose();
        let mut layers = vec![log::layer(log), request_ids::layer()];
        if let Ok(Some(traces)) = &traces {
            layers.push(traces.layer());
        }
        // A test in the same process may have begun already, and then that log is as good.
        let _ = tracing_subscriber::registry().with(layers).try_init();
        // Serving is worth more than tracing.
        let traces = traces.unwrap_or_else(|why| {
            tracing::warn!(why, "there are no traces");
            None
        });
        Self { traces }
    }

    /// Sends the traces that wait for it, if that takes but a moment.
    pub async fn stop(self) {
        if let Some(traces) = self.traces {
            traces.stop().await;
        }
    }
}
