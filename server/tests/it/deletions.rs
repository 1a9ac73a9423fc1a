//! Planning, deleting and undoing, as programs and as forms do it.

use serde_json::{Value, json};
use testbed::{Distribution, samples};

use crate::support::{Answer, Server, each};

const CLI: &str = "team/tools/cli";

/// A registry that deletes, with some samples.
async fn registry_with(names: &[&str]) -> Distribution {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    let samples = names.iter().map(|name| samples::one(name, samples::Clock::FIXED).unwrap());
    samples::fill(&registry, samples).await.unwrap();
    registry
}

fn deleting(registry: &Distribution) -> Server {
    let url = registry.url();
    Server::with(&[("REGISTRY_URL", &url), ("DELETE_IMAGES", "true"), ("STOWAGE_PROTECTED_TAGS", "latest")])
}

async fn plan(server: &Server, request: &Value) -> Value {
    let answer = server.post_json("/api/v1/plans", request, &[]).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let plan: Value = serde_json::from_str(answer.text()).unwrap();
    assert_eq!(answer.header("location"), format!("/api/v1/plans/{}", plan["id"].as_str().unwrap()));
    plan
}

async fn carried_out(server: &Server, plan: &Value) -> Value {
    let answer = server.post_json("/api/v1/jobs", &json!({ "plan": plan["id"] }), &[]).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    ended(server, answer.header("location")).await
}

async fn ended(server: &Server, location: &str) -> Value {
    server.get_until(location, |job| job["finished"].is_string()).await
}

async fn tags(server: &Server) -> Vec<String> {
    let list = server.get(&format!("/api/v1/tags?repository={CLI}")).await.json();
    let mut names: Vec<String> = each(&list, "name").into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

/// The address that a form leads to.
fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location")
}

#[tokio::test]
async fn a_program_plans_deletes_and_restores() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = deleting(&registry);
    let made =
        plan(&server, &json!({ "repository": CLI, "tags": ["0.9.0", "1.1.0", "latest", "never"] })).await;
    assert_eq!(made["state"], "current");
    let removed: Vec<&str> =
        made["removes"]["tags"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(removed, ["0.9.0", "1.1.0"]);
    assert!(!made["removes"]["manifests"].as_array().unwrap().is_empty());
    assert!(made["removes"]["referrers"].is_array() && made["freed_bytes"].as_u64().unwrap() > 0, "{made}");
    let of = |list: &str| -> Vec<(String, String)> {
        let all = made[list].as_array().unwrap().iter();
        all.map(|it| (it["what"].as_str().unwrap().to_owned(), it["why"].as_str().unwrap().to_owned()))
            .collect()
    };
    assert!(of("keeps").iter().any(|(what, why)| what == "latest" && why.contains("1.1.0")), "{made}");
    assert!(of("refused").iter().any(|(what, why)| what == "latest" && why.contains("protected")), "{made}");
    assert!(of("refused").iter().any(|(what, _)| what == "never"), "{made}");
    assert_eq!(server.get(&format!("/api/v1/plans/{}", made["id"].as_str().unwrap())).await.json(), made);
    let job = carried_out(&server, &made).await;
    assert_eq!((&job["state"], &job["plan"]), (&json!("done"), &made["id"]));
    assert!(job["items"].as_array().unwrap().iter().all(|it| it["outcome"] == "deleted"), "{job}");
    assert_eq!(tags(&server).await, ["1", "1.0.0", "latest"]);
    let trash = server.get("/api/v1/trash").await.json();
    assert_eq!(trash["total"], job["n_items"]);
    let index = trash["items"].as_array().unwrap().iter().find(|it| it["tags"] == json!(["0.9.0"])).unwrap();
    let path = format!("/api/v1/trash/{}/restore", index["id"]);
    let answer = server.post_json(&path, &json!({}), &[]).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let restored = ended(&server, answer.header("location")).await;
    assert_eq!(restored["state"], "done", "{restored}");
    assert!(tags(&server).await.contains(&"0.9.0".to_owned()));
    server.post_json(&path, &json!({}), &[]).await.problem().is(404, "not-in-trash");
}

#[tokio::test]
async fn a_filter_takes_many() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = deleting(&registry);
    let matching = plan(&server, &json!({ "repository": CLI, "filter": { "q": "/^1/" } })).await;
    assert_eq!(matching["removes"]["tags"].as_array().unwrap().len(), 3, "{matching}");
    let newest = plan(&server, &json!({ "repository": CLI, "filter": { "keep_newest": 4 } })).await;
    assert_eq!(newest["removes"]["tags"].as_array().unwrap().len(), 1, "{newest}");
    let untagged = plan(&server, &json!({ "repository": CLI, "filter": { "untagged": true } })).await;
    assert!(untagged["removes"]["manifests"].as_array().unwrap().is_empty());
    let answer = server.post_json("/api/v1/jobs", &json!({ "plan": untagged["id"] }), &[]).await;
    answer.problem().is(409, "plan-empty");
}

#[tokio::test]
async fn where_deletion_is_off_nothing_is_offered_and_everything_refused() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    server.scan().await;
    let request = json!({ "repository": CLI, "tags": ["0.9.0"] });
    server.post_json("/api/v1/plans", &request, &[]).await.problem().is(403, "deletion-off");
    server.post_json("/api/v1/trash/1/restore", &json!({}), &[]).await.problem().is(403, "deletion-off");
    let form = format!("repository={CLI}&tag=0.9.0");
    assert_eq!(server.post("/plans", &form, &[]).await.status, 403);
    for path in ["/trash", "/cleanup"] {
        let page = server.get(path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(page.text().contains("DELETE_IMAGES=true"), "{path}");
    }
    for path in
        [format!("/{}/{CLI}", registry.host()), format!("/{}/{CLI}:1.0.0", registry.host()), "/".to_owned()]
    {
        let page = server.get(&path).await.text().to_owned();
        assert!(
            !page.contains("/plans") && !page.contains("/cleanup") && !page.contains("checkbox"),
            "{path}"
        );
    }
    assert_eq!(tags(&server).await.len(), 5);
}

#[tokio::test]
async fn a_form_plans_confirms_and_undoes() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = deleting(&registry);
    let form = format!("registry={}&repository={CLI}&tag=0.9.0&tag=1.0.0", registry.host());
    let planned = server.post("/plans", &form, &[]).await;
    let path = leads_to(&planned).to_owned();
    let page = server.get(&path).await.text().to_owned();
    for text in ["Goes", "Stays", "Freed", "Delete 2 tags", "0.9.0", "garbage-collect"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let id = path.strip_prefix("/plans/").unwrap();
    let begun = server.post("/jobs", &format!("plan={id}"), &[]).await;
    let job = leads_to(&begun).to_owned();
    ended(&server, &format!("/api/v1{job}")).await;
    let page = server.get(&job).await.text().to_owned();
    for text in ["verified gone", "Undo", "--delete-untagged"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(server.get(&path).await.text().contains("carried out"));
    assert_eq!(tags(&server).await, ["1", "1.1.0", "latest"]);
    let undone =
        server.post("/trash/restore", &format!("job={}", job.strip_prefix("/jobs/").unwrap()), &[]).await;
    ended(&server, &format!("/api/v1{}", leads_to(&undone))).await;
    assert_eq!(tags(&server).await.len(), 5);
    assert!(server.get("/activity").await.text().contains("restored"));
}

#[tokio::test]
async fn many_tags_go_only_when_the_repository_is_named() {
    let registry = registry_with(&[samples::API]).await;
    let server = deleting(&registry);
    let planned = server.post("/plans", "repository=team/api&rule=matching&q=main-", &[]).await;
    let path = leads_to(&planned).to_owned();
    assert!(server.get(&path).await.text().contains("name=\"confirm\""));
    let id = path.strip_prefix("/plans/").unwrap();
    for confirm in ["", "&confirm=team/other"] {
        let refused = server.post("/jobs", &format!("plan={id}{confirm}"), &[]).await;
        assert_eq!(leads_to(&refused), format!("{path}?confirm=wrong"));
    }
    let begun = server.post("/jobs", &format!("plan={id}&confirm=team/api"), &[]).await;
    assert!(leads_to(&begun).starts_with("/jobs/"));
    let job = ended(&server, &format!("/api/v1{}", leads_to(&begun))).await;
    assert_eq!(job["state"], "done");
}

#[tokio::test]
async fn what_was_done_is_listed_filtered_and_exported() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = deleting(&registry);
    let made = plan(&server, &json!({ "repository": CLI, "tags": ["0.9.0"] })).await;
    let job = carried_out(&server, &made).await;
    let n_items = job["n_items"].as_u64().unwrap();
    let list = server.get("/api/v1/audit?action=delete&limit=1").await.json();
    assert_eq!(list["items"][0]["outcome"], "deleted");
    assert!(list["next"].is_string(), "{list}");
    let second = server.get(list["next"].as_str().unwrap()).await.json();
    assert_ne!(second["items"][0]["id"], list["items"][0]["id"]);
    let csv = server.get("/api/v1/audit?action=delete&format=csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert_eq!(csv.text().lines().count() as u64, n_items + 1, "{}", csv.text());
    assert!(csv.text().starts_with("id,at,actor,address,action,"), "{}", csv.text());
    let lines = server.get("/api/v1/audit?format=jsonl").await.text().to_owned();
    assert!(lines.lines().all(|it| serde_json::from_str::<Value>(it).unwrap()["action"].is_string()));
    server.get("/api/v1/audit?colour=red").await.problem().is(400, "parameters-invalid");
    let page = server.get("/activity?action=delete").await.text().to_owned();
    assert!(page.contains("deleted") && page.contains("format=csv"), "{page}");
}

#[tokio::test]
async fn another_site_can_plan_and_delete_nothing() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = deleting(&registry);
    let made = plan(&server, &json!({ "repository": CLI, "tags": ["0.9.0"] })).await;
    let other = [("origin", "https://evil.example")];
    let id = made["id"].as_str().unwrap();
    for (path, form) in [("/plans", format!("repository={CLI}&tag=1")), ("/jobs", format!("plan={id}"))] {
        assert_eq!(server.post(path, &form, &other).await.status, 403, "{path}");
    }
    let answer = server.post_json("/api/v1/jobs", &json!({ "plan": id }), &other).await;
    assert_eq!(answer.status, 403);
    assert_eq!(tags(&server).await.len(), 5);
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let server = Server::with(&[("REGISTRY_URL", "http://127.0.0.1:9"), ("DELETE_IMAGES", "true")]);
    server.get("/api/v1/plans/nothing").await.problem().is(404, "plan-unknown");
    server.get("/api/v1/jobs/nothing").await.problem().is(404, "job-unknown");
    server
        .post_json("/api/v1/jobs", &json!({ "plan": "nothing" }), &[])
        .await
        .problem()
        .is(404, "plan-unknown");
    server.post_json("/api/v1/jobs/nothing/stop", &json!({}), &[]).await.problem().is(404, "job-unknown");
    for path in ["/plans/nothing", "/jobs/nothing"] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
    for form in
        ["", "repository=UPPER", "repository=a&rule=all", "repository=a&rule=older", "repository=a&tag=%20"]
    {
        assert_eq!(server.post("/plans", form, &[]).await.status, 400, "{form}");
    }
    let request = json!({ "repository": "a", "tags": ["1"] });
    assert_eq!(server.post_json("/api/v1/plans", &request, &[]).await.status, 502);
}
