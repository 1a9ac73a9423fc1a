//! `/metrics`, as Prometheus asks a real server for it.

mod exposition;
mod names;

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use testbed::{Distribution, samples};
use tokio::process::{Child, Command};

use crate::support::{Folders, Server, program, ready};
use exposition::Exposition;

const CLI: &str = "team/tools/cli";

/// A server that counts.
struct Counting {
    _child: Child,
    _folders: Folders,
    address: String,
    client: reqwest::Client,
}

impl Counting {
    async fn of(registry: &str, change: impl FnOnce(&mut Command)) -> Self {
        let folders = Folders::new();
        let mut program = program(&folders, registry, "127.0.0.1:0");
        // Nobody reads the log, and it is long.
        program.stderr(Stdio::null());
        program.env("STOWAGE_METRICS", "true").env("STOWAGE_SCAN_INTERVAL", "off");
        change(&mut program);
        let (child, address) = ready(program).await;
        let client = testbed::http::client().build().unwrap();
        Self { _child: child, _folders: folders, address, client }
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(format!("http://{}{path}", self.address)).send().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).await.text().await.unwrap()).unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("http://{}{path}", self.address);
        let sending = self.client.post(url).header("content-type", "application/json").body(body.to_string());
        let answer = sending.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    async fn until(&self, path: &str, is_reached: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..400 {
            let now = self.json(path).await;
            if is_reached(&now) {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{path} did not become what it should");
    }

    async fn metrics(&self) -> Exposition {
        let answer = self.get("/metrics").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        Exposition::parse(&answer.text().await.unwrap())
    }
}

impl Counting {
    /// The numbers once nothing is going on in the background, which goes on from a page that was opened.
    async fn at_rest(&self) -> Exposition {
        for _ in 0..400 {
            let found = self.metrics().await;
            let sum = |name: &str| found.sum(name, &[]);
            let n_timed = sum("stowage_upstream_request_duration_seconds_count");
            let is_over = ["stowage_upstream_in_flight", "stowage_upstream_waiting", "stowage_scans_running"]
                .iter()
                .all(|name| sum(name) == 0.0);
            if is_over && n_timed == sum("stowage_upstream_requests_total") {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("something is always going on");
    }
}

/// A registry, and a server that has shown, scanned and deleted something there.
async fn busy() -> (Distribution, Counting, Value) {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    samples::fill(&registry, [samples::one(samples::CLI, samples::Clock::FIXED).unwrap()]).await.unwrap();
    let server = Counting::of(&registry.url(), |it| {
        it.env("DELETE_IMAGES", "true");
    })
    .await;
    assert_eq!(server.get(&format!("/{}/{CLI}", registry.host())).await.status(), 200);
    assert_eq!(server.get("/readyz").await.status(), 200);
    let scan = server.post("/api/v1/scans", &json!({ "repository": CLI })).await;
    let scan = format!("/api/v1/scans/{}", scan["id"]);
    let ended = server.until(&scan, |it| it["state"] != "running").await;
    assert_eq!(ended["state"], "done");
    let plan = server.post("/api/v1/plans", &json!({ "repository": CLI, "tags": ["0.9.0"] })).await;
    let job = server.post("/api/v1/jobs", &json!({ "plan": plan["id"] })).await;
    let job = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    let job = server.until(&job, |it| it["finished"].is_string()).await;
    assert_eq!(job["state"], "done");
    (registry, server, job)
}

#[tokio::test]
async fn the_numbers_are_those_of_what_happened() {
    let (registry, server, job) = busy().await;
    for _ in 0..3 {
        server.get("/api/v1/registries").await;
    }
    server.get("/api/v1/registries?never=1").await;
    let tags = server.json(&format!("/api/v1/tags?repository={CLI}")).await["total"].as_f64().unwrap();
    let found = server.at_rest().await;
    let host = registry.host();
    let of = |name: &str, labels: &[(&str, &str)]| found.sum(name, labels);

    let requests = |route, status| {
        of("stowage_http_requests_total", &[("route", route), ("method", "GET"), ("status", status)])
    };
    assert_eq!(requests("/api/v1/registries", "2xx"), 3.0);
    assert_eq!(requests("/api/v1/registries", "4xx"), 1.0);
    assert_eq!(requests("page", "2xx"), 1.0);
    let timed = of("stowage_http_request_duration_seconds_count", &[("route", "/api/v1/registries")]);
    assert_eq!(timed, 4.0);
    assert_eq!(of("stowage_http_requests_in_flight", &[]), 1.0, "this one");

    let registry = ("registry", host.as_str());
    assert!(of("stowage_upstream_requests_total", &[registry, ("method", "GET"), ("status", "200")]) > 0.0);
    assert!(
        of("stowage_upstream_requests_total", &[registry, ("method", "DELETE"), ("status", "202")]) > 0.0
    );
    assert!(of("stowage_upstream_received_bytes_total", &[registry]) > 1000.0);
    assert!(of("stowage_cache_lookups_total", &[("cache", "challenges"), ("result", "hit")]) > 0.0);

    let scans = [registry, ("scope", "repository")];
    assert!(of("stowage_scans_total", &[scans[0], scans[1], ("result", "done")]) >= 1.0);
    assert_eq!((of("stowage_scan_items_done", &[]), of("stowage_scan_items_expected", &[])), (0.0, 0.0));
    assert!(of("stowage_scanned_tags_total", &[registry]) >= tags);
    assert_eq!(of("stowage_jobs_total", &[registry, ("result", "done")]), 1.0);
    assert_eq!(of("stowage_jobs_running", &[]) + of("stowage_job_freeable_bytes", &[]), 0.0);
    let n_deleted = of("stowage_job_steps_total", &[registry, ("outcome", "deleted")]);
    assert_eq!(n_deleted, job["n_items"].as_f64().unwrap());

    assert_eq!(of("stowage_inventory_repositories", &[registry]), 1.0);
    assert_eq!(of("stowage_inventory_tags", &[registry]), tags);
    for name in ["manifests", "bytes", "blobs", "blob_bytes"] {
        assert!(of(&format!("stowage_inventory_{name}"), &[]) > 0.0, "{name}");
    }
    assert!(of("stowage_database_connections", &[]) > 0.0);
    assert_eq!(of("stowage_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), 1.0);
    assert!(of("process_resident_memory_bytes", &[]) > 0.0);
}

#[tokio::test]
async fn nothing_that_strangers_make_up_makes_a_new_series() {
    let server = Counting::of("http://127.0.0.1:9", |_| {}).await;
    let odd = async |number: usize| {
        let path = match number % 5 {
            0 => format!("/{number}/../x"),
            1 => format!("/api/v1/{number}"),
            2 => format!("/pkg/{number}.js"),
            3 => format!("/registry-{number}/a/b:c"),
            _ => format!("/api/v1/jobs/{number}?{number}={number}"),
        };
        let method = match number % 3 {
            0 => "GET".to_owned(),
            1 => "POST".to_owned(),
            _ => format!("BREW{number}"),
        };
        let url = format!("http://{}{path}", server.address);
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let host = format!("host-{number}.example");
        server.client.request(method, url).header("host", host).send().await.unwrap();
    };
    // Every kind once, and the metrics themselves.
    for number in 0..15 {
        odd(number).await;
    }
    server.metrics().await;
    let before = server.metrics().await;
    for number in 15..1015 {
        odd(number).await;
    }
    let after = server.metrics().await;
    assert_eq!(before.series(), after.series());
    let n_more =
        after.sum("stowage_http_requests_total", &[]) - before.sum("stowage_http_requests_total", &[]);
    assert_eq!(n_more, 1001.0);
}

#[tokio::test]
async fn who_may_see_them_is_said_by_whoever_runs_the_server() {
    let off = Server::of("http://127.0.0.1:9").get("/metrics").await;
    assert_eq!(off.status, 404);
    let token = "0123456789abcdef";
    let server = Counting::of("http://127.0.0.1:9", |it| {
        it.env("STOWAGE_METRICS_TOKEN", token);
    })
    .await;
    let refused = server.get("/metrics").await;
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["www-authenticate"]),
        (401, &"Bearer".parse().unwrap())
    );
    let url = format!("http://{}/metrics", server.address);
    for (shown, status) in [("0123456789abcde", 401), (token, 200)] {
        let answer = server.client.get(&url).bearer_auth(shown).send().await.unwrap();
        assert_eq!(answer.status(), status, "{shown}");
        assert_eq!(answer.text().await.unwrap().contains("stowage_build_info"), status == 200);
    }
    let head = server.client.head(&url).bearer_auth(token).send().await.unwrap();
    assert_eq!(head.status(), 200);
}

#[tokio::test]
async fn a_registry_that_is_down_is_counted_as_that() {
    let server = Counting::of("http://127.0.0.1:9", |_| {}).await;
    assert_eq!(server.get("/readyz").await.status(), 503);
    let found = server.metrics().await;
    let failed = [("registry", "127.0.0.1:9"), ("status", "unreachable")];
    assert_eq!(found.sum("stowage_upstream_requests_total", &failed), 1.0);
    assert_eq!(found.sum("stowage_upstream_retries_total", &[]), 0.0, "whoever pings does not want to wait");
    // What people wait for is tried again.
    assert_eq!(server.get("/api/v1/tags?repository=a").await.status(), 502);
    let found = server.metrics().await;
    assert_eq!(found.sum("stowage_upstream_requests_total", &failed), 5.0);
    assert_eq!(found.sum("stowage_upstream_retries_total", &[]), 3.0);
}
