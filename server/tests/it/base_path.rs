//! Stowage below a path of a host that others share. One process serves under one path, so this is the real program.

mod pages;
mod people;

use serde_json::Value;
use testbed::samples;

use crate::support::wire::Program;
use crate::support::{Folders, program, registry_with};

const BASE: &str = "/registry-ui";
const NOWHERE: &str = "http://127.0.0.1:9";

/// The program below the path.
async fn program_at(folders: &Folders, registry: &str, more: &[(&str, &str)]) -> Program {
    let mut command = program(folders, registry, "127.0.0.1:0");
    command.env("STOWAGE_BASE_PATH", BASE).envs(more.iter().copied());
    Program::start(command).await
}

#[tokio::test]
async fn nothing_is_answered_outside_but_who_watches_over_it() {
    let folders = Folders::new();
    let server = program_at(&folders, NOWHERE, &[]).await;
    for probe in ["/healthz", "/readyz"] {
        let (outside, below) = (server.get(probe).await, server.get(&format!("{BASE}{probe}")).await);
        assert_eq!((outside.status, outside.text()), (below.status, below.text()), "{probe}");
        assert_eq!(outside.header("content-type"), "application/json");
    }
    let outside =
        ["/", "/activity", "/login", "/registry-uix", "/registry-ui:1/a", "/pkg/stowage.js", "/theme.css"];
    for path in outside {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        let text = answer.text();
        assert!(
            text.contains("served under /registry-ui/") && text.contains("href=\"/registry-ui/\""),
            "{text}"
        );
        assert!(text.contains("proxy_pass"), "{text}");
        assert!(!answer.header("x-request-id").is_empty() && !answer.header("x-frame-options").is_empty());
    }
    for path in ["/preferences", "/login", "/hooks/registry"] {
        let answer = server.post(path, "theme=dark", &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (404, ""), "{path}");
    }
    let problem = server.get("/api/v1/registries").await.problem();
    assert_eq!(problem.is(404, "outside-base-path").value["instance"], "/api/v1/registries");
}

#[tokio::test]
async fn the_path_without_a_slash_is_the_first_page_as_well() {
    let folders = Folders::new();
    let server = program_at(&folders, NOWHERE, &[]).await;
    let (with, without) = (server.get("/registry-ui/").await, server.get(BASE).await);
    assert_eq!((with.status.as_u16(), without.status.as_u16()), (502, 502), "the registry is down");
    let main = |text: &str| text.split_once("<main").unwrap().1.split_once("</main>").unwrap().0.to_owned();
    assert_eq!(main(with.text()), main(without.text()));
    // Old addresses are led from there too.
    for old in ["?old=taglist/team/app&", "/?old=taglist/team/app&"] {
        let answer = server.get(&format!("{BASE}{old}")).await;
        assert_eq!(answer.header("location"), "/registry-ui/127.0.0.1:9/team/app", "{old}");
    }
}

#[tokio::test]
async fn files_of_the_pages_are_below_it() {
    let folders = Folders::new();
    let server = program_at(&folders, NOWHERE, &[("THEME_BACKGROUND", "#000")]).await;
    let page = server.get("/registry-ui/activity").await;
    for name in ["/pkg/stowage.js", "/favicon.svg", "/theme.css"] {
        assert!(page.text().contains(&format!("\"{BASE}{name}")), "{name}: {}", page.text());
        assert_eq!(server.get(&format!("{BASE}{name}")).await.status, 200, "{name}");
    }
    // The script that starts the islands puts it before what it imports.
    assert!(page.text().contains("(\"/registry-ui\", \"pkg\""), "{}", page.text());
}

#[tokio::test]
async fn the_api_names_addresses_that_lead_back_to_it() {
    let registry = registry_with(&[samples::CLI, samples::WEBAPP]).await;
    let folders = Folders::new();
    let server = program_at(&folders, &registry.url(), &[("DELETE_IMAGES", "true")]).await;
    for first in [
        format!("/api/v1/tags?repository={}&per_page=1", samples::CLI),
        "/api/v1/repositories?limit=1".to_owned(),
    ] {
        let page = server.get(&format!("{BASE}{first}")).await.json();
        let next = page["next"].as_str().unwrap();
        assert!(next.starts_with("/registry-ui/api/v1/"), "{next}");
        assert_ne!(server.get(next).await.json()["items"], page["items"]);
    }
    let plan = format!(r#"{{"repository":"{}","tags":["0.9.0"]}}"#, samples::CLI);
    let plan = server.post_json("/registry-ui/api/v1/plans", &plan).await;
    let scan = server.post_json("/registry-ui/api/v1/scans", "{}").await;
    let id: Value = serde_json::from_str(server.get(plan.header("location")).await.text()).unwrap();
    let job = format!(r#"{{"plan":{}}}"#, id["id"]);
    let job = server.post_json("/registry-ui/api/v1/jobs", &job).await;
    for (answer, status) in [(&plan, 201), (&scan, 202), (&job, 202)] {
        assert_eq!(answer.status, status, "{}", answer.text());
        let location = answer.header("location");
        assert!(location.starts_with("/registry-ui/api/v1/"), "{location}");
        assert_eq!(server.get(location).await.status, 200, "{location}");
    }

    let document = server.get("/registry-ui/api/openapi.json").await.json();
    assert_eq!(document["servers"], serde_json::json!([{ "url": BASE }]));
    let problem = server.get("/registry-ui/api/v1/none").await.problem();
    problem.is(404, "address-unknown");
    assert_eq!(problem.value["instance"], "/registry-ui/api/v1/none");
    assert!(problem.detail().contains("/registry-ui/api/v1/none"), "{}", problem.detail());
    assert!(problem.remedy().contains("/registry-ui/api/openapi.json"), "{}", problem.remedy());
    let problem = server.send("DELETE", "/registry-ui/api/v1/tags", &[], "").await.problem();
    assert!(problem.detail().contains("/registry-ui/api/v1/tags"), "{}", problem.detail());
}

#[tokio::test]
async fn events_are_told_below_it() {
    let folders = Folders::new();
    // HEAD asks for the beginning of an answer that does not end.
    let server = program_at(&folders, NOWHERE, &[]).await;
    let answer = server.send("HEAD", "/registry-ui/api/v1/events", &[], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/event-stream"));
    assert_eq!(answer.header("x-accel-buffering"), "no");
    assert_eq!(server.send("HEAD", "/api/v1/events", &[], "").await.status, 404);
}
