//! `/api/v1/image/files`, `/api/v1/image/file` and the form that has layers read.

use axum::http::StatusCode;
use serde_json::{Value, json};
use testbed::samples::{self, Clock};
use testbed::{Distribution, Pusher};

use crate::support::{Server, registry_with};

const IMAGE: &str = "repository=demo/files&reference=latest";

/// Asks for files until the layers were read.
async fn files(server: &Server, query: &str) -> Value {
    let path = format!("/api/v1/image/files?{query}");
    for _ in 0..400 {
        let answer = server.get(&path).await;
        if answer.status != StatusCode::ACCEPTED {
            return answer.json();
        }
        assert_eq!(answer.header("retry-after"), "1");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{path} was never read");
}

/// The entry at a path.
fn at<'a>(files: &'a Value, path: &str) -> &'a Value {
    let mut entries = files["entries"].as_array().unwrap().iter();
    entries.find(|it| it["path"] == path).unwrap_or_else(|| panic!("{path} is not in {files}"))
}

#[tokio::test]
async fn the_first_question_begins_to_read_and_tells_how_far_it_is() {
    let registry = registry_with(&[samples::FILES]).await;
    let server = Server::of(&registry.url());
    let first = server.get(&format!("/api/v1/image/files?{IMAGE}")).await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    let job: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(job["state"], "running");
    assert!(job["id"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(job["items"].as_array().unwrap().len(), 3);
    let read = files(&server, IMAGE).await;
    assert!(read["layers"].as_array().unwrap().iter().all(|it| it["state"] == "read"), "{read}");
    assert_eq!(server.get(&format!("/api/v1/image/files?{IMAGE}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn files_are_told_with_what_each_layer_did_to_them() {
    let registry = registry_with(&[samples::FILES]).await;
    let server = Server::of(&registry.url());
    let whole = files(&server, &format!("{IMAGE}&n=1000")).await;
    assert_eq!(
        (&at(&whole, "bin/su")["mode"], &at(&whole, "bin/su")["type"]),
        (&json!(0o4755), &json!("file"))
    );
    assert_eq!(at(&whole, "bin/sh")["link"], "bin/busybox");
    assert_eq!(
        (&at(&whole, "etc/motd")["layer"], &at(&whole, "etc/motd")["change"]),
        (&json!(2), &Value::Null)
    );
    assert_eq!(at(&whole, "var/cache/fresh")["change"], "added");
    let is_there = |path: &str| whole["entries"].as_array().unwrap().iter().any(|it| it["path"] == path);
    assert!(!is_there("var/cache/packages.bin") && !is_there("var/cache/index"));
    let second = files(&server, &format!("{IMAGE}&layer=2&of=layer&n=1000")).await;
    assert_eq!(at(&second, "etc/motd")["change"], "changed");
    assert_eq!(at(&second, "var/cache/packages.bin")["change"], "removed");
    let efficiency = whole["efficiency"].as_f64().unwrap();
    assert!(efficiency > 0.0 && efficiency < 1.0, "{efficiency}");
    assert!(whole["wasted"].as_u64().unwrap() >= 200 * 1024);
}

#[tokio::test]
async fn long_lists_come_in_pages_and_in_the_order_asked_for() {
    let registry = registry_with(&[samples::FILES]).await;
    let server = Server::of(&registry.url());
    let first = files(&server, &format!("{IMAGE}&sort=largest&n=2&q=bin/")).await;
    assert_eq!(first["entries"][0]["path"], "bin/busybox");
    assert_eq!(first["total"], 3, "{first}");
    let second = server.get(first["next"].as_str().unwrap()).await.json();
    assert_eq!((second["entries"].as_array().unwrap().len(), &second["next"]), (1, &Value::Null));
    let refused = server.get(&format!("/api/v1/image/files?{IMAGE}&layer=9")).await;
    refused.problem().is(400, "parameters-invalid");
    let elsewhere = server.get(&format!("/api/v1/image/files?{IMAGE}&platform=plan9/mips")).await;
    elsewhere.problem().is(404, "platform-unknown");
}

#[tokio::test]
async fn a_file_is_saved_byte_for_byte_as_it_is_after_a_layer() {
    let registry = registry_with(&[samples::FILES]).await;
    let server = Server::of(&registry.url());
    let unread = server.get(&format!("/api/v1/image/file?{IMAGE}&path=etc/motd")).await;
    unread.problem().is(404, "file-unknown");
    files(&server, IMAGE).await;
    let now = server.get(&format!("/api/v1/image/file?{IMAGE}&path=etc/motd")).await;
    assert_eq!((now.status, now.text()), (StatusCode::OK, "welcome to the app\n"));
    assert_eq!(now.header("content-type"), "application/octet-stream");
    assert_eq!(now.header("content-length"), "19");
    assert!(now.header("content-disposition").starts_with("attachment; filename=\"motd\""));
    let before = server.get(&format!("/api/v1/image/file?{IMAGE}&path=etc/motd&layer=1")).await;
    assert_eq!(before.text(), "welcome\n");
    let program = server.get(&format!("/api/v1/image/file?{IMAGE}&path=bin/busybox")).await;
    let linked = server.get(&format!("/api/v1/image/file?{IMAGE}&path=bin/sh")).await;
    assert_eq!(program.body.len(), 300 * 1024);
    assert_eq!(linked.body, program.body);
    let hostile = "names%2F%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E";
    let hostile = server.get(&format!("/api/v1/image/file?{IMAGE}&path={hostile}")).await;
    assert_eq!(hostile.text(), "markup\n");
    assert!(hostile.header("content-disposition").contains("filename=\"_img_src_x_onerror_alert_1__\""));
    for (path, kind) in [("etc", 404), ("etc/mtab", 404), ("no/such", 404), ("var/cache/index", 404)] {
        let answer = server.get(&format!("/api/v1/image/file?{IMAGE}&path={path}")).await;
        answer.problem().is(kind, "file-unknown");
    }
}

#[tokio::test]
async fn a_damaged_layer_is_told_and_the_others_are_shown() {
    let registry = registry_with(&[samples::FILES]).await;
    let server = Server::of(&registry.url());
    let damaged = files(&server, "repository=demo/files&reference=damaged&n=1000").await;
    let layers = damaged["layers"].as_array().unwrap();
    assert_eq!((&layers[0]["state"], &layers[1]["state"]), (&json!("read"), &json!("damaged")));
    assert!(layers[1]["why"].as_str().unwrap().contains("ends too early"), "{damaged}");
    assert_eq!(at(&damaged, "bin/busybox")["layer"], 1);
}

#[tokio::test]
async fn a_page_shows_nothing_before_its_form_was_sent() {
    let registry = registry_with(&[samples::FILES]).await;
    let server = Server::of(&registry.url());
    let page = format!("/{}/demo/files:latest?view=files", registry.host());
    let unread = server.get(&page).await;
    assert!(unread.text().contains("Look inside") && !unread.text().contains("os-release"));
    let form = format!("registry={}&{IMAGE}&here={page}", registry.host());
    let sent = server.post("/files", &form, &[]).await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, page.as_str()));
    files(&server, IMAGE).await;
    let read = server.get(&format!("{page}&path=etc")).await;
    assert!(read.text().contains("os-release") && !read.text().contains("Look inside"));
}

#[tokio::test]
async fn what_differs_between_the_files_of_two_images_is_told_once_both_were_read() {
    let registry = registry_with(&[samples::FILES]).await;
    let server = Server::of(&registry.url());
    let of = |tag: &str| format!("{}/demo/files:{tag}", registry.host());
    let path = format!("/api/v1/compare?a={}&b={}", of("older"), of("latest"));
    assert_eq!(server.get(&path).await.json()["files"], Value::Null);
    files(&server, "repository=demo/files&reference=older").await;
    files(&server, IMAGE).await;
    let compared = server.get(&path).await.json();
    assert_eq!(at(&compared["files"], "var/cache/index")["change"], "removed");
    assert_eq!(at(&compared["files"], "var/cache/fresh")["bytes"], 4);
    assert_eq!(compared["files"]["removed"]["n"], 1);
}

#[tokio::test]
async fn a_layer_that_cannot_be_fetched_is_told_and_read_once_it_is_there() {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    let sample = samples::one(samples::FILES, Clock::FIXED).unwrap();
    samples::fill(&registry, [sample]).await.unwrap();
    let server = Server::of(&registry.url());
    let image = server.get(&format!("/api/v1/image?{IMAGE}")).await.json();
    let layer = image["layers"].as_array().unwrap().iter().find(|it| it["digest"].is_string()).unwrap();
    let blob = format!(
        "{}/v2/demo/files/blobs/{}",
        registry.url().trim_end_matches('/'),
        layer["digest"].as_str().unwrap()
    );
    let client = reqwest::Client::new();
    let bytes = client.get(&blob).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(client.delete(&blob).send().await.unwrap().status(), 202);
    let path = format!("/api/v1/image/files?{IMAGE}");
    let mut job = Value::Null;
    for _ in 0..400 {
        job = serde_json::from_slice(&server.get(&path).await.body).unwrap();
        if job["state"] == "failed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(job["state"], "failed", "{job}");
    let failed = job["items"].as_array().unwrap().iter().find(|it| it["state"] == "failed").unwrap();
    assert_eq!(failed["digest"], layer["digest"]);
    assert!(failed["why"].is_string(), "{failed}");
    Pusher::new(&registry.url()).blob("demo/files", layer["digest"].as_str().unwrap(), bytes).await.unwrap();
    let page = format!("/{}/demo/files:latest?view=files", registry.host());
    let form = format!("registry={}&{IMAGE}&again=true&here={page}", registry.host());
    assert_eq!(server.post("/files", &form, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(files(&server, IMAGE).await["layers"].as_array().unwrap().iter().all(|it| it["state"] == "read"));
}
