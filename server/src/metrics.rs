//! `/metrics`: what is counted, for Prometheus.
//!
//! `registry` and `engine` count what they do by the names of the facade `metrics`; here is what keeps the numbers, what
//! is only read when somebody asks, and who is told.

mod readings;
mod requests;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use registry::client::Secret;
use tokio_util::task::AbortOnDropHandle;

use crate::bearer;
use crate::config::MetricsConfig;
use crate::problem::{of_server, refuse};
use crate::services::Services;
use readings::Readings;
use requests::Requests;

pub(crate) use requests::method_label;
pub(crate) use sign_ins::count_sign_in;

mod sign_ins;

/// Into which classes lengths of time fall, in seconds: from an answer out of memory to the longest that is waited for.
const BUCKETS: [f64; 13] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];
/// How often what was timed is put into its class, so that it fills no memory where nobody asks for it.
const UPKEEP: Duration = Duration::from_secs(5);

/// What keeps the numbers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    numbers: PrometheusHandle,
    token: Option<Secret>,
    requests: Requests,
    readings: Readings,
    _upkeep: AbortOnDropHandle<()>,
}

impl Metrics {
    /// Begins to count, if that is configured. What is made before this counts nothing. Needs a runtime.
    pub fn start(config: &MetricsConfig) -> Option<Self> {
        if !config.enabled {
            return None;
        }
        let recorder =
            PrometheusBuilder::new().set_buckets(&BUCKETS).expect("there are some").build_recorder();
        let numbers = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another server in this process counts already");
            return None;
        }
        engine::describe_metrics();
        sign_ins::describe();
        let upkept = numbers.clone();
        let upkeep = tokio::spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                upkept.run_upkeep();
            }
        });
        Some(Self(Arc::new(Inner {
            numbers,
            token: config.token.clone(),
            requests: Requests::new(),
            readings: Readings::new(),
            _upkeep: AbortOnDropHandle::new(upkeep),
        })))
    }

    /// The metrics of requests.
    pub(crate) fn requests(&self) -> &Requests {
        &self.0.requests
    }
}

/// All numbers, as Prometheus reads them.
pub(crate) async fn show(State(services): State<Services>, headers: HeaderMap) -> Response {
    let Some(Metrics(metrics)) = services.metrics() else {
        let detail = "Nothing is counted here.";
        let mut problem = of_server(StatusCode::NOT_FOUND, "metrics-off", "There are no metrics", detail);
        problem.remedy = Some("Whoever runs Stowage can switch them on.".to_owned());
        problem.command = Some("STOWAGE_METRICS=true".to_owned());
        return refuse(problem);
    };
    if metrics.token.as_ref().is_some_and(|it| !bearer::shows(&headers, it)) {
        let detail = "This needs the header Authorization with the token of STOWAGE_METRICS_TOKEN.";
        let title = "The metrics are not for everybody";
        let mut response = refuse(of_server(StatusCode::UNAUTHORIZED, "metrics-token", title, detail));
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return response;
    }
    metrics.readings.read(&services).await;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, kind)], metrics.numbers.render()).into_response()
}
