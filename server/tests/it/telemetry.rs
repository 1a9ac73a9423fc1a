//! The log, the ids of requests and the traces of the real program, as those see them who read and receive them.

mod collector;

use std::time::Duration;

use registry::fake::{Answer, Fake, Seen};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};

use crate::support::{Folders, program, ready};
use collector::{Collector, Span};

const TAGS: &str = "/v2/demo/a/tags/list";

/// A registry with one repository of one tag, which holds an image of nothing.
async fn registry() -> Fake {
    let fake = Fake::start().await;
    fake.on("GET", "/v2/", Answer::json(&json!({})));
    fake.on("GET", TAGS, Answer::json(&json!({ "name": "demo/a", "tags": ["1"] })));
    let kind = "application/vnd.oci.image.index.v1+json";
    let index = json!({ "schemaVersion": 2, "mediaType": kind, "manifests": [] }).to_string();
    fake.on("GET", "/v2/demo/a/manifests/1", Answer::ok(kind, index));
    fake
}

async fn start(folders: &Folders, fake: &Fake, variables: &[(&str, &str)]) -> (Child, String) {
    let mut program: Command = program(folders, fake.url().as_str(), "127.0.0.1:0");
    program.env("STOWAGE_SCAN_INTERVAL", "off").envs(variables.iter().copied());
    ready(program).await
}

async fn ask(address: &str, path: &str, headers: &[(&str, &str)]) -> String {
    let client = testbed::http::client().build().unwrap();
    let sending = client.get(format!("http://{address}{path}"));
    let sending = headers.iter().fold(sending, |sending, (name, value)| sending.header(*name, *value));
    sending.send().await.unwrap().text().await.unwrap()
}

/// Stops the program and returns its log.
async fn stop(mut child: Child) -> String {
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    assert!(child.wait().await.unwrap().success());
    log
}

fn ids(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|it| it.header("x-request-id")).collect()
}

#[tokio::test]
async fn the_registry_is_told_which_request_asks_and_background_work_has_ids_of_its_own() {
    let (fake, folders) = (registry().await, Folders::new());
    let (child, address) = start(&folders, &fake, &[]).await;
    ask(&address, &format!("/{}/demo/a", fake.host()), &[("x-request-id", "from-a-proxy")]).await;
    let seen = fake.seen();
    assert_eq!(ids(&fake.seen_at("GET", TAGS)[..1]), ["from-a-proxy"]);
    let row = fake.seen_at("GET", "/v2/demo/a/manifests/1");
    assert_eq!(ids(&row[..1]), ["from-a-proxy"], "also what streams in");
    assert!(seen.iter().all(|it| !it.header("x-request-id").is_empty()), "{seen:?}");

    // The first look has begun a scan of its own; the next one is asked for.
    let client = testbed::http::client().build().unwrap();
    let asked =
        client.post(format!("http://{address}/api/v1/scans")).header("x-request-id", "asks-for-a-scan");
    let body = json!({ "repository": "demo/a" }).to_string();
    let answer = asked.header("content-type", "application/json").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let scan: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let path = format!("/api/v1/scans/{}", scan["id"]);
    while serde_json::from_str::<Value>(&ask(&address, &path, &[]).await).unwrap()["state"] == "running" {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let of_scans = fake.seen();
    let of_scans: Vec<_> = ids(&of_scans).into_iter().filter(|it| *it != "from-a-proxy").collect();
    assert!(!of_scans.is_empty() && of_scans.iter().all(|it| it.len() == 32), "{of_scans:?}");

    ask(&address, "/readyz", &[("x-request-id", "a b")]).await;
    let probe = fake.seen_at("GET", "/v2/");
    assert_eq!(ids(&probe)[probe.len() - 1].len(), 36, "one that could fill a log is replaced");
    drop(child);
}

#[tokio::test]
async fn what_the_log_says_within_a_request_names_it() {
    let (fake, folders) = (registry().await, Folders::new());
    fake.on("GET", TAGS, Answer::status(503));
    let (child, address) = start(&folders, &fake, &[("STOWAGE_LOG", "warn,registry=debug")]).await;
    ask(&address, "/api/v1/tags?repository=demo/a&q=hunter2", &[("x-request-id", "the-one")]).await;
    let log = stop(child).await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let again = lines.iter().find(|it| it["message"] == "trying again").expect("the registry failed");
    assert_eq!(again["spans"][0]["request_id"], "the-one", "{again}");
    assert!(lines.iter().any(|it| it["request_id"] == "the-one" && it["level"] == "WARN"), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
}

#[tokio::test]
async fn the_log_is_text_where_that_is_asked_for() {
    let (fake, folders) = (registry().await, Folders::new());
    let (child, address) = start(&folders, &fake, &[("STOWAGE_LOG_FORMAT", "text")]).await;
    ask(&address, "/api/v1/registries", &[("x-request-id", "the-one")]).await;
    let log = stop(child).await;
    let line = log.lines().find(|it| it.contains("/api/v1/registries answered 200")).unwrap();
    assert!(line.contains("INFO") && line.contains("request_id=\"the-one\""), "{line}");
    assert!(!log.contains('\u{1b}'), "there is no terminal to colour it");
}

#[tokio::test]
async fn a_page_is_one_trace_from_the_client_to_the_registry() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const CALLER: &str = "b7ad6b7169203331";
    let (fake, folders, collector) = (registry().await, Folders::new(), Collector::start().await);
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=ours"),
    ];
    let (child, address) = start(&folders, &fake, &variables).await;
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let path = format!("/{}/demo/a?note=hunter2", fake.host());
    ask(&address, &path, &[("traceparent", &parent), ("cookie", "a=hunter2")]).await;
    ask(&address, "/healthz", &[]).await;
    let log = stop(child).await;

    let spans = collector.spans();
    let page = spans.iter().find(|it| it.name == "GET page").unwrap_or_else(|| panic!("{spans:?} {log}"));
    assert_eq!((page.trace.as_str(), page.parent.as_str()), (TRACE, CALLER));
    assert_eq!(page.service, "stowage");
    assert_eq!(page.attribute("http.response.status_code"), "200");
    assert_eq!(page.attribute("url.path"), format!("/{}/demo/a", fake.host()));
    let asked = |path: &str| -> &Span {
        let mut found = spans.iter().filter(|it| it.trace == TRACE && it.attribute("url.path") == path);
        found.next().unwrap_or_else(|| panic!("{path} in {spans:?}, {:?}", fake.seen()))
    };
    for path in [TAGS, "/v2/demo/a/manifests/1"] {
        let upstream = asked(path);
        assert_eq!((upstream.name.as_str(), &upstream.parent), ("upstream", &page.id));
        assert_eq!(upstream.attribute("registry"), fake.host());
        assert_eq!(upstream.attribute("http.response.status_code"), "200");
        let told = format!("00-{TRACE}-{}-01", upstream.id);
        let seen = fake.seen_at("GET", path);
        assert!(seen.iter().any(|it| it.header("traceparent") == told), "{told} in {seen:?}");
    }
    assert!(spans.iter().all(|it| it.attribute("url.path") != "/healthz"), "nobody traces probes");
    assert!(!format!("{spans:?}").contains("hunter2"), "{spans:?}");
    assert!(collector.headers().iter().all(|it| it["x-tenant"] == "ours"));
}

#[tokio::test]
async fn a_collector_that_is_down_neither_holds_anything_up_nor_fills_the_log() {
    let (fake, folders) = (registry().await, Folders::new());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "200"),
        ("OTEL_BSP_SCHEDULE_DELAY", "10"),
    ];
    let (mut child, address) = start(&folders, &fake, &variables).await;
    let mut log = tokio::io::BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    while !text.contains("traces cannot be sent") {
        ask(&address, "/api/v1/registries", &[]).await;
        tokio::io::AsyncBufReadExt::read_line(&mut log, &mut text).await.unwrap();
    }
    for _ in 0..50 {
        ask(&address, "/api/v1/registries", &[]).await;
    }
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    log.read_to_string(&mut text).await.unwrap();
    let status = tokio::time::timeout(Duration::from_secs(10), child.wait()).await.unwrap().unwrap();
    assert!(status.success());
    assert_eq!(text.matches("traces cannot be sent").count(), 1, "{text}");
}
