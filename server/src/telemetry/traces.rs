//! Traces for OpenTelemetry, sent over HTTP in batches.

mod collector;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use opentelemetry::trace::{Status, TraceContextExt, TracerProvider};
use opentelemetry::{Key, KeyValue, global};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Metadata, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};

use super::{BoxedLayer, is_own_span};
use crate::config::TracesConfig;
use collector::Collector;

/// How the service is called where nobody says otherwise.
const SERVICE: &str = "stowage";
/// The attribute that holds it.
const SERVICE_NAME: Key = Key::from_static_str("service.name");
/// How long sending what is left may take when the server stops.
const PATIENCE: Duration = Duration::from_secs(1);
/// What gathers spans and sends them.
#[derive(Debug)]
pub(super) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    pub(super) fn start(config: &TracesConfig) -> Result<Self, String> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(config)?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(config.endpoint.as_str())
            .with_timeout(config.timeout)
            .build()
            .map_err(|error| error.to_string())?;
        let provider =
            SdkTracerProvider::builder().with_resource(resource()).with_batch_exporter(exporter).build();
        global::set_text_map_propagator(TraceContextPropagator::new());
        IS_ON.store(true, Ordering::Relaxed);
        Ok(Self { provider })
    }

    pub(super) fn layer(&self) -> BoxedLayer {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            // The span that one is in is the parent of the next, and no second account is kept of it by thread.
            .with_context_activation(false)
            .with_filter(filter_fn(is_traced).with_max_level_hint(LevelFilter::INFO))
            .boxed()
    }

    pub(super) async fn stop(self) {
        // It blocks until the thread has ended that sends them, or patience has.
        let stopping = tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(PATIENCE));
        if let Ok(Err(error)) = stopping.await {
            tracing::debug!(%error, "the last traces were not sent");
        }
    }
}

/// Events are left to the log: their texts come from anywhere.
fn is_traced(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO && is_own_span(metadata)
}

/// Who sends the traces; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` have the last word.
fn resource() -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let named = Resource::builder().with_attribute(version).build();
    let name = named.get(&SERVICE_NAME).map(|it| it.as_str().into_owned()).unwrap_or_default();
    let is_named = !name.is_empty() && !name.starts_with("unknown_service");
    let builder = Resource::builder()
        .with_attributes(named.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())));
    if is_named { named } else { builder.with_service_name(SERVICE).build() }
}

/// Whether anything is traced, so that nothing is prepared for it where it is not.
static IS_ON: AtomicBool = AtomicBool::new(false);

fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// Makes a span a part of the trace that the request's headers name.
pub(crate) fn continue_trace(span: &Span, headers: &HeaderMap) {
    if is_on() && headers.contains_key("traceparent") {
        let parent = global::get_text_map_propagator(|it| it.extract(&HeaderExtractor(headers)));
        // It fails where the span is not traced.
        let _ = span.set_parent(parent);
    }
}

/// Names the trace to whoever is asked.
pub(super) fn inject(headers: &mut HeaderMap) {
    if is_on() {
        let context = Span::current().context();
        global::get_text_map_propagator(|it| it.inject_context(&context, &mut HeaderInjector(headers)));
    }
}

/// Tells the trace, and not the log, which has it in a line of its own, what became of a request.
pub(crate) fn describe_answer(
    span: &Span,
    method: &'static str,
    route: &str,
    path: &str,
    status: StatusCode,
) {
    if !is_on() {
        return;
    }
    let context = span.context();
    let traced = context.span();
    traced.update_name(format!("{method} {route}"));
    traced.set_attribute(KeyValue::new("http.request.method", method));
    traced.set_attribute(KeyValue::new("http.route", route.to_owned()));
    traced.set_attribute(KeyValue::new("url.path", path.to_owned()));
    traced.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
    if status.is_server_error() {
        traced.set_status(Status::error(""));
    }
}
