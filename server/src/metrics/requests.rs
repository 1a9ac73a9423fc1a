//! Requests by route, method and status.
//!
//! Each route keeps its counters, so that a request of a known kind costs a look into a table and no new text.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{Counter, Gauge, Histogram, SharedString};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use registry::client::Raised;

const REQUESTS: &str = "stowage_http_requests_total";
const DURATION: &str = "stowage_http_request_duration_seconds";
const IN_FLIGHT: &str = "stowage_http_requests_in_flight";

/// Methods that clients make up count as the last, so that they can fill no memory.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"];
/// The classes of statuses; the last is of those whose client went away before there was any.
const STATUSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "none"];

/// The metrics of all requests.
#[derive(Debug)]
pub(crate) struct Requests {
    in_flight: Gauge,
    /// By the pattern that the router knows, of which there are as many as routes.
    routes: RwLock<HashMap<Box<str>, Arc<Route>>>,
}

#[derive(Debug)]
struct Route {
    name: SharedString,
    counters: [[OnceLock<Counter>; STATUSES.len()]; METHODS.len()],
    durations: [OnceLock<Histogram>; METHODS.len()],
}

impl Requests {
    pub(super) fn new() -> Self {
        describe_counter!(REQUESTS, "Requests that were answered, by route, method and class of status.");
        describe_histogram!(DURATION, "How long it took until the answer began.");
        describe_gauge!(IN_FLIGHT, "Requests whose answer has not begun yet.");
        Self { in_flight: gauge!(IN_FLIGHT), routes: RwLock::default() }
    }

    /// A request that has come, until what is returned is dropped.
    pub(crate) fn begin(&self) -> Raised {
        Raised::by_one(&self.in_flight)
    }

    /// A request that was answered, or never will be.
    pub(crate) fn end(&self, route: &str, method: &Method, status: Option<StatusCode>, took: Duration) {
        let route = self.route(route);
        let (method, status) = (method_index(method), status_index(status));
        let (method_name, status_name) = (METHODS[method], STATUSES[status]);
        let name = || route.name.clone();
        let counter =
            || counter!(REQUESTS, "route" => name(), "method" => method_name, "status" => status_name);
        route.counters[method][status].get_or_init(counter).increment(1);
        let duration = || histogram!(DURATION, "route" => name(), "method" => method_name);
        route.durations[method].get_or_init(duration).record(took);
    }

    fn route(&self, name: &str) -> Arc<Route> {
        if let Some(known) = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Arc::clone(known);
        }
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(name.into()).or_insert_with(|| Arc::new(Route::new(name))))
    }
}

impl Route {
    fn new(name: &str) -> Self {
        Self {
            name: SharedString::from(Arc::<str>::from(name)),
            counters: [const { [const { OnceLock::new() }; STATUSES.len()] }; METHODS.len()],
            durations: [const { OnceLock::new() }; METHODS.len()],
        }
    }
}

/// What metrics and traces call a method.
pub(crate) fn method_label(method: &Method) -> &'static str {
    METHODS[method_index(method)]
}

fn method_index(method: &Method) -> usize {
    METHODS.iter().position(|it| *it == method.as_str()).unwrap_or(METHODS.len() - 1)
}

fn status_index(status: Option<StatusCode>) -> usize {
    match status.map(|it| it.as_u16()) {
        Some(100..200) => 0,
        Some(200..300) => 1,
        Some(300..400) => 2,
        Some(400..500) => 3,
        Some(_) => 4,
        None => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_make_up_is_no_label() {
        let odd = Method::from_bytes(b"BREW").unwrap();
        assert_eq!((method_label(&odd), method_label(&Method::GET)), ("other", "GET"));
        let class = |status: u16| STATUSES[status_index(StatusCode::from_u16(status).ok())];
        assert_eq!([class(204), class(404), class(503), class(999)], ["2xx", "4xx", "5xx", "5xx"]);
    }
}
