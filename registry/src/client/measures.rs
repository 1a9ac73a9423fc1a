//! What is counted and timed of the calls to a registry; nothing, in a process without a recorder.

use std::sync::Arc;

use metrics::{
    Counter, Gauge, Histogram, SharedString, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};
use reqwest::{Method, StatusCode};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use tracing::Span;
use tracing::field::Empty;
use url::Url;

use crate::client::hosts::Route;
use crate::error::Error;

const REQUESTS: &str = "stowage_upstream_requests_total";
const DURATION: &str = "stowage_upstream_request_duration_seconds";
const RECEIVED: &str = "stowage_upstream_received_bytes_total";
const RETRIES: &str = "stowage_upstream_retries_total";
const IN_FLIGHT: &str = "stowage_upstream_in_flight";
const WAITING: &str = "stowage_upstream_waiting";
const WAIT: &str = "stowage_upstream_wait_seconds";
const LOOKUPS: &str = "stowage_cache_lookups_total";

/// Says what the metrics of all clients mean.
pub fn describe_metrics() {
    describe_counter!(
        REQUESTS,
        "Requests to registries and where they lead, each try and each redirect by itself; `status` is that of the \
         answer, or why there is none."
    );
    describe_histogram!(DURATION, "How long these requests took, until the answer was read.");
    describe_counter!(RECEIVED, "Bytes of the answers' bodies.");
    describe_counter!(RETRIES, "Requests that were sent again after a failure that may pass.");
    describe_gauge!(IN_FLIGHT, "Calls to the registry that are under way.");
    describe_gauge!(
        WAITING,
        "Calls that wait for others to end, because REGISTRY_CONCURRENCY are under way."
    );
    describe_histogram!(WAIT, "How long calls waited for that.");
    describe_counter!(
        LOOKUPS,
        "Questions to what is kept in memory and in the inventory, by whether it was there."
    );
    for cache in ["challenges", "tokens"] {
        count_lookups(cache, true, 0);
        count_lookups(cache, false, 0);
    }
}

/// Counts that something was looked for in a cache, and whether it was there.
pub fn count_lookup(cache: &'static str, is_hit: bool) {
    count_lookups(cache, is_hit, 1);
}

/// The same for several; none makes the metric known before anything was looked for.
pub fn count_lookups(cache: &'static str, is_hit: bool, n: u64) {
    counter!(LOOKUPS, "cache" => cache, "result" => if is_hit { "hit" } else { "miss" }).increment(n);
}

/// A gauge that is higher for as long as this lives.
#[derive(Debug)]
pub struct Raised {
    gauge: Gauge,
    by: f64,
}

impl Raised {
    /// Raises it by one.
    pub fn by_one(gauge: &Gauge) -> Self {
        Self::by(gauge, 1.0)
    }

    /// Raises it by any number.
    pub fn by(gauge: &Gauge, by: f64) -> Self {
        gauge.increment(by);
        Self { gauge: gauge.clone(), by }
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        self.gauge.decrement(self.by);
    }
}

/// The metrics of one client.
#[derive(Debug)]
pub(crate) struct Measures {
    registry: SharedString,
    received: Counter,
    retries: Counter,
    in_flight: Gauge,
    waiting: Gauge,
    wait: Histogram,
}

/// A call's turn, until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    _permit: SemaphorePermit<'a>,
    _in_flight: Raised,
}

impl Measures {
    /// Those of the registry that goes by a name.
    pub(crate) fn new(name: &str) -> Self {
        let registry = SharedString::from(Arc::<str>::from(name));
        Self {
            received: counter!(RECEIVED, "registry" => registry.clone()),
            retries: counter!(RETRIES, "registry" => registry.clone()),
            in_flight: gauge!(IN_FLIGHT, "registry" => registry.clone()),
            waiting: gauge!(WAITING, "registry" => registry.clone()),
            wait: histogram!(WAIT, "registry" => registry.clone()),
            registry,
        }
    }

    /// Waits until it is somebody's turn.
    pub(crate) async fn turn<'a>(&self, turns: &'a Semaphore) -> Turn<'a> {
        let began = Instant::now();
        let waiting = Raised::by_one(&self.waiting);
        let permit = turns.acquire().await.expect("the semaphore is never closed");
        drop(waiting);
        self.wait.record(began.elapsed());
        Turn { _permit: permit, _in_flight: Raised::by_one(&self.in_flight) }
    }

    pub(crate) fn received(&self, n_bytes: usize) {
        self.received.increment(n_bytes as u64);
    }

    pub(crate) fn retried(&self) {
        self.retries.increment(1);
    }

    /// A request that is about to be sent, and has to be answered before `deadline`.
    pub(crate) fn exchange(
        &self,
        method: &Method,
        url: &Url,
        route: Route,
        deadline: Instant,
    ) -> Exchange<'_> {
        // The query is left out: at a blob store it is a signature.
        let span = tracing::info_span!(
            "upstream",
            otel.kind = "client",
            registry = &*self.registry,
            server.address = url.host_str(),
            http.request.method = method.as_str(),
            url.path = url.path(),
            http.response.status_code = Empty,
            error.type = Empty,
            otel.status_code = Empty,
        );
        let target = if route == Route::Own { "registry" } else { "elsewhere" };
        Exchange {
            measures: self,
            method: method_label(method),
            target,
            began: Instant::now(),
            deadline,
            span,
            status: None,
        }
    }
}

/// A request that was sent; it is counted when this is dropped, however it ended.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    measures: &'a Measures,
    method: &'static str,
    target: &'static str,
    began: Instant,
    deadline: Instant,
    span: Span,
    status: Option<&'static str>,
}

impl Exchange<'_> {
    /// What happens while it is sent and answered happens in this.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    pub(crate) fn answered(&mut self, status: StatusCode) {
        self.status = Some(status_label(status));
        self.span.record("http.response.status_code", status.as_u16());
        // Registries answer 401 and 404 all the time, and nothing is wrong.
        if status.is_server_error() {
            self.span.record("otel.status_code", "ERROR");
        }
    }

    /// Nothing usable came, though an answer may have begun.
    pub(crate) fn failed(&mut self, error: &Error) {
        if let Some(kind) = error_label(error) {
            self.status = Some(kind);
        }
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        let status = self.status.unwrap_or(match Instant::now() >= self.deadline {
            true => "timeout",
            // Nobody waited for it any more.
            false => "abandoned",
        });
        if status.starts_with(|it: char| it.is_ascii_lowercase()) {
            self.span.record("error.type", status);
            self.span.record("otel.status_code", "ERROR");
        }
        let (registry, target, method) = (self.measures.registry.clone(), self.target, self.method);
        histogram!(DURATION, "registry" => registry.clone(), "target" => target, "method" => method)
            .record(self.began.elapsed());
        counter!(REQUESTS, "registry" => registry, "target" => target, "method" => method, "status" => status)
            .increment(1);
    }
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Those that registries are known to answer with; a number of any other is that of its class, so that no registry can
/// make a metric of every number.
fn status_label(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200 => "200",
        201 => "201",
        202 => "202",
        204 => "204",
        206 => "206",
        301 => "301",
        302 => "302",
        303 => "303",
        307 => "307",
        308 => "308",
        400 => "400",
        401 => "401",
        403 => "403",
        404 => "404",
        405 => "405",
        409 => "409",
        412 => "412",
        423 => "423",
        429 => "429",
        500 => "500",
        502 => "502",
        503 => "503",
        504 => "504",
        other => match other / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            5 => "5xx",
            _ => "6xx",
        },
    }
}

/// Why there is no answer; nothing where there was one, and its status says it.
fn error_label(error: &Error) -> Option<&'static str> {
    match error {
        Error::Unreachable { .. } => Some("unreachable"),
        Error::Timeout { .. } => Some("timeout"),
        Error::Tls { .. } => Some("tls"),
        Error::Blocked { .. } => Some("blocked"),
        Error::NotARegistry { .. } => Some("not_http"),
        Error::TooLarge { .. } => Some("too_large"),
        _ => None,
    }
}
