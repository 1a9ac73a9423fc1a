//! `/hooks/registry`

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use testbed::{Distribution, samples};

use crate::support::{Answer, Server, each, put_tag, registry_with};

const TOKEN: &str = "0123456789abcdef-hooks";
const BEARER: (&str, &str) = ("authorization", "Bearer 0123456789abcdef-hooks");
const CLI: &str = "/api/v1/tags?repository=team/tools/cli";

async fn server_of(registry: &Distribution) -> Server {
    let server = Server::with(&[("REGISTRY_URL", &registry.url()), ("STOWAGE_HOOKS_TOKEN", TOKEN)]);
    server.scan().await;
    server
}

/// An event as distribution sends it.
fn event(action: &str, tag: &str, at: &str) -> Value {
    json!({
        "id": "1", "action": action, "timestamp": at,
        "target": { "repository": "team/tools/cli", "tag": tag, "mediaType": "application/vnd.oci.image.index.v1+json" },
        "request": { "method": "GET", "useragent": "docker/27", "host": "registry" },
    })
}

async fn tell(server: &Server, events: &[Value]) -> Answer {
    server.post_json("/hooks/registry", &json!({ "events": events }), &[BEARER]).await
}

fn noticed(answer: &Answer) -> (u64, u64) {
    assert_eq!(answer.status, 202, "{}", answer.text());
    let value: Value = serde_json::from_slice(&answer.body).unwrap();
    (value["accepted"].as_u64().unwrap(), value["skipped"].as_u64().unwrap())
}

#[tokio::test]
async fn without_a_token_in_the_configuration_there_is_no_such_address() {
    let server = Server::of("http://127.0.0.1:9");
    let answer = server.post_json("/hooks/registry", &json!({}), &[BEARER]).await;
    let problem = answer.problem();
    assert_eq!(problem.is(404, "hooks-off").value["command"], "STOWAGE_HOOKS_TOKEN=…");
}

#[tokio::test]
async fn who_does_not_know_the_token_is_refused_before_anything_is_read() {
    let server = Server::with(&[("REGISTRY_URL", "http://127.0.0.1:9"), ("STOWAGE_HOOKS_TOKEN", TOKEN)]);
    for given in ["", "Bearer", "Bearer 0123456789abcdef-hookz", "Bearer 0123456789abcdef-hooks2", "Basic x"]
    {
        let answer = server.post_json("/hooks/registry", &json!([]), &[("authorization", given)]).await;
        answer.problem().is(401, "hooks-token-wrong");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{given}");
        assert!(!answer.text().contains(TOKEN));
    }
    let lower = [("authorization", "bearer 0123456789abcdef-hooks")];
    let answer = server.post_json("/hooks/registry", &json!({ "events": [] }), &lower).await;
    assert_eq!(noticed(&answer), (0, 0));
}

#[tokio::test]
async fn a_push_is_looked_at_and_its_time_is_kept() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = server_of(&registry).await;
    put_tag(&registry, "team/tools/cli", "new", "1.1.0").await;
    let at = "2026-01-02T03:04:05Z";
    assert_eq!(noticed(&tell(&server, &[event("push", "new", at)]).await), (1, 0));
    // Nobody opens the page: what was pushed is found by itself.
    let row = server.get_until("/api/v1/repositories", |it| it["items"][0]["last_pushed"] == at).await;
    assert_eq!(row["items"][0]["name"], "team/tools/cli");
    let list = server.get(&format!("{CLI}&sort=pushed&dir=desc")).await.json();
    assert_eq!((&list["items"][0]["name"], &list["items"][0]["pushed_at"]), (&json!("new"), &json!(at)));
    // A time that is long over does not replace a later one, and one of the future is not believed.
    tell(
        &server,
        &[event("push", "new", "2020-01-01T00:00:00Z"), event("push", "1.1.0", "2999-01-01T00:00:00Z")],
    )
    .await;
    let list = server.get_until(CLI, |it| row_of(it, "1.1.0")["pushed_at"].is_string()).await;
    assert_eq!(row_of(&list, "new")["pushed_at"], at);
    assert!(row_of(&list, "1.1.0")["pushed_at"].as_str().unwrap() < "2900", "{list}");
}

#[tokio::test]
async fn what_is_told_of_a_tag_that_is_not_there_makes_none() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = server_of(&registry).await;
    let before = server.get(CLI).await.json()["total"].clone();
    let mut elsewhere = event("push", "v1", "2026-01-02T03:04:05Z");
    elsewhere["target"]["repository"] = json!("no/such");
    let events =
        [event("push", "ghost", "2026-01-02T03:04:05Z"), event("push", "1.1.0", "2026-01-02T03:04:05Z")];
    tell(&server, &events).await;
    tell(&server, &[elsewhere]).await;
    let list = server.get_until(CLI, |it| row_of(it, "1.1.0")["pushed_at"].is_string()).await;
    assert_eq!(list["total"], before);
    server.get("/api/v1/tags?repository=no/such").await.problem().is(404, "repository-unknown");
    assert_eq!(each(&server.get("/api/v1/repositories").await.json(), "name"), ["team/tools/cli"]);
}

#[tokio::test]
async fn a_pull_is_kept_by_tag_and_by_digest_but_not_what_stowage_reads_itself() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = server_of(&registry).await;
    let list = server.get(CLI).await.json();
    let digest = row_of(&list, "1.1.0")["digest"].clone();
    let mut by_digest = event("pull", "", "2026-02-01T00:00:00Z");
    by_digest["target"]["digest"] = digest;
    let mut ours = event("pull", "1.1.0", "2026-03-01T00:00:00Z");
    ours["request"]["useragent"] = json!("stowage/0.1.0");
    assert_eq!(noticed(&tell(&server, &[by_digest, ours]).await), (1, 0));
    // It is there when the registry has its answer.
    let list = server.get(CLI).await.json();
    assert_eq!(row_of(&list, "1.1.0")["pulled_at"], "2026-02-01T00:00:00Z");
    tell(
        &server,
        &[event("pull", "1.1.0", "2026-02-02T00:00:00Z"), event("pull", "1.1.0", "2026-01-01T00:00:00Z")],
    )
    .await;
    let list = server.get(&format!("{CLI}&sort=pulled&dir=desc")).await.json();
    assert_eq!(list["items"][0]["pulled_at"], "2026-02-02T00:00:00Z");
}

#[tokio::test]
async fn a_deletion_is_looked_at() {
    let mut registry = Distribution::builder().delete(true).start().await.unwrap();
    samples::fill(&registry, [samples::one(samples::CLI, samples::Clock::FIXED).unwrap()]).await.unwrap();
    let server = server_of(&registry).await;
    let list = server.get(CLI).await.json();
    let digest = row_of(&list, "1.1.0")["digest"].as_str().unwrap().to_owned();
    let mut told = event("delete", "", "2026-02-01T00:00:00Z");
    told["target"]["digest"] = json!(digest);
    // Who only says so changes nothing.
    tell(&server, std::slice::from_ref(&told)).await;
    let tag = registry.repository_folder("team/tools/cli").join("_manifests/tags/1.1.0");
    std::fs::remove_dir_all(tag).unwrap();
    registry.restart().await.unwrap();
    tell(&server, &[told]).await;
    server
        .get_until("/api/v1/repositories", |it| it["items"][0]["n_tags"].as_u64() < list["total"].as_u64())
        .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_left_out_and_the_rest_is_taken() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = server_of(&registry).await;
    let events = [json!(7), json!({ "action": "push" }), event("pull", "1.1.0", "2026-02-01T00:00:00Z")];
    assert_eq!(noticed(&tell(&server, &events).await), (1, 2));
    assert_eq!(row_of(&server.get(CLI).await.json(), "1.1.0")["pulled_at"], "2026-02-01T00:00:00Z");
    for body in [json!({}), json!([]), json!({ "hello": "world" })] {
        server.post_json("/hooks/registry", &body, &[BEARER]).await.problem().is(400, "body-invalid");
    }
    let large = json!({ "events": [], "filler": "x".repeat(1 << 20) });
    server.post_json("/hooks/registry", &large, &[BEARER]).await.problem().is(413, "request-too-large");
    let path = "/hooks/registry?registry=other";
    server.post_json(path, &json!({ "events": [] }), &[BEARER]).await.problem().is(404, "registry-unknown");
    let get = Request::get("/hooks/registry").body(Body::empty()).unwrap();
    assert_eq!(server.send(get).await.status, 405);
}

#[tokio::test]
async fn zot_and_harbor_are_understood() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = server_of(&registry).await;
    let digest = row_of(&server.get(CLI).await.json(), "1.1.0")["digest"].clone();
    let zot = json!({ "name": "team/tools/cli", "reference": "1.1.0", "digest": digest, "mediaType": "x", "manifest": "{}" });
    let headers = [
        BEARER,
        ("ce-specversion", "1.0"),
        ("ce-type", "zotregistry.image.updated"),
        ("ce-time", "2026-02-03T00:00:00Z"),
    ];
    assert_eq!(noticed(&server.post_json("/hooks/registry", &zot, &headers).await), (1, 0));
    server.get_until(CLI, |it| row_of(it, "1.1.0")["pushed_at"] == "2026-02-03T00:00:00Z").await;

    let data = |tag: &str| {
        json!({
            "resources": [{ "digest": digest, "tag": tag, "resource_url": "harbor/team/tools/cli" }],
            "repository": { "name": "cli", "namespace": "team/tools", "repo_full_name": "team/tools/cli", "repo_type": "private" },
        })
    };
    let harbor = json!({ "type": "PULL_ARTIFACT", "occur_at": 1_770_000_000, "operator": "admin", "event_data": data("1.1.0") });
    assert_eq!(noticed(&server.post_json("/hooks/registry", &harbor, &[BEARER]).await), (1, 0));
    assert_eq!(row_of(&server.get(CLI).await.json(), "1.1.0")["pulled_at"], "2026-02-02T02:40:00Z");
    let cloud = json!({
        "specversion": "1.0", "id": "1", "source": "/projects/2/webhook/policies/15",
        "type": "harbor.artifact.pulled", "time": "2026-02-05T00:00:00Z", "data": data(digest.as_str().unwrap()),
    });
    assert_eq!(noticed(&server.post_json("/hooks/registry", &cloud, &[BEARER]).await), (1, 0));
    assert_eq!(row_of(&server.get(CLI).await.json(), "1.1.0")["pulled_at"], "2026-02-05T00:00:00Z");
    // What is of no interest is no mistake.
    let other = json!({ "type": "SCANNING_COMPLETED", "event_data": {} });
    assert_eq!(noticed(&server.post_json("/hooks/registry", &other, &[BEARER]).await), (0, 0));
}

fn row_of<'a>(list: &'a Value, name: &str) -> &'a Value {
    let items = list["items"].as_array().unwrap();
    items.iter().find(|it| it["name"] == name).unwrap_or(&Value::Null)
}
